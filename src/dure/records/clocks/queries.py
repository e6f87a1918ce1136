"""What was compared, and which deadlines the outage rule has moved."""

import datetime as dt
from typing import NamedTuple

from django.db import connection
from django.db.models import QuerySet

from dure.records.clocks.judging import FRESH, WATCHED, Reading, surely
from dure.records.clocks.models import Comparison, Postponement
from dure.records.demand.models import UserCall
from dure.records.procurement.models import Call


class Deadline(NamedTuple):
    """A call, as KIND/ID, and from when to when it is open."""

    about: str
    opened_at: dt.datetime
    closes_at: dt.datetime


def deadline(about: str) -> Deadline | None:
    """That of the call KIND/ID."""
    kind, _slash, key = about.partition("/")
    if kind == "call" and (call := Call.objects.filter(pk=key).first()):
        return Deadline(about, call.opened_at, call.closes_at)
    if kind == "user_call" and (round_ := UserCall.objects.filter(pk=key).first()):
        return Deadline(about, round_.opens_at, round_.closes_at)
    return None


def deadlines(*, after: dt.datetime, within: dt.timedelta) -> list[Deadline]:
    """Those of calls that are open then and close within that time, the next one first."""
    until = after + within
    calls = Call.objects.filter(opened_at__lte=after, closes_at__gt=after, closes_at__lte=until)
    rounds = UserCall.objects.filter(opens_at__lte=after, closes_at__gt=after, closes_at__lte=until)
    found = [Deadline(f"call/{each.pk}", each.opened_at, each.closes_at) for each in calls]
    found += [Deadline(f"user_call/{each.pk}", each.opens_at, each.closes_at) for each in rounds]
    return sorted(found, key=lambda each: (each.closes_at, each.about))


def readings(*, until: dt.datetime, back: dt.timedelta = WATCHED) -> list[Reading]:
    """What tells of any moment in that time."""
    found = Comparison.objects.filter(at__gt=until - back - FRESH, at__lte=until).order_by("at", "id")
    return [Reading(*each) for each in found.values_list("at", "source", "offset_us", "round_trip_us")]


class Latest(NamedTuple):
    """How many sources were asked within the time that an answer counts, and how many agree surely."""

    asked: int
    agreeing: int


def latest() -> Latest | None:
    """How it stands now; None while nothing is compared."""
    newest: dict[str, bool] = {}
    for each in readings(until=now(), back=dt.timedelta(0)):
        newest[each.source] = bool(surely(each)) if each.offset is not None else newest.get(each.source, False)
    return Latest(len(newest), sum(newest.values())) if newest else None


def postponements(about: str) -> QuerySet[Postponement]:
    """How often and why the outage rule has moved that deadline, the first time first."""
    return Postponement.objects.filter(about=about).order_by("id")


def now() -> dt.datetime:
    """What the database's clock says."""
    return dt.datetime.fromtimestamp(0, dt.UTC) + dt.timedelta(microseconds=clock_ns() // 1000)


def clock_ns() -> int:
    """What the database's clock says, in nanoseconds since 1970: PostgreSQL tells microseconds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint")
        return 1000 * int(cursor.fetchone()[0])
