"""Does the database's clock agree with others? A pure answer from comparisons; SQL says the same by itself (migration 0001)."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from dure.records.clocks.models import Judged

MOST_APART = 100_000  # microseconds, of invariant I-51
AS_MANY = 3  # sources that the clock agrees with
FRESH = dt.timedelta(minutes=5)  # for as long an answer counts, so that one lost packet is no alarm
WATCHED = dt.timedelta(hours=1)  # before a deadline
LATE = dt.timedelta(minutes=10)  # before a deadline that has moved already


class Reading(NamedTuple):
    """One comparison. `offset`: microseconds, wrong by half of `round_trip` at most; None where there was no good answer."""

    at: dt.datetime
    source: str
    offset: int | None
    round_trip: int | None


def surely(reading: Reading) -> bool | None:
    """Is the clock within 100 ms of that source's, whichever way the round trip was divided? None: it may be or not."""
    if reading.offset is None or reading.round_trip is None:
        return None
    twice, way = 2 * abs(reading.offset), reading.round_trip
    if twice + way <= 2 * MOST_APART:
        return True
    return False if twice - way > 2 * MOST_APART else None


def judge(readings: Iterable[Reading], *, at: dt.datetime) -> Judged:
    """At that moment, by the newest answer of each source that is not too old.

    Agreed: within 100 ms of three sources or more, whatever others say. Not agreed: three sources or more say surely how it
    stands, and it is not within 100 ms of three. Not known: fewer say so.
    """
    newest: dict[str, Reading] = {}
    for each in sorted((each for each in readings if each.offset is not None), key=lambda each: each.at):
        if at - FRESH < each.at <= at:
            newest[each.source] = each
    sure = [surely(each) for each in newest.values()]
    if sure.count(True) >= AS_MANY:
        return Judged.AGREED
    return Judged.NOT_AGREED if sure.count(True) + sure.count(False) >= AS_MANY else Judged.NOT_KNOWN


def judge_between(readings: Iterable[Reading], *, since: dt.datetime, until: dt.datetime) -> Judged:
    """At every moment between, both among them: the worst of it, and not agreed is worse than not known."""
    known = tuple(readings)
    moments = {since, until} | {each.at for each in known if since < each.at < until}
    # An answer ends to count, and nothing takes its place: that is such a moment, too.
    moments |= {end for each in known if since < (end := each.at + FRESH) < until}
    found = {judge(known, at=moment) for moment in moments} if since <= until else set()
    return next((each for each in (Judged.NOT_AGREED, Judged.NOT_KNOWN) if each in found), Judged.AGREED)


def watched_since(*, opened_at: dt.datetime, closes_at: dt.datetime) -> dt.datetime:
    """From when on the clock has to agree: an hour before the deadline, or once a call that is open for less can be watched."""
    return max(closes_at - WATCHED, opened_at + FRESH)
