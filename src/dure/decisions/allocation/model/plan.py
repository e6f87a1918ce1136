"""A plan: who has which servers in which weeks, and the elastic penalty on sector shares (goal programming)."""

from typing import NamedTuple

import numpy as np

from dure.decisions.allocation.kernels.insertion import COST, SERVED, PlanState
from dure.decisions.allocation.kernels.tables import Integers
from dure.decisions.allocation.model.problem import Problem


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
