"""What has this request shown of whom? Whatever hands out personal data notes it here, and `recording` writes it down.

What is noted is kept beside the request, not in it: names are written in places that know no request.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from dure.records.readings.personal import SUBJECTS


class Noted:
    """What one request shows. `reader`: where it is not the person of the session; `all_of`: how many people a list tells of."""

    def __init__(self) -> None:
        self.of: dict[str, None] = {}
        self.data: set[str] = set()
        self.all_of = 0
        self.reason = ""
        self.reader: Any = None
        self.written = False


_noted: ContextVar[Noted | None] = ContextVar("dure_noted", default=None)


@contextmanager
def apart() -> Iterator[Noted]:
    """Collect notes separately within the block; afterwards as before."""
    noted, around = Noted(), _noted.get()
    if around is not None:
        noted.reader, noted.reason = around.reader, around.reason
    token = _noted.set(noted)
    try:
        yield noted
    finally:
        _noted.reset(token)


def now() -> Noted | None:
    """What was noted since; nothing where nobody asked for a page."""
    return _noted.get()


def note(record: Any, *data: str) -> None:
    """That kinds of data of the person whom this record is about are shown; one of the models in `personal.SUBJECTS`."""
    noted = _noted.get()
    if noted is not None:
        kind, key = SUBJECTS[record._meta.label]  # noqa: SLF001 - Django's own way to ask
        noted.of[f"{kind}/{getattr(record, key)}"] = None
        noted.data.update(data)


def note_each(kind: str, keys: Iterable[Any], data: Iterable[str]) -> None:
    """That kinds of data of these subjects are shown; empty keys are nobody."""
    noted = _noted.get()
    if noted is not None:
        found = [f"{kind}/{key}" for key in keys if key not in (None, "")]
        if found:
            noted.of.update(dict.fromkeys(found))
            noted.data.update(data)


def note_all(count: int, data: Iterable[str]) -> None:
    """That all rows of a list are shown, which are too many to name."""
    noted = _noted.get()
    if noted is not None and count:
        noted.all_of += count
        noted.data.update(data)


def read_for(reader: Any) -> None:
    """Who reads, where it is not the person of the session."""
    noted = _noted.get()
    if noted is not None:
        noted.reader = reader


def note_reason(reason: str) -> None:
    """Why the reader wants it, in their words."""
    noted = _noted.get()
    if noted is not None:
        noted.reason = reason
