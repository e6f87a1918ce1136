"""Bid prices averaged over sampled demand, the randomised method of Talluri and van Ryzin (1999), from Lagrangian duals.

The round that remains has what is free from this week on, those who wait, and one sample of those to come.
Its prices, averaged over the samples, are the bid prices: they hold room for better ones that come later,
and fall to nothing in weeks that would stay idle.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from msgspec.structs import replace

from dure.decisions.allocation.bound.subgradient import Priced, new_state, price
from dure.decisions.allocation.intake.counts import Counts
from dure.decisions.allocation.model.problem import SHARE_SCALE, Problem, pose
from dure.formats.kinds import exact
from dure.formats.stages.allocation import Application, InService, Pod, Pool

FIRST_STEPS, LATER_STEPS = 400, 120
COMPILE_FROM = 60  # applications: below, compiling costs more than it saves


class Bids(NamedTuple):
    """In micro-points: by pool and week for one server, and by sector for one GPU-week."""

    prices: Mapping[str, tuple[int, ...]]
    share: Mapping[str, int] = {}

    def tax(self, problem: Problem) -> int:
        """What every GPU-week pays so that the share prices balance (see the format of the stage)."""
        total = 0
        for sector in problem.sectors:
            one = self.share.get(sector.id, 0)
            total += one * int(exact(sector.floor if one > 0 else sector.ceiling) * SHARE_SCALE)
        return total // SHARE_SCALE


class Standing(NamedTuple):
    """State of the intake: what is free, what each organisation may still have (`cap` where not listed), sectors' GPU-weeks."""

    problem: Problem
    counts: Counts
    cap: int
    cap_left: Mapping[str, int]
    sector_used: Mapping[str, int]


def no_bids(problem: Problem) -> Bids:
    """Everything is free of charge, as in first come, first served."""
    return Bids({pool.pool.id: (0,) * problem.tables.weeks for pool in problem.pools})


def bids_for(
    standing: Standing,
    waiting: Sequence[Application],
    samples: Sequence[Sequence[Application]],
    *,
    now: int,
    begin: Bids | None = None,
) -> Bids:
    """Bid prices: the average over the samples, each with all who wait. `begin`: the last ones, to start from."""
    found = [_solve(standing, [*waiting, *sample], now=now, begin=begin) for sample in samples]
    return Bids(
        {
            key: tuple(sum(weekly) // len(found) for weekly in zip(*(one.prices[key] for one in found), strict=True))
            for key in found[0].prices
        },
        {key: sum(one.share.get(key, 0) for one in found) // len(found) for key in found[0].share},
    )


def _solve(standing: Standing, applications: Sequence[Application], *, now: int, begin: Bids | None) -> Bids:
    problem = _problem(standing, applications, now=now)
    t = problem.tables
    start: Priced | None = None
    if begin is not None:
        rows = np.zeros(len(t.row_capacity), dtype=np.int64)
        for key, row in problem.row_keys:
            rows[row * t.weeks : (row + 1) * t.weeks] = begin.prices[key]
        share = np.array([begin.share.get(sector.id, 0) for sector in problem.sectors], dtype=np.int64)
        start = Priced(rows, share, np.zeros(len(t.cap), dtype=np.int64), 0, new_state(t))
    steps = FIRST_STEPS if begin is None else LATER_STEPS
    priced = price(problem, steps=steps, compiled=len(applications) >= COMPILE_FROM, begin=start)
    return Bids(
        {key: tuple(int(p) for p in priced.rows[row * t.weeks : (row + 1) * t.weeks]) for key, row in problem.row_keys},
        {sector.id: int(priced.share[number]) for number, sector in enumerate(problem.sectors)},
    )


def _problem(standing: Standing, applications: Sequence[Application], *, now: int) -> Problem:
    """The round that remains: every pool one block with as many servers in service as are free."""
    facts = standing.problem.facts
    pools = [
        _pool(pool.pool, standing.counts.by_pool(number).tolist(), now) for number, pool in enumerate(standing.problem.pools)
    ]
    posed = pose(replace(facts, pools=tuple(pools), leases=(), applications=tuple(applications)), standing.problem.rules)
    caps = [standing.cap_left.get(name, standing.cap) for name in posed.organisations]
    used = [standing.sector_used[sector.id] for sector in posed.sectors]
    return posed._replace(tables=posed.tables._replace(cap=np.array(caps, dtype=np.int64), leased=np.array(used, dtype=np.int64)))


def _pool(pool: Pool, free: Sequence[int], now: int) -> Pool:
    steps, last = [], 0
    for week in range(now, len(free)):
        if free[week] != last:
            last = free[week]
            steps.append(InService(from_week=week, servers=last))
    block = Pod(id="all", servers=max(1, *free))
    return replace(pool, pods=(block,), in_service=tuple(steps), outages=())
