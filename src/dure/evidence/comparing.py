"""Are the rows of a part exactly those that follow from what was decided or done: none missing, none more, none other?"""

import datetime as dt
import functools
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

from dure.evidence.findings import Finding, finding

Row = dict[str, Any]


def compared(part: str, expected: Iterable[Row], rows: Iterable[Row], *, key: str) -> Iterator[Finding]:
    """What differs, by the fields of `key`, separated by spaces. Of a row only the fields that are expected are compared."""
    names = key.split()
    wanted = {_key(row, names): row for row in expected}
    seen: set[tuple[Any, ...]] = set()
    for row in rows:
        at = _key(row, names)
        where = f"{part} {_named(at)}"
        if at in seen:
            yield finding("comes_twice", where, "one row", "another of the same key")
        elif at not in wanted:
            yield finding("row_without_origin", where, "no such row: nothing that was decided or done makes it", "the row")
        else:
            for name, value in wanted[at].items():
                if name not in row or row[name] != value:
                    yield finding("row_differs", f"{where}, {name}", value, row.get(name))
        seen.add(at)
    for at in wanted:
        if at not in seen:
            yield finding("row_is_missing", f"{part} {_named(at)}", "the row", "none")


def _key(row: Row, names: list[str]) -> tuple[Any, ...]:
    return tuple(row[name] for name in names)


def _named(key: tuple[Any, ...]) -> str:
    return " ".join(map(str, key))


@functools.lru_cache(maxsize=1 << 16)
def moment(text: str) -> dt.datetime:
    """The moment of such a text: texts themselves do not sort by time, as some have fractions of a second."""
    return dt.datetime.fromisoformat(text)


@functools.lru_cache(maxsize=1 << 16)
def amount(text: Any) -> str | None:
    """A decimal number in one spelling, so that 2, 2.0 and 2.000 are the same; nothing for nothing."""
    return None if text is None else str(Fraction(text))


def with_amounts(row: Row, *names: str) -> Row:
    """The row with these decimal numbers in one spelling."""
    return {**row, **{name: amount(row[name]) for name in names}}


def instant(text: str | dt.datetime) -> str:
    """The moment in UTC, so that it has one spelling."""
    at = text if isinstance(text, dt.datetime) else dt.datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"{text} has no zone")
    return at.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
