"""Fix-and-optimise (Helber and Sahling 2010) over windows of a few pools and weeks.

All grants of a window give up their places; with the best of those refused they are put back by an integer programme
that starts from where they were, so that it can only win. Windows are drawn at random from the draw seed.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from dure.decisions.allocation.bound.aggregation import kind_of_pool, lines_of, whole_pools
from dure.decisions.allocation.bound.pricing import charges, line_prices, listed
from dure.decisions.allocation.bound.subgradient import Priced
from dure.decisions.allocation.kernels.compiling import run
from dure.decisions.allocation.kernels.insertion import SURPLUS, PlanState, construct, copied, objective
from dure.decisions.allocation.kernels.offers import Lines, Offers, put_offers, withdraw
from dure.decisions.allocation.kernels.tables import Integers
from dure.decisions.allocation.model.problem import MICRO, Problem
from dure.decisions.allocation.plan.restricted_mip import IntegerMaster

SLACK = 200  # thousandths of the value
MOST_OUT, CALLED = 64, 50
MOST_POOLS = 3
NOISE = 50_000  # micro-points of a server-week by which the order of those called is shaken
NEAR = 400  # one part in this of the bound is near enough


class Window(NamedTuple):
    """Pools and the weeks whose grants are chosen again."""

    pools: Integers
    first: int
    end: int


def fix_and_optimise(
    problem: Problem, plan: PlanState, priced: Priced, merit: Integers, *, tries: int, seed: int, compiled: bool,
    keep_on: Callable[[PlanState], bool],
) -> PlanState:  # fmt: skip
    """The best plan found in that many windows. `merit`: surplus of a server-week of each application, in micro-points."""
    chance = np.random.Generator(np.random.PCG64(seed))
    order = np.lexsort((np.arange(len(merit)), -merit)).astype(np.int64)
    best, most = plan, objective(plan)
    for _ in range(tries):
        if most * MICRO >= priced.bound - priced.bound // NEAR or not keep_on(best):
            break
        window = _window(problem, chance)
        out = _within(problem, best, window)
        called = _called(problem, best, window, merit + chance.integers(-NOISE, NOISE, len(merit)))
        if not len(out) + len(called):
            continue
        trial = _reoptimised(problem, best, priced, window, out, called, compiled=compiled)
        run(construct, problem.tables, priced.state, trial, order, SURPLUS, compiled=compiled)
        if objective(trial) >= most:
            best, most = trial, objective(trial)
    return best


def _window(problem: Problem, chance: np.random.Generator) -> Window:
    t = problem.tables
    kind = int(chance.integers(len(t.kind_at) - 1))
    pools = t.kind_pool[t.kind_at[kind] : t.kind_at[kind + 1]]
    count = int(chance.integers(1, min(MOST_POOLS, len(pools)) + 1))
    width = max(1, t.weeks * 2 // 5)
    first = int(chance.integers(-width // 2, t.weeks))
    return Window(np.sort(chance.permutation(pools)[:count]), first, first + width)


def _within(problem: Problem, plan: PlanState, window: Window) -> Integers:
    """Grants that touch the window; where they are too many, those of its first weeks."""
    end = plan.start + problem.tables.duration
    there = np.flatnonzero(np.isin(plan.pool, window.pools) & (plan.start < window.end) & (end > window.first))
    return np.sort(there[np.lexsort((there, plan.start[there]))][:MOST_OUT])


def _called(problem: Problem, plan: PlanState, window: Window, merit: Integers) -> Integers:
    """The best refused applications that could be served in the window."""
    t = problem.tables
    could = (plan.pool < 0) & (t.starts > 0) & (t.first < window.end) & (t.first + t.starts + t.duration > window.first)
    refused = np.flatnonzero(could)
    return np.sort(refused[np.lexsort((refused, -merit[refused]))][:CALLED])


def _reoptimised(
    problem: Problem, plan: PlanState, priced: Priced, window: Window, out: Integers, called: Integers, *, compiled: bool
) -> PlanState:
    trial = copied(plan)
    lines = lines_of(problem, apart=True, units=whole_pools(problem, window.pools))
    there = _as_offers(problem, plan, lines, out)
    run(withdraw, problem.tables, trial, out, compiled=compiled)
    charge = charges(problem, priced.share, priced.cap)
    items, prices = np.union1d(out, called), line_prices(problem, lines, priced)
    more = listed(problem, trial, lines, items, prices, charge, slack=SLACK, compiled=compiled)
    offers = Offers(*(np.concatenate(pair) for pair in zip(there, more, strict=True)))
    if not len(offers.item):
        return trial
    master = IntegerMaster(problem, lines, trial, offers, priced)
    chosen, o = master.choose(there), master.offers
    ordered = chosen[np.lexsort((o.item[chosen], -o.size[chosen], o.start[chosen]))]
    least = problem.tables.least[o.item[ordered]]
    run(put_offers, problem.tables, trial, lines, o, ordered, o.size[ordered], least, compiled=compiled)
    return trial


def _as_offers(problem: Problem, plan: PlanState, lines: Lines, out: Integers) -> Offers:
    """The grants as they are."""
    t, pool = problem.tables, plan.pool[out]
    kind_of = kind_of_pool(problem)
    pair = [
        next(q for q in range(t.pair_at[i], t.pair_at[i + 1]) if t.pair_kind[q] == kind_of[k])
        for i, k in zip(out, pool, strict=True)
    ]
    weeks = np.minimum(t.duration[out], t.weeks - plan.start[out])
    gpu_weeks = t.pool_gpus[pool] * weeks * plan.size[out]
    lists = (
        out,
        np.array(pair, dtype=np.int64),
        plan.start[out],
        lines.line_of_cell[t.cell_at[pool]],
        plan.size[out],
        plan.value[out],
    )
    return Offers(*lists, gpu_weeks)
