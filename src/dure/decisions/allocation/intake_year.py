"""How well would always-open intake have done over a year, beside first come first served and hindsight?

Applications are taken in order of arrival. What is still to come is not known: prices come from demand
samples, which the caller draws, and are made anew every few weeks on what is then free.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from dure.decisions.allocation.admit import Guards, Intake, bids_from
from dure.decisions.allocation.methods import default_effort, solve
from dure.decisions.allocation.problem import Problem, pose
from dure.formats.stages.allocation import AllocationFacts, AllocationRules, Application, Lease

Sampler = Callable[[int], Sequence[AllocationFacts]]
ONE_WEEK = dt.timedelta(weeks=1)


class Year(NamedTuple):
    """Values reached, in milli-points, and how many were served."""

    bid_prices: int
    bid_served: int
    first_come: int
    first_come_served: int
    hindsight: int
    hindsight_bound: int


def arrival_week(facts: AllocationFacts, application: Application) -> int:
    """Weeks since the start in which it arrived; 0 for all that came before."""
    start = dt.datetime.combine(facts.start_on, dt.time(), dt.UTC)
    return max(0, (application.arrived_at - start) // ONE_WEEK)


def replay_year(
    facts: AllocationFacts, rules: AllocationRules, *, samples: Sampler, every_weeks: int = 4, guards: Guards | None = None
) -> Year:
    """Run one year of arrivals. `samples(week)`: demand as it may still come from that week on, one round each."""
    problem = pose(facts, rules)
    order = sorted(problem.applications, key=lambda a: (a.arrived_at, a.id))
    priced = Intake(problem, _no_bids(problem), guards)
    first = Intake(problem, _no_bids(problem))
    last = -every_weeks
    for application in order:
        now = arrival_week(facts, application)
        if now - last >= every_weeks:
            last = now - now % every_weeks
            priced.set_bids(bids_from([_left(problem, priced, sample, last) for sample in samples(last)], rules))
        for intake in (priced, first):
            admission = intake.decide(application, now=now)
            if admission.verdict == "accept":
                intake.accept(application, admission)
    solved = solve(problem, default_effort(problem))
    best = solved.plans["best_value"]
    return Year(priced.objective, priced.served, first.objective, first.served, best.objective, solved.bound)


def _no_bids(problem: Problem) -> dict[str, tuple[int, ...]]:
    return {pool.pool.id: (0,) * problem.tables.weeks for pool in problem.pools}


def _left(problem: Problem, intake: Intake, sample: AllocationFacts, week: int) -> AllocationFacts:
    """The sample's applications on what this intake has left, from that week on."""
    leases = []
    sectors = {sector.id for sector in problem.facts.sectors}
    for number, (pool, rows, start, end, application) in enumerate(intake.leased):
        if end > week and application.sector in sectors:
            servers = problem.pools[pool]
            leases.append(
                Lease(
                    id=f"granted-{number}",
                    pool=servers.pool.id,
                    servers=tuple(servers.names[row] for row in rows),
                    from_week=start,
                    to_week=end,
                    sector=application.sector,
                    organisation=application.organisation,
                )
            )
    later = tuple(a for a in sample.applications if a.latest_week >= week)
    moved = tuple(replace(a, earliest_week=max(a.earliest_week, week)) for a in later)
    return replace(problem.facts, applications=moved, leases=(*problem.facts.leases, *leases))
