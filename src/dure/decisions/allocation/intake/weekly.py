"""The weekly decision: applications that wait are considered together at the bid prices, in order of surplus.

In order of what a server-week is worth to them beyond its price, each takes the best option that still fits, now or
later. Those whose option begins within the notice are accepted, for good; what the others took was tentative, and
they are considered again next week, for as long as their latest start allows. Those last in the order may pay less than
the price, down to the rule `idle_price` of it: they take what would otherwise stay idle, because large blocks leave gaps.
"""

from collections.abc import Sequence
from typing import NamedTuple

from dure.decisions.allocation.intake.bid_price_control import Accepted, Admission, Intake
from dure.decisions.allocation.model.problem import MICRO
from dure.formats.kinds import exact
from dure.formats.stages.allocation import Application


class Week(NamedTuple):
    """Accepted this week; those who go on waiting, first to be served first; those whose window has closed."""

    accepted: tuple[Accepted, ...]
    waiting: tuple[Application, ...]
    refused: tuple[Application, ...]


def decide_week(intake: Intake, waiting: Sequence[Application], *, now: int) -> Week:
    """Accept who is due; the intake's bid prices are those of this week."""
    able = [application for application in waiting if application.latest_week >= now]
    order = sorted(able, key=lambda application: (-merit(intake, application, now), application.arrived_at, application.id))
    part = exact(intake.rules.idle_price)
    tentative = []
    for application in order:
        best, _, _ = intake.best(application, now=now)
        if best is not None and best.value * MICRO * part.denominator > best.price * part.numerator:
            tentative.append(intake.accept(application, best))
    for one in reversed(tentative):
        intake.release(one)
    due = [one for one in tentative if one.admission.start <= now + intake.rules.notice_weeks]
    accepted = tuple(intake.accept(one.application, one.admission) for one in due)
    served = {one.application.id for one in accepted}
    return Week(
        accepted,
        tuple(application for application in order if application.id not in served),
        tuple(application for application in waiting if application.latest_week < now),
    )


def merit(intake: Intake, application: Application, now: int) -> int:
    """What a server-week is worth beyond its price in the best option that fits, in micro-points."""
    best, _, _ = intake.best(application, now=now)
    return _per_server_week(intake, application, best) if best is not None else -(1 << 62)


def _per_server_week(intake: Intake, application: Application, best: Admission) -> int:
    weeks = min(application.weeks, intake.problem.tables.weeks - best.start)
    return best.surplus // (best.servers * weeks)
