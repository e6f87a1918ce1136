"""Adds readings to the log, and forgets them when their time is over."""

import datetime as dt
from dataclasses import asdict, dataclass, fields

from django.db import connection

from dure.records.readings.models import Reading


@dataclass(frozen=True)
class NewReading:
    """What is written down of a reading; the fields of `Reading`, dated by the database's clock."""

    reader_id: int
    desk: str
    route: str
    form: str
    data: list[str]
    subjects: list[str]
    count: int
    whole: bool
    asked: str
    purpose: str
    reason: str
    request: str
    network: str


_COLUMNS = [each.name for each in fields(NewReading)]
# No RETURNING: who adds may not read.
_ADD = (
    f"INSERT INTO readings_reading (at, {', '.join(_COLUMNS)}) "
    f"SELECT clock_timestamp(), {', '.join(f'%({name})s' for name in _COLUMNS)} "
    "WHERE NOT (%(asks_again)s AND readings_again(%(reader_id)s, %(route)s, %(subjects)s))"
)


def add(new: NewReading, *, asks_again: bool = False) -> None:
    """Add one reading to the log.

    `asks_again`: a page asked by itself; then nothing is added where the log has the same people there from ten minutes ago on.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ADD, {**asdict(new), "asks_again": asks_again})


def forget(*, before: dt.datetime) -> int:
    """Forget readings from before then; the database refuses it for what is not two years old. Returns how many."""
    return Reading.objects.filter(at__lt=before).delete()[0]
