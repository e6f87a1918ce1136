"""Diving where pods bind: small applications are fixed in single pods, a few pods at a time.

Once the large ones have their places, every pod is a resource of its own. Applications are dealt to pods by what is free
in the weeks they want; those without a place in one part of the pods are tried in the next.
"""

import numpy as np

from dure.decisions.allocation.bound.aggregation import Unit, kind_of_pool, lines_of, single_pods, within
from dure.decisions.allocation.bound.pricing import charges, listed
from dure.decisions.allocation.bound.restricted_master import Answer, Master
from dure.decisions.allocation.kernels.insertion import PlanState
from dure.decisions.allocation.kernels.tables import Integers
from dure.decisions.allocation.model.problem import Problem
from dure.decisions.allocation.plan.diving import dive, refresh

TOGETHER = 12  # pods planned in one piece
CLASSES = (8, 4, 2, 1)
WIDE, NEAR = 40, 3  # thousandths of the value


def pods_bind(problem: Problem, pools: Integers) -> bool:
    """Is any of these pools counted pod by pod?"""
    return any(problem.by_pod[int(pool)] for pool in pools)


def pod_by_pod(problem: Problem, plan: PlanState, master: Master, answer: Answer, pools: Integers, *, compiled: bool) -> None:
    """Grants in the plan to those without one that the programme on whole pools takes, or nearly so."""
    parts = _parts(problem, pools)
    dealt = _dealt(problem, plan, master, answer, parts)
    share = charges(problem, answer.share, np.zeros_like(answer.cap)) if master.charge is None else master.charge
    left = np.zeros(0, dtype=np.int64)
    for units, items in zip(parts, dealt, strict=True):
        lines = lines_of(problem, apart=True, units=units)
        prices = answer.prices.reshape(-1, problem.tables.weeks)[within(master.lines, lines)].ravel()
        who = np.union1d(items, left)
        offers = listed(
            problem, plan, lines, who, prices, share + answer.cap[problem.tables.organisation], slack=WIDE, compiled=compiled
        )
        if len(offers.item):
            small = Master(problem, lines, plan, offers, share)
            now = refresh(problem, plan, small, small.solve(plan), who, rounds=2, slack=NEAR, compiled=compiled)
            for size in CLASSES:
                now = dive(problem, plan, small, now, problem.tables.most >= size, compiled=compiled)
        left = who[plan.pool[who] < 0]


def _parts(problem: Problem, pools: Integers) -> list[list[Unit]]:
    """Pods of one kind, a few at a time."""
    kind_of, parts = kind_of_pool(problem), []
    units = single_pods(problem, pools)
    for kind in range(len(problem.tables.kind_at) - 1):
        mine = [unit for unit in units if kind_of[unit.pool] == kind]
        parts += [mine[at : at + TOGETHER] for at in range(0, len(mine), TOGETHER)]
    return parts


def _dealt(problem: Problem, plan: PlanState, master: Master, answer: Answer, parts: list[list[Unit]]) -> list[Integers]:
    """Applications by part: each to the part of its kind that has most left in the weeks it wants, the taken ones first."""
    t, weeks, o = problem.tables, problem.tables.weeks, master.offers
    free = plan.free.reshape(-1, weeks)
    left = np.array([sum(free[unit.first : unit.end].sum(axis=0) for unit in units) for units in parts], dtype=np.int64)
    kind_of = kind_of_pool(problem)
    part_kind = np.array([kind_of[units[0].pool] for units in parts])
    open_now = np.flatnonzero((plan.pool[o.item] < 0) & master.allowed)
    order = open_now[np.lexsort((open_now, -answer.taken[open_now], o.item[open_now]))]
    _, first = np.unique(o.item[order], return_index=True)
    choice = order[first]
    area = o.size[choice] * t.duration[o.item[choice]]
    dealt: list[list[int]] = [[] for _ in parts]
    for offer in choice[np.lexsort((o.item[choice], -area, answer.taken[choice] == 0))]:
        item, start = int(o.item[offer]), int(o.start[offer])
        end = min(start + int(t.duration[item]), weeks)
        mine = np.flatnonzero(part_kind == t.pair_kind[o.pair[offer]])
        part = int(mine[np.argmax(left[mine, start:end].sum(axis=1))])
        left[part, start:end] -= int(o.size[offer])
        dealt[part].append(item)
    return [np.array(items, dtype=np.int64) for items in dealt]
