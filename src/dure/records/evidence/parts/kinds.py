"""What one part of an export is, and how its rows are written."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from django.db.backends.postgresql.psycopg_any import Range
from django.db.models import QuerySet

from dure.records.journal.chain import instant_text

CHUNK = 2000  # rows held in memory at once


class Part(NamedTuple):
    """One part. `rows`: of those that may be read at that moment, in a fixed order. `fields`: NAME or NAME=COLUMN, by spaces.

    A period becomes `from` and `to`; instants are in UTC.
    """

    name: str
    rows: Callable[[dt.datetime], QuerySet[Any]]
    fields: str

    def lines(self, at: dt.datetime) -> Iterator[dict[str, Any]]:
        """The rows as plain JSON values, read in pieces."""
        names, columns = zip(*(_named(each) for each in self.fields.split()), strict=True)
        for row in self.rows(at).values_list(*columns).iterator(chunk_size=CHUNK):
            line: dict[str, Any] = {}
            for name, value in zip(names, row, strict=True):
                if isinstance(value, Range):
                    line |= {"from": instant_text(value.lower), "to": instant_text(value.upper)}
                else:
                    line[name] = _plain(value)
            yield line


def _named(field: str) -> tuple[str, str]:
    name, equals, column = field.partition("=")
    return name, column if equals else name


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return instant_text(value)
    return value.isoformat() if isinstance(value, dt.date) else value
