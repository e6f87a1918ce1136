"""Which instants does a period cover? From its first midnight to the next period's, where the programme's clocks stand.

A period is a year, a half, a quarter or a month of the calendar: YYYY, YYYY-H1, YYYY-Q1 or YYYY-01.
"""

import datetime as dt
import re
from collections.abc import Iterable

from django.utils import timezone

from dure.formats.errors import BadInput

_MONTH = re.compile(r"(?P<year>[12][0-9]{3})-(?P<month>0[1-9]|1[0-2])")
_PERIOD = re.compile(r"(?P<year>[12][0-9]{3})(?:-(?:H(?P<half>[12])|Q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2])))?")
MONTHS = {"half": 6, "quarter": 3, "month": 1}


def span_of(period: str) -> tuple[dt.datetime, dt.datetime]:
    """[from, to) of the month YYYY-MM; raises `BadInput` for anything else."""
    match = _MONTH.fullmatch(period)
    if match is None or not dt.MINYEAR < int(match["year"]) < dt.MAXYEAR:
        raise BadInput(f"{period!r} is not a month.", where="period", todo="Give it as YYYY-MM.", code="invalid")
    return _span(int(match["year"]), int(match["month"]), months=1)


def span_of_begun(month: str, at: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """As `span_of`; raises `BadInput` with code `not_yet` for a month that has not begun."""
    from_at, to_at = span_of(month)
    if from_at > at:
        raise BadInput("it has not begun.", where=f"month {month}", todo="Wait for its beginning.", code="not_yet")
    return from_at, to_at


def span_of_ended(month: str, at: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """As `span_of`; raises `BadInput` with code `not_yet` for a month that has not ended: what will be used is not known."""
    from_at, to_at = span_of(month)
    if to_at > at:
        raise BadInput("it has not ended.", where=f"month {month}", todo="Wait for its end.", code="not_yet")
    return from_at, to_at


def span_of_period(period: str) -> tuple[dt.datetime, dt.datetime]:
    """[from, to) of a year, half, quarter or month; raises `BadInput` with code `not_a_period` for anything else."""
    match = _PERIOD.fullmatch(period)
    if match is None or not dt.MINYEAR < int(match["year"]) < dt.MAXYEAR:
        raise BadInput(
            f"{period[:40]!r} is not a period of the calendar.",
            where="subject",
            todo="Give a year, half, quarter or month: YYYY, YYYY-H1, YYYY-Q1 or YYYY-01.",
            code="not_a_period",
            detail={"period": period[:40]},
        )
    kind = next((each for each in MONTHS if match[each]), "year")
    months = MONTHS.get(kind, 12)
    return _span(int(match["year"]), (int(match[kind]) - 1) * months + 1 if kind != "year" else 1, months=months)


def span_of_period_ended(period: str, at: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """As `span_of_period`; raises `BadInput` with code `period_not_over` for one that has not ended."""
    from_at, to_at = span_of_period(period)
    if to_at > at:
        raise BadInput(
            "it has not ended.",
            where=f"period {period}",
            todo="Wait for its end, or choose a shorter one.",
            code="period_not_over",
            detail={"period": period},
        )
    return from_at, to_at


def end_of(day: dt.date) -> dt.datetime:
    """The last instant of that day where the programme's clocks stand."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time.max))


def outermost(periods: Iterable[str]) -> list[str]:
    """Those that lie within no other one, in the order of the calendar: what they hold can be added up."""
    spans = {each: span_of_period(each) for each in periods}
    return [
        each
        for each, (from_at, to_at) in sorted(spans.items(), key=lambda item: item[1])
        if not any(other != each and begun <= from_at and to_at <= ended for other, (begun, ended) in spans.items())
    ]


def months_between(first: dt.date, last: dt.date) -> list[str]:
    """Every month from that of the first day to that of the last: the latest first."""
    months = range(last.year * 12 + last.month - 1, first.year * 12 + first.month - 2, -1)
    return [f"{month // 12}-{month % 12 + 1:02d}" for month in months]


def months_within(from_at: dt.datetime, to_at: dt.datetime) -> list[str]:
    """Every month of the period [from_at, to_at), the earliest first."""
    first, last = (timezone.localdate(each) for each in (from_at, to_at - dt.timedelta(microseconds=1)))
    return months_between(first, last)[::-1]


def periods_between(first: dt.date, last: dt.date) -> list[str]:
    """Every period that has ended by the last day, but not before the first one: the latest months first."""
    found: dict[str, None] = {}
    months = range(last.year * 12 + last.month - 1, first.year * 12 + first.month - 2, -1)
    for name in ("{year}-{month:02d}", "{year}-Q{quarter}", "{year}-H{half}", "{year}"):
        for whole in months:
            year, month = whole // 12, whole % 12 + 1
            found[name.format(year=year, month=month, quarter=(month + 2) // 3, half=(month + 5) // 6)] = None
    after = dt.datetime.combine(last, dt.time.min, timezone.get_default_timezone())
    return [each for each in found if span_of_period(each)[1] <= after]


def _span(year: int, month: int, *, months: int) -> tuple[dt.datetime, dt.datetime]:
    zone, end = timezone.get_default_timezone(), year * 12 + month - 1 + months
    first, after = dt.date(year, month, 1), dt.date(end // 12, end % 12 + 1, 1)
    return dt.datetime.combine(first, dt.time.min, zone), dt.datetime.combine(after, dt.time.min, zone)
