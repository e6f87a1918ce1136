"""Placement on named servers: interval colouring in order of start (Kolen and others 2007), best fit over pods.

Within a cell grants are placed in order of their start on servers that are free then; because of what a
cell is (see `model.servers`) there are always enough, and nobody is moved. Pods: the one with the fewest free
servers that holds the whole grant, so that large blocks stay free; else as few pods as can be.
"""

from typing import NamedTuple

import numpy as np

from dure.decisions.allocation.kernels.insertion import PlanState
from dure.decisions.allocation.kernels.tables import Integers
from dure.decisions.allocation.model.problem import Problem


class Placed(NamedTuple):
    """Server ids by application (its number), grants over several pods, and the largest free block."""

    servers: dict[int, tuple[str, ...]]
    cross_pod_grants: int
    largest_free_block: int


def place(problem: Problem, plan: PlanState) -> Placed:
    """Name the servers of every grant."""
    t = problem.tables
    chosen: dict[int, tuple[str, ...]] = {}
    cross, block = 0, 0
    for number, pool in enumerate(problem.pools):
        items = [int(item) for item in np.flatnonzero(plan.pool == number)]
        items.sort(key=lambda item: (int(plan.start[item]), -int(plan.size[item]), item))
        taken: dict[int, list[int]] = {item: [] for item in items}
        free = pool.free.copy()
        for place_in_pool, cell in enumerate(problem.cells[number]):
            servers = np.array(cell.servers, dtype=np.int64)
            pods = pool.pod_of[servers]
            for item in items:
                count = int(plan.take[item * t.widest + place_in_pool])
                if count:
                    weeks = slice(int(plan.start[item]), int(plan.start[item] + t.duration[item]))
                    open_now = free[servers, weeks].all(axis=1)
                    picked = servers[_pick(np.flatnonzero(open_now), pods, count, {int(pool.pod_of[k]) for k in taken[item]})]
                    free[picked, weeks] = False
                    taken[item].extend(int(server) for server in picked)
        for item in items:
            chosen[item] = tuple(sorted(pool.names[server] for server in taken[item]))
            cross += len({int(pool.pod_of[server]) for server in taken[item]}) > 1
        for pod in range(len(pool.pods)):
            block = max(block, int(free[pool.pod_of == pod].sum(axis=0).max(initial=0)))
    return Placed(chosen, cross, block)


def _pick(open_now: Integers, pods: Integers, count: int, begun: set[int]) -> list[int]:
    """`count` of the open places: in a pod already begun, then the tightest pod, then the fewest pods."""
    by_pod: dict[int, list[int]] = {}
    for place_in_cell in open_now:
        by_pod.setdefault(int(pods[place_in_cell]), []).append(int(place_in_cell))
    order = sorted(by_pod, key=lambda pod: (pod not in begun, len(by_pod[pod]) < count, len(by_pod[pod]), pod))
    if order and len(by_pod[order[0]]) < count:
        order.sort(key=lambda pod: (pod not in begun, -len(by_pod[pod]), pod))
    picked = [server for pod in order for server in by_pod[pod]][:count]
    if len(picked) < count:
        raise AssertionError("a cell promised servers that are not there")
    return picked
