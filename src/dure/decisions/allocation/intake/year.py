"""A year of intake replayed: first come first served, bid-price control, and the plan in hindsight.

Applications become known in the order of their arrival; what is still to come is not known, only forecast.
An accepted application is never moved or cut.
"""

from collections.abc import Sequence
from typing import NamedTuple

from dure.decisions.allocation.intake.bid_price_control import AT_ONCE, Intake
from dure.decisions.allocation.intake.bid_prices import bids_for
from dure.decisions.allocation.intake.forecast import Forecast, arrival_week, samples
from dure.decisions.allocation.intake.weekly import decide_week
from dure.decisions.allocation.model.problem import Problem, pose
from dure.decisions.allocation.round.methods import default_effort, solve
from dure.formats.intake import IntakeRules
from dure.formats.stages.allocation import AllocationFacts, AllocationRules, Application


class Year(NamedTuple):
    """Objective in milli-points, how many were served, and the weeks from arrival to the answer of those, summed."""

    objective: int
    served: int
    weeks_to_answer: int


class Hindsight(NamedTuple):
    """Had everything been known on the first day: the plan found, and the bound that none exceeds."""

    plan: int
    bound: int


def hindsight(facts: AllocationFacts, rules: AllocationRules) -> Hindsight:
    """The year as one round."""
    problem = pose(facts, rules)
    solved = solve(problem, default_effort(problem))
    return Hindsight(solved.plans["best_value"].objective, solved.bound)


def first_come(facts: AllocationFacts, rules: AllocationRules) -> Year:
    """First come, first served, each with the best that is free."""
    intake = _open(facts, rules, AT_ONCE)
    for application in _by_arrival(facts):
        _answer(intake, application, arrival_week(facts.start_on, application))
    return _year(intake, facts, {})


def same_day(facts: AllocationFacts, rules: AllocationRules, intake_rules: IntakeRules, forecast: Forecast) -> Year:
    """Every application is answered when it arrives, at bid prices, and not looked at again."""
    intake = _open(facts, rules, intake_rules)
    arrived: list[Application] = []
    last = -1
    for application in _by_arrival(facts):
        now = arrival_week(facts.start_on, application)
        if last < 0 or now >= last + intake_rules.resolve_every_weeks:
            last = now - now % intake_rules.resolve_every_weeks
            _reprice(intake, forecast, arrived, waiting=(), now=now, after=now - 1)
        arrived.append(application)
        _answer(intake, application, now)
    return _year(intake, facts, {})


def weekly(facts: AllocationFacts, rules: AllocationRules, intake_rules: IntakeRules, forecast: Forecast) -> Year:
    """Every week all that wait are considered together; prices are re-solved as often as the rule says."""
    intake = _open(facts, rules, intake_rules)
    coming = _by_arrival(facts)
    arrived: list[Application] = []
    waiting: tuple[Application, ...] = ()
    answered: dict[str, int] = {}
    for now in range(facts.weeks):
        new = [application for application in coming if arrival_week(facts.start_on, application) == now]
        arrived += new
        waiting = (*waiting, *new)
        if now % intake_rules.resolve_every_weeks == 0:
            able = tuple(application for application in waiting if application.latest_week >= now)
            _reprice(intake, forecast, arrived, waiting=able, now=now, after=now)
        week = decide_week(intake, waiting, now=now)
        waiting = week.waiting
        answered |= {one.application.id: now for one in week.accepted}
    return _year(intake, facts, answered)


def _open(facts: AllocationFacts, rules: AllocationRules, intake_rules: IntakeRules) -> Intake:
    problem = pose(facts, rules)
    return Intake(problem, rules=intake_rules, by_pod=_pods_matter(problem))


def _pods_matter(problem: Problem) -> bool:
    return any(problem.by_pod) or any(application.pod == "required" for application in problem.applications)


def _by_arrival(facts: AllocationFacts) -> list[Application]:
    return sorted(facts.applications, key=lambda application: (application.arrived_at, application.id))


def _answer(intake: Intake, application: Application, now: int) -> None:
    admission = intake.decide(application, now=now)
    if admission.verdict == "accept":
        intake.accept(application, admission)


def _reprice(
    intake: Intake, forecast: Forecast, arrived: Sequence[Application], *, waiting: Sequence[Application], now: int, after: int
) -> None:
    """`after`: samples hold those who arrive after that week."""
    count, weeks = intake.rules.demand_samples, intake.problem.tables.weeks
    drawn = samples(forecast, arrived, now=after, count=count, weeks=weeks)
    begin = intake.bids if intake.priced else None
    intake.set_bids(bids_for(intake.standing, waiting, drawn, now=now, begin=begin))


def _year(intake: Intake, facts: AllocationFacts, answered: dict[str, int]) -> Year:
    waited = sum(
        answered[one.application.id] - arrival_week(facts.start_on, one.application)
        for one in intake.accepted
        if one.application.id in answered
    )
    return Year(intake.objective, len(intake.accepted), waited)
