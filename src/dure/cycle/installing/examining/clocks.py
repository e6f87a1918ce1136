"""Is the database's clock within 100 ms of three others? Asked now, and kept nowhere."""

from collections.abc import Sequence

from django.conf import settings
from django.utils import timezone

from dure.connectors.clocks.sntp import Source
from dure.cycle.clocks.comparing import compared
from dure.records.clocks.judging import AS_MANY, Reading, judge, surely
from dure.records.clocks.models import Judged


def remark(sources: Sequence[Source]) -> str:
    """What is wrong, in a sentence that says what to do; empty where they agree, and where none are named."""
    if not sources:
        return ""
    now = timezone.now()
    said = list(compared(sources))
    if judge([Reading(now, each.source, each.offset_us, each.round_trip_us) for each in said], at=now) == Judged.AGREED:
        return ""
    told = ", ".join(_told(each.source, each.offset_us, each.round_trip_us, each.why_none) for each in said)
    return (
        f"the database's clock is not shown to be within 100 ms of {AS_MANY} others ({told}): set up NTP on the server of the "
        f"database, and name at least {AS_MANY} servers in DURE_CLOCKS that answer."
    )


def _told(source: str, offset: int | None, round_trip: int | None, why: str) -> str:
    if offset is None:
        return f"{source}: no answer, {why.replace('_', ' ')}"
    sure = {True: "within", False: "not within", None: "nobody can tell"}[
        surely(Reading(timezone.now(), source, offset, round_trip))
    ]
    sign = "-" if offset < 0 else "+"
    return f"{source}: {sign}{abs(offset) // 1000}.{abs(offset) % 1000:03} ms, {sure}"


def missing() -> str:
    """Said where no clocks are named: a programme runs without, and no deadline moves by the outage rule then."""
    if settings.DURE_CLOCKS:
        return ""
    return "clocks are not watched before deadlines: name NTP servers in DURE_CLOCKS (docs/how-to/operate.md)."
