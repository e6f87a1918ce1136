"""When does a week of a round begin? On Monday at 00:00 where the servers stand."""

import datetime as dt

from django.utils import timezone

from dure.records.allocation.models import AllocationRound


def week_start(round_: AllocationRound, week: int) -> dt.datetime:
    """The first instant of that week; week 0 is the round's first."""
    monday = round_.start_on + dt.timedelta(weeks=week)
    return dt.datetime.combine(monday, dt.time.min, tzinfo=timezone.get_default_timezone())


def week_at(round_: AllocationRound, at: dt.datetime) -> int:
    """The week in which that instant lies; negative before the round."""
    day = at.astimezone(timezone.get_default_timezone()).date()
    return (day - round_.start_on).days // 7
