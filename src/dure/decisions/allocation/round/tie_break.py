"""Tie-break: applications of equal worth are exchanged into the published order of precedence.

The search sees no difference between them, so its plan is put in the published order afterwards:
a refused application takes the place of a later one of equal worth, duration and sector that fits it.
"""

from typing import NamedTuple

import numpy as np

from dure.decisions.allocation.kernels.insertion import PlanState, copied
from dure.decisions.allocation.model.plan import Plan
from dure.decisions.allocation.model.problem import Problem


class Slot(NamedTuple):
    """What a grant is worth to anyone: equal slots give equal objectives."""

    kind: int
    start: int
    duration: int
    sector: int
    above: int
    below: int


def settle_ties(problem: Problem, plan: Plan) -> Plan:
    """The same objective, with equal applications served in the published order."""
    t, state = problem.tables, copied(plan.state)
    kind_of = np.zeros(len(problem.pools), dtype=np.int64)
    for kind in range(len(t.kind_at) - 1):
        kind_of[t.kind_pool[t.kind_at[kind] : t.kind_at[kind + 1]]] = kind
    holders: dict[Slot, list[int]] = {}
    for item in range(len(t.duration)):
        if state.pool[item] >= 0:
            kind = int(kind_of[state.pool[item]])
            holders.setdefault(_slot(problem, item, kind, int(state.start[item])), []).append(item)
    for item in range(len(t.duration)):
        if state.pool[item] < 0:
            _take_over(problem, state, holders, item)
    return Plan(state, plan.objective)


def _take_over(problem: Problem, state: PlanState, holders: dict[Slot, list[int]], item: int) -> None:
    t = problem.tables
    for pair in range(int(t.pair_at[item]), int(t.pair_at[item + 1])):
        for late in range(int(t.starts[item])):
            slot = _slot(problem, item, int(t.pair_kind[pair]), int(t.first[item]) + late)
            for other in reversed(holders.get(slot, [])):
                if other > item and _fits(problem, state, item, other):
                    holders[slot].remove(other)
                    holders[slot] = sorted([*holders[slot], item])
                    _exchange(problem, state, item, other)
                    return


def _slot(problem: Problem, item: int, kind: int, start: int) -> Slot:
    t = problem.tables
    pairs = range(int(t.pair_at[item]), int(t.pair_at[item + 1]))
    pair = next(pair for pair in pairs if t.pair_kind[pair] == kind)
    column = int(t.column_at[pair] + start - t.first[item])
    return Slot(kind, start, int(t.duration[item]), int(t.sector[item]), int(t.above[column]), int(t.below[column]))


def _fits(problem: Problem, state: PlanState, item: int, other: int) -> bool:
    t, size = problem.tables, int(state.size[other])
    gpu_weeks = int(t.pool_gpus[state.pool[other]]) * size * min(int(t.duration[item]), t.weeks - int(state.start[other]))
    own_organisation = t.organisation[item] == t.organisation[other]
    return bool(
        t.least[item] <= size <= t.most[item]
        and (not t.required[item] or t.required[other])
        and (own_organisation or state.cap_left[t.organisation[item]] >= gpu_weeks)
    )


def _exchange(problem: Problem, state: PlanState, item: int, other: int) -> None:
    t = problem.tables
    gpu_weeks = int(t.pool_gpus[state.pool[other]]) * int(state.size[other])
    gpu_weeks *= min(int(t.duration[item]), t.weeks - int(state.start[other]))
    state.cap_left[t.organisation[item]] -= gpu_weeks
    state.cap_left[t.organisation[other]] += gpu_weeks
    for field in (state.pool, state.start, state.size, state.value):
        field[item] = field[other]
    width = t.widest
    state.take[item * width : (item + 1) * width] = state.take[other * width : (other + 1) * width]
    state.pool[other] = -1
