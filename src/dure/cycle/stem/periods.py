"""Which instants does a month cover? From its first midnight to the next month's, where the programme's clocks stand."""

import datetime as dt
import re

from django.utils import timezone

from dure.formats.errors import BadInput

_MONTH = re.compile(r"(?P<year>[12][0-9]{3})-(?P<month>0[1-9]|1[0-2])")


def span_of(period: str) -> tuple[dt.datetime, dt.datetime]:
    """[from, to) of the month YYYY-MM; raises `BadInput` for anything else."""
    match = _MONTH.fullmatch(period)
    if match is None or not dt.MINYEAR < int(match["year"]) < dt.MAXYEAR:
        raise BadInput(f"{period!r} is not a month.", where="period", todo="Give it as YYYY-MM.", code="invalid")
    first = dt.date(int(match["year"]), int(match["month"]), 1)
    after = (first + dt.timedelta(days=31)).replace(day=1)
    zone = timezone.get_default_timezone()
    return dt.datetime.combine(first, dt.time.min, zone), dt.datetime.combine(after, dt.time.min, zone)
