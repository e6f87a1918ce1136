"""Diving by size class: the largest applications of a group are fixed first, the small ones fill what is left."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from dure.decisions.allocation.bound.aggregation import lines_of, whole_pools
from dure.decisions.allocation.bound.pricing import charges, line_prices, listed
from dure.decisions.allocation.bound.restricted_master import Master
from dure.decisions.allocation.bound.subgradient import Priced
from dure.decisions.allocation.kernels.insertion import PlanState
from dure.decisions.allocation.model.problem import Problem
from dure.decisions.allocation.plan.decomposition import Group
from dure.decisions.allocation.plan.diving import dive, refresh
from dure.decisions.allocation.plan.diving_by_pod import pod_by_pod, pods_bind

CLASSES = (128, 64, 32, 16, 8, 4, 2, 1)  # servers asked for; settled in turn
LOOK_AGAIN = (64, 16, 4)  # classes after which new offers are priced out
POD_SIZED = 12  # where pods bind, smaller ones go into single pods
WIDE, NEAR = 30, 3  # thousandths of the value


class GroupDive(NamedTuple):
    """What is planned. `shares_priced`: sectors' shares enter by their prices, for this is only a part of the round."""

    problem: Problem
    group: Group
    shares_priced: bool
    compiled: bool
    keep_on: Callable[[PlanState], bool]


def dive_by_size(c: GroupDive, plan: PlanState, priced: Priced) -> None:
    """Grants to the group on its pools enter the plan; `keep_on` receives the plan after each step and may end it."""
    problem, compiled, items = c.problem, c.compiled, c.group.items
    pools = lines_of(problem, apart=True, units=whole_pools(problem, c.group.pools))
    prices, charge = line_prices(problem, pools, priced), charges(problem, priced.share, priced.cap)
    offers = listed(problem, plan, pools, items, prices, charge, slack=WIDE, compiled=compiled)
    if not len(offers.item):
        return
    share_charge = charges(problem, priced.share, np.zeros_like(priced.cap)) if c.shares_priced else None
    master = Master(problem, pools, plan, offers, share_charge)
    answer = refresh(problem, plan, master, master.solve(plan), items, rounds=3, slack=NEAR, compiled=compiled)
    for size in CLASSES:
        if not c.keep_on(plan):
            return
        if size < POD_SIZED and pods_bind(problem, c.group.pools):
            pod_by_pod(problem, plan, master, answer, c.group.pools, compiled=compiled)
            return
        answer = dive(problem, plan, master, answer, problem.tables.most >= size, compiled=compiled)
        if size in LOOK_AGAIN:
            answer = refresh(problem, plan, master, answer, items, rounds=1, slack=NEAR, compiled=compiled)
