"""How is a group of applications planned: pool by pool, the large ones before the small ones?"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from dure.decisions.allocation.plan_kernels import PlanState
from dure.decisions.allocation.planning.dive import refresh, settle
from dure.decisions.allocation.planning.groups import Group
from dure.decisions.allocation.planning.lines import charges, line_prices, lines_of, listed, whole_pools
from dure.decisions.allocation.planning.master import Master
from dure.decisions.allocation.planning.pods import pod_by_pod, pods_bind
from dure.decisions.allocation.prices import Priced
from dure.decisions.allocation.problem import Problem

CLASSES = (128, 64, 32, 16, 8, 4, 2, 1)  # servers asked for; settled in turn
LOOK_AGAIN = (64, 16, 4)  # classes after which offers are looked for anew
POD_SIZED = 12  # where pods bind, smaller ones go into single pods
WIDE, NEAR = 30, 3  # thousandths of the value


class Composer(NamedTuple):
    """What is planned, and who is told. `shares_priced`: sectors' shares enter by their prices, for this is only a part."""

    problem: Problem
    group: Group
    shares_priced: bool
    compiled: bool
    keep_on: Callable[[PlanState], bool]


def compose(c: Composer, plan: PlanState, priced: Priced) -> None:
    """Grants to the group on its pools enter the plan; `keep_on` is shown each step and may end it."""
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
        answer = settle(problem, plan, master, answer, problem.tables.most >= size, compiled=compiled)
        if size in LOOK_AGAIN:
            answer = refresh(problem, plan, master, answer, items, rounds=1, slack=NEAR, compiled=compiled)
