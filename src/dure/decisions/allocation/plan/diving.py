"""Diving heuristic (Sadykov and others 2019): fix what the master problem takes nearly whole, solve it again, repeat.

The largest applications come first: what the master takes nearly whole is granted whole on named pools, it is
solved again for what is left, and so on; then the smaller ones. An offer that cannot be put where the master wants it is
struck from its list, so that it finds another. The small ones fill what the large ones leave.
"""

import numpy as np
from numpy.typing import NDArray

from dure.decisions.allocation.bound.pricing import listed
from dure.decisions.allocation.bound.restricted_master import Answer, Master
from dure.decisions.allocation.kernels.compiling import run
from dure.decisions.allocation.kernels.insertion import PlanState
from dure.decisions.allocation.kernels.offers import ROUNDED, put_offers
from dure.decisions.allocation.kernels.tables import Integers
from dure.decisions.allocation.model.problem import Problem

Flags = NDArray[np.bool_]
HALF = ROUNDED // 2
MOST_ROUNDS = 60
EIGHTH = 8
SURE, LITTLE = ROUNDED * 9 // 10, ROUNDED // 1000


def dive(problem: Problem, plan: PlanState, master: Master, answer: Answer, who: Flags, *, compiled: bool) -> Answer:
    """Settle those applications in the plan, which is changed; returns the last answer of the programme.

    An application without a grant is struck from the list, so that nothing is kept free for parts of it.
    """
    theirs = who[master.offers.item]
    for _ in range(MOST_ROUNDS):
        chosen = _chosen(plan, master, answer, theirs)
        if not len(chosen):
            break
        grant(problem, plan, master, chosen, answer, compiled=compiled)
        master.allowed[chosen[plan.pool[master.offers.item[chosen]] < 0]] = False
        answer = master.solve(plan)
    master.allowed[theirs] = False
    return master.solve(plan)


def _chosen(plan: PlanState, master: Master, answer: Answer, theirs: Flags) -> Integers:
    """Offers taken nearly whole; where there are none, the top eighth by fractional value."""
    there = theirs & (plan.pool[master.offers.item] < 0) & master.allowed
    chosen = np.flatnonzero(there & (answer.taken > SURE))
    if not len(chosen):
        chosen = np.flatnonzero(there & (answer.taken > LITTLE))
        by_part = np.lexsort((chosen, -answer.taken[chosen]))
        chosen = chosen[by_part[: -(-len(chosen) // EIGHTH)]]
    o = master.offers
    return chosen[np.lexsort((o.item[chosen], -o.size[chosen], o.start[chosen]))]


def grant(problem: Problem, plan: PlanState, master: Master, chosen: Integers, answer: Answer, *, compiled: bool) -> None:
    """Put the offers on their lines in the order given: whole, or as many servers as the programme takes of the application.

    An application that would get less than half of its minimum is struck from the list.
    """
    offers = master.offers
    least = problem.tables.least[offers.item[chosen]]
    in_all = np.zeros(len(problem.tables.duration), dtype=np.int64)
    np.add.at(in_all, offers.item, answer.taken)
    taken = in_all[offers.item[chosen]]
    part = (offers.size[chosen] * taken + HALF) // ROUNDED
    want = np.where(taken > SURE, offers.size[chosen], np.maximum(least, part))
    too_little = 2 * part < least  # nearer to nothing than to the least it can do with
    master.allowed[np.isin(offers.item, offers.item[chosen[too_little]])] = False
    order, want = chosen[~too_little], want[~too_little]
    run(put_offers, problem.tables, plan, master.lines, offers, order, want, want, compiled=compiled)


def refresh(
    problem: Problem, plan: PlanState, master: Master, answer: Answer, items: Integers, *, rounds: int, slack: int, compiled: bool
) -> Answer:  # fmt: skip
    """Look for offers of the items that pay at the programme's prices and take them in, a few times."""
    for _ in range(rounds):
        charge = master.charges(answer)
        before = len(master.offers.item)
        master.add(listed(problem, plan, master.lines, items, answer.prices, charge, slack=slack, compiled=compiled))
        if len(master.offers.item) == before:
            break
        answer = master.solve(plan)
    return answer
