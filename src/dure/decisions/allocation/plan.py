"""Which applications are served where, when and with how many servers?

A first plan follows the prices; then a search with a fixed number of moves takes a few grants out and
fills the gap better. Random choices come from the draw seed, so the same facts give the same plan.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from dure.decisions.allocation.compiled import run
from dure.decisions.allocation.plan_kernels import COST, SERVED, SURPLUS, TOTAL, PlanState, construct
from dure.decisions.allocation.prices import Priced
from dure.decisions.allocation.problem import Integers, Problem
from dure.decisions.allocation.search_kernels import MODULUS, MOST_IN, MOST_OPTIONS, MOST_OUT, Search, improve, set_merits
from dure.decisions.quantities import draw_key

HALVES = 6  # the heat of the search falls by halves
OUT_AT_ONCE, CALLED_AT_ONCE = 12, 80


class Plan(NamedTuple):
    """The state of a finished plan, and its objective in milli-points."""

    state: PlanState
    objective: int

    @property
    def served(self) -> int:
        """Applications with a grant."""
        return int(self.state.sums[SERVED])


def empty_plan(problem: Problem) -> PlanState:
    """Nothing granted."""
    t = problem.tables
    items, weeks = len(t.duration), t.weeks

    def zeros(count: int) -> Integers:
        return np.zeros(count, dtype=np.int64)

    state = PlanState(
        zeros(items) - 1, zeros(items), zeros(items), zeros(items), zeros(items * t.widest), t.cell_capacity.copy(),
        t.cap.copy(), t.leased.copy(), zeros(3), zeros(len(problem.pools)) - 1, zeros(items), zeros(items),
        zeros(weeks), zeros(weeks), zeros(weeks), zeros(max(1, t.widest)),
    )  # fmt: skip
    state.sums[COST] = cost_of_shares(problem, state.sector_used)
    return state


def cost_of_shares(problem: Problem, used: Integers) -> int:
    """Milli-points for GPU-weeks begun below floors and above ceilings."""
    t, whole, missing = problem.tables, int(used.sum()), 0
    for sector in range(len(used)):
        missing += max(0, -((int(used[sector]) * 10**9 - int(t.floor[sector]) * whole) // 10**9))
        missing += max(0, -((int(t.ceiling[sector]) * whole - int(used[sector]) * 10**9) // 10**9))
    return missing * t.penalty


def construct_plan(problem: Problem, priced: Priced, order: Integers, *, aim: int, compiled: bool) -> Plan:
    """Go down the order once and give each the best that still fits."""
    state = empty_plan(problem)
    run(construct, problem.tables, priced.state, state, order, aim, compiled=compiled)
    return Plan(state, int(state.sums[TOTAL] - state.sums[COST]))


def search_plan(
    problem: Problem, priced: Priced, *, moves: int, compiled: bool, progress: Callable[[int], bool] | None = None
) -> Plan:
    """The best plan found with that many moves. `progress` is told the objective and may stop it."""
    t = problem.tables
    memory = _memory(problem, priced, compiled=compiled)
    state = empty_plan(problem)
    if not len(t.duration):
        return Plan(state, int(-state.sums[COST]))
    order = np.lexsort((np.arange(len(t.duration)), -memory.merit)).astype(np.int64)
    run(construct, t, priced.state, state, order, SURPLUS, compiled=compiled)
    best = copied(state)
    chunks = 24
    typical = int(np.median(state.value[state.pool >= 0])) if (state.pool >= 0).any() else 0
    for chunk in range(chunks):
        heat = typical // 4 >> (chunk * HALVES // chunks) if chunk < chunks - 4 else 0
        run(improve, t, priced.state, state, memory, moves // chunks, heat, compiled=compiled)
        if objective(state) > objective(best):
            best = copied(state)
        if progress is not None and not progress(objective(best)):
            break
    run(construct, t, priced.state, best, order, SURPLUS, compiled=compiled)
    return Plan(best, objective(best))


def objective(state: PlanState) -> int:
    """Values less the cost of the shares."""
    return int(state.sums[TOTAL] - state.sums[COST])


def copied(state: PlanState) -> PlanState:
    """A plan of its own."""
    return PlanState(*(field.copy() for field in state))


def _memory(problem: Problem, priced: Priced, *, compiled: bool) -> Search:
    t = problem.tables
    items = len(t.duration)
    kind_of_pool = np.zeros(len(problem.pools), dtype=np.int64)
    for kind in range(len(t.kind_at) - 1):
        kind_of_pool[t.kind_pool[t.kind_at[kind] : t.kind_at[kind + 1]]] = kind
    seed = int(draw_key(problem.facts.draw_seed, "search")[:12], 16) % (MODULUS - 1) + 1
    merit = np.zeros(items, dtype=np.int64)

    def zeros(count: int) -> Integers:
        return np.zeros(count, dtype=np.int64)

    memory = Search(
        np.concatenate([[seed, 0, OUT_AT_ONCE, CALLED_AT_ONCE], kind_of_pool]).astype(np.int64),
        merit, zeros(0), zeros(0), zeros(MOST_OUT + MOST_IN), zeros(items), zeros(MOST_OUT * (4 + t.widest)),
        zeros(MOST_OUT + MOST_IN), zeros(MOST_OUT + MOST_IN), zeros(t.weeks + 1), zeros(t.weeks + 1), zeros(t.weeks),
        zeros(MOST_OPTIONS * 5), zeros(MOST_OPTIONS),
    )  # fmt: skip
    run(set_merits, t, priced.state, memory, compiled=compiled)
    list_at, listed = _who_could_be_served(problem, merit)
    return memory._replace(list_at=list_at, listed=listed)


def _who_could_be_served(problem: Problem, merit: Integers) -> tuple[Integers, Integers]:
    """By kind and week: applications that accept the kind and could hold servers in that week, by falling merit."""
    t = problem.tables
    weeks = t.weeks
    item_of_pair = np.repeat(np.arange(len(t.duration)), np.diff(t.pair_at))
    covered = np.minimum(t.first + t.starts - 1 + t.duration, weeks) - t.first
    covered = np.where(t.starts > 0, covered, 0)
    count = covered[item_of_pair]
    pair = np.repeat(np.arange(len(item_of_pair)), count)
    week = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count) + t.first[item_of_pair[pair]]
    place = t.pair_kind[pair] * weeks + week
    item = item_of_pair[pair]
    order = np.lexsort((item, -merit[item], place))
    list_at = np.searchsorted(place[order], np.arange((len(t.kind_at) - 1) * weeks + 1))
    return list_at.astype(np.int64), item[order].astype(np.int64)
