"""The search for the best plan: diving, then fix-and-optimise, then ruin and recreate, within a budget of steps.

Random choices come from the draw seed, so the same facts give the same plan.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from dure.decisions.allocation.bound.restricted_master import Master
from dure.decisions.allocation.bound.subgradient import Priced
from dure.decisions.allocation.kernels.compiling import run
from dure.decisions.allocation.kernels.insertion import SURPLUS, PlanState, construct, objective
from dure.decisions.allocation.kernels.ruin_and_recreate import (
    MODULUS,
    MOST_IN,
    MOST_OPTIONS,
    MOST_OUT,
    Search,
    improve,
    set_merits,
)
from dure.decisions.allocation.kernels.tables import Integers
from dure.decisions.allocation.model.plan import Plan, empty_plan
from dure.decisions.allocation.model.problem import Problem
from dure.decisions.allocation.plan.decomposition import groups_of
from dure.decisions.allocation.plan.diving_by_size import GroupDive, dive_by_size
from dure.decisions.allocation.plan.fix_and_optimise import fix_and_optimise
from dure.decisions.allocation.plan.greedy import construct_plan
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


def search_plan(problem: Problem, priced: Priced, root: Master, effort: Effort, *, report: Report | None = None) -> Plan:
    """The best plan found within that effort. `report` receives the objective and stops the search by returning False."""
    t, compiled = problem.tables, effort.compiled
    memory = _memory(problem, priced, compiled=compiled)
    order = np.lexsort((np.arange(len(t.duration)), -memory.merit)).astype(np.int64)
    simple = construct_plan(problem, priced, order, aim=SURPLUS, compiled=compiled)
    if not simple.served:
        return simple
    session = Session(simple.objective, report)
    state = _dived(problem, priced, root, effort, session)
    run(construct, t, priced.state, state, order, SURPLUS, compiled=compiled)
    if objective(state) < simple.objective:
        state = simple.state
    seed = int(draw_key(problem.facts.draw_seed, "windows")[:12], 16)
    windows = effort.windows if not session.stopped else 0
    state = fix_and_optimise(
        problem, state, priced, memory.merit, tries=windows, seed=seed, compiled=compiled, keep_on=session.proceeds
    )
    for _ in range(CHUNKS):
        if not session.proceeds(state):
            break
        run(improve, t, priced.state, state, memory, effort.moves // CHUNKS, compiled=compiled)
    run(construct, t, priced.state, state, order, SURPLUS, compiled=compiled)
    return Plan(state, objective(state))


class Session:
    """One search: reports the best objective so far, and remembers that it was stopped."""

    def __init__(self, best: int, report: Report | None) -> None:
        self.best, self.report, self.stopped = best, report, False

    def proceeds(self, state: PlanState) -> bool:
        """Report; whether the search goes on."""
        self.best = max(self.best, objective(state))
        if self.report is not None and not self.stopped:
            self.stopped = not self.report(self.best)
        return not self.stopped


def _dived(problem: Problem, priced: Priced, root: Master, effort: Effort, session: Session) -> PlanState:
    """Group after group by linear programmes."""
    state = empty_plan(problem)
    groups = groups_of(problem, priced, root, state, compiled=effort.compiled)
    for group in groups:
        dive_by_size(GroupDive(problem, group, len(groups) > 1, effort.compiled, session.proceeds), state, priced)
        if session.stopped:
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
