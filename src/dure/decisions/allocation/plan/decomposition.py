"""Decomposition of a national round into groups of pools, balanced by the largest-first rule (Graham 1969).

The master problem of the whole country states which kind of server each application gets and when. Pools of one kind are
dealt into groups, and applications into groups so that each is asked for as much, week by week, as it has. Small
applications are so many that every group sees nearly the same demand; what is lost at the seams is filled afterwards.
"""

from typing import NamedTuple

import numpy as np

from dure.decisions.allocation.bound.pricing import charges, line_prices, listed
from dure.decisions.allocation.bound.restricted_master import Master
from dure.decisions.allocation.bound.subgradient import Priced
from dure.decisions.allocation.kernels.insertion import PlanState
from dure.decisions.allocation.kernels.offers import Offers
from dure.decisions.allocation.kernels.tables import Integers
from dure.decisions.allocation.model.problem import Problem

MOST_TOGETHER = 2_000  # applications that are planned in one piece
MOST_OF_A_KIND, SIZE = 6_000, 4_000  # of one kind in one piece; else of a group
MANY_POOLS, MOST_POOLS = 8, 3  # beyond so many of a kind they are grouped; pools of a group
RESERVE = 50  # thousandths of the value by which one may miss the prices and still be called where others do not fit


class Group(NamedTuple):
    """Applications and the pools from which they are served."""

    items: Integers
    pools: Integers


def groups_of(problem: Problem, priced: Priced, root: Master, empty: PlanState, *, compiled: bool) -> list[Group]:
    """The parts, the whole round where it is small. `root` holds offers on lines for the whole round."""
    t = problem.tables
    everyone = np.arange(len(t.duration))
    if len(everyone) <= MOST_TOGETHER:
        return [Group(everyone, np.arange(len(problem.pools)))]
    answer = root.solve(empty)
    prices, charge = line_prices(problem, root.lines, priced), charges(problem, priced.share, priced.cap)
    reserve = listed(problem, empty, root.lines, everyone, prices, charge, slack=RESERVE, compiled=compiled)
    taken = np.concatenate([answer.taken, np.zeros(len(reserve.item), dtype=np.int64)])
    offers = Offers(*(np.concatenate(pair) for pair in zip(root.offers, reserve, strict=True)))
    choice = _choices(offers, taken)
    kind = t.pair_kind[offers.pair[choice]]
    groups: list[Group] = []
    for one in range(len(t.kind_at) - 1):
        pools = t.kind_pool[t.kind_at[one] : t.kind_at[one + 1]]
        groups += _dealt(problem, offers, choice[kind == one], pools, taken=taken)
    return groups


def _choices(o: Offers, taken: Integers) -> Integers:
    """For each application the place of its offer that is taken most, the first of equals."""
    order = np.lexsort((np.arange(len(o.item)), -taken, o.item))
    _, first = np.unique(o.item[order], return_index=True)
    return order[first]


def _dealt(problem: Problem, o: Offers, mine: Integers, pools: Integers, *, taken: Integers) -> list[Group]:
    t, weeks = problem.tables, problem.tables.weeks
    by_items = 1 if len(mine) <= MOST_OF_A_KIND else -(-len(mine) // SIZE)
    by_pools = 1 if len(pools) <= MANY_POOLS else -(-len(pools) // MOST_POOLS)
    count = max(1, min(len(pools), max(by_items, by_pools)))
    cells = t.cell_capacity.reshape(-1, weeks).sum(axis=1)
    have = np.array([cells[t.cell_at[pool] : t.cell_at[pool + 1]].sum() for pool in pools])
    capacity, members = np.zeros(count), [[] for _ in range(count)]  # type: ignore[var-annotated]
    for place in np.lexsort((pools, -have)):
        group = int(np.argmin(capacity))
        capacity[group] += have[place]
        members[group].append(int(pools[place]))
    load, dealt = np.zeros((count, weeks)), [[] for _ in range(count)]  # type: ignore[var-annotated]
    big = o.size[mine] * t.duration[o.item[mine]]
    order = np.lexsort((o.item[mine], -big, taken[mine] == 0))
    for offer in mine[order]:
        start = int(o.start[offer])
        end = min(start + int(t.duration[o.item[offer]]), weeks)
        group = int(np.argmin(load[:, start:end].sum(axis=1) / capacity))
        load[group, start:end] += o.size[offer]
        dealt[group].append(int(o.item[offer]))
    return [
        Group(np.sort(np.array(a, dtype=np.int64)), np.array(sorted(b), dtype=np.int64))
        for a, b in zip(dealt, members, strict=True)
    ]
