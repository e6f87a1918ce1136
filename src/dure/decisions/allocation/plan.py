"""Which applications are served where, when and with how many servers?

A first plan follows the prices; then a search with a fixed number of moves takes a few grants out and
fills the gap better. Random choices come from the draw seed, so the same facts give the same plan.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from dure.decisions.allocation.compiled import run
from dure.decisions.allocation.plan_kernels import COST, SERVED, SURPLUS, TOTAL, PlanState, construct, objective
from dure.decisions.allocation.planning.compose import Composer, compose
from dure.decisions.allocation.planning.groups import groups_of
from dure.decisions.allocation.planning.master import Master
from dure.decisions.allocation.planning.windows import reshape
from dure.decisions.allocation.prices import Priced
from dure.decisions.allocation.problem import Integers, Problem
from dure.decisions.allocation.search_kernels import MODULUS, MOST_IN, MOST_OPTIONS, MOST_OUT, Search, improve, set_merits
from dure.decisions.quantities import draw_key

CHUNKS = 20  # between them the search can be stopped
OUT_AT_ONCE, CALLED_AT_ONCE = 12, 80


Report = Callable[[int], bool]


class Effort(NamedTuple):
    """Budgets in steps, never in seconds, so that a plan can be made again."""

    price_steps: int
    moves: int
    compiled: bool
    windows: int = 10


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


def search_plan(problem: Problem, priced: Priced, root: Master, effort: Effort, *, report: Report | None = None) -> Plan:
    """The best plan found within that effort. `report` is told the objective and stops the search by answering False."""
    t, compiled = problem.tables, effort.compiled
    memory = _memory(problem, priced, compiled=compiled)
    order = np.lexsort((np.arange(len(t.duration)), -memory.merit)).astype(np.int64)
    simple = construct_plan(problem, priced, order, aim=SURPLUS, compiled=compiled)
    if not simple.served:
        return simple
    go = Going(simple.objective, report)
    state = _composed(problem, priced, root, effort, go)
    run(construct, t, priced.state, state, order, SURPLUS, compiled=compiled)
    if objective(state) < simple.objective:
        state = simple.state
    seed = int(draw_key(problem.facts.draw_seed, "windows")[:12], 16)
    windows = effort.windows if not go.stopped else 0
    state = reshape(problem, state, priced, memory.merit, tries=windows, seed=seed, compiled=compiled, keep_on=go.on)
    for _ in range(CHUNKS):
        if not go.on(state):
            break
        run(improve, t, priced.state, state, memory, effort.moves // CHUNKS, compiled=compiled)
    run(construct, t, priced.state, state, order, SURPLUS, compiled=compiled)
    return Plan(state, objective(state))


class Going:
    """Whether the search goes on: it reports the best objective so far, and remembers when it was told to stop."""

    def __init__(self, best: int, report: Report | None) -> None:
        self.best, self.report, self.stopped = best, report, False

    def on(self, state: PlanState) -> bool:
        """Report, and hear whether to go on."""
        self.best = max(self.best, objective(state))
        if self.report is not None and not self.stopped:
            self.stopped = not self.report(self.best)
        return not self.stopped


def _composed(problem: Problem, priced: Priced, root: Master, effort: Effort, go: Going) -> PlanState:
    """Group after group by linear programmes."""
    state = empty_plan(problem)
    groups = groups_of(problem, priced, root, state, compiled=effort.compiled)
    for group in groups:
        compose(Composer(problem, group, len(groups) > 1, effort.compiled, go.on), state, priced)
        if go.stopped:
            break
    return state


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
