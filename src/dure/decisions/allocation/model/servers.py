"""Servers free by week, and the cells in which they can be counted instead of named (interval graphs, Kolen and others 2007).

A *cell* is a set of servers of one pool (of one pod, where pods bind) that can be counted: grants that
respect its free count in each week can always be placed on named servers without moving anyone. That
holds for servers that, once free, stay free to the end of the horizon (colouring intervals by start),
and for servers that are free in exactly the same weeks (colouring within each run of free weeks).
"""

from bisect import bisect_left, bisect_right
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dure.decisions.allocation.model.validate import refuse_lease_spans
from dure.formats.errors import BadInput
from dure.formats.reading import require_known, require_unique
from dure.formats.stages.allocation import AllocationFacts, Outage, Pool

Flags = NDArray[np.bool_]


class PoolServers(NamedTuple):
    """The pool's servers in order: pod of each, and whether usable (in service, no outage) and free, by week."""

    pool: Pool
    names: tuple[str, ...]
    pods: tuple[str, ...]
    pod_of: NDArray[np.int64]
    usable: Flags
    free: Flags
    leased: Flags


class Cell(NamedTuple):
    """Countable servers (indices within the pool); `pod` is -1 when it spans the pool."""

    pod: int
    servers: tuple[int, ...]


def read_pools(facts: AllocationFacts) -> tuple[PoolServers, ...]:
    """All pools in order of id, with leases laid on their servers."""
    refuse_lease_spans(facts)
    pools = [_read_pool(pool, facts.weeks) for pool in sorted(facts.pools, key=lambda pool: pool.id)]
    place = {pool.pool.id: index for index, pool in enumerate(pools)}
    _refuse_twice(pools)
    index_of = [{name: index for index, name in enumerate(pool.names)} for pool in pools]
    service = [_in_service(pool.pool, len(pool.names), facts.weeks) for pool in pools]
    for lease in sorted(facts.leases, key=lambda lease: lease.id):
        pool, known = pools[place[lease.pool]], index_of[place[lease.pool]]
        require_known(lease.servers, known, where=f"lease {lease.id}, servers")
        weeks = slice(lease.from_week, min(lease.to_week, facts.weeks))
        in_service = service[place[lease.pool]]
        for name in sorted(lease.servers):
            row = known[name]
            if not in_service[row, weeks].all():
                week = lease.from_week + int(np.argmin(in_service[row, weeks]))
                raise BadInput(
                    f"server {name} is not in service in week {week}.",
                    where=f"lease {lease.id}",
                    todo="Correct the lease or the pool's in_service.",
                )
            if pool.leased[row, weeks].any():
                raise BadInput(
                    f"server {name} is in another lease at the same time.",
                    where=f"lease {lease.id}",
                    todo="Correct one of the two leases.",
                )
            pool.leased[row, weeks] = True
            pool.free[row, weeks] = False
    return tuple(pools)


def cells_of(pool: PoolServers, *, by_pod: bool) -> tuple[Cell, ...]:
    """The pool's servers in as few cells as can be counted; servers never free are left out."""
    groups: dict[tuple[int, int, bytes], list[int]] = {}
    for index in range(len(pool.names)):
        mask = pool.free[index]
        if not mask.any():
            continue
        pod = int(pool.pod_of[index]) if by_pod else -1
        stays_free = bool(mask[int(np.argmax(mask)) :].all())
        groups.setdefault((pod, 0, b"") if stays_free else (pod, 1, mask.tobytes()), []).append(index)
    return tuple(Cell(key[0], tuple(groups[key])) for key in sorted(groups))


def free_by_pod(pool: PoolServers) -> NDArray[np.int64]:
    """Free servers by pod and week."""
    running = np.zeros((len(pool.names) + 1, pool.free.shape[1]), dtype=np.int64)
    np.cumsum(pool.free, axis=0, out=running[1:])
    first, end = (np.searchsorted(pool.pod_of, np.arange(len(pool.pods)), side=side) for side in ("left", "right"))
    counted: NDArray[np.int64] = running[end] - running[first]
    return counted


def tightest(rows: NDArray[np.int64], pool: PoolServers, size: int) -> NDArray[np.int64]:
    """The pod with the least room that holds all, else the pods with the most room."""
    counts = np.bincount(pool.pod_of[rows], minlength=len(pool.pods))
    enough = np.flatnonzero(counts >= size)
    if len(enough):
        within: NDArray[np.int64] = rows[pool.pod_of[rows] == enough[np.argmin(counts[enough])]]
        return within[:size]
    order = np.lexsort((rows, pool.pod_of[rows], -counts[pool.pod_of[rows]]))
    chosen: NDArray[np.int64] = rows[order][:size]
    return chosen


def _read_pool(pool: Pool, weeks: int) -> PoolServers:
    names, pods, pod_of = [], [], []
    for number, pod in enumerate(sorted(pool.pods, key=lambda pod: pod.id)):
        pods.append(pod.id)
        if isinstance(pod.servers, int):
            ids = [f"{pool.id}/{pod.id}/{count:03d}" for count in range(1, pod.servers + 1)]
        else:
            ids = sorted(pod.servers)
        names.extend(ids)
        pod_of.extend([number] * len(ids))
    require_unique(names, where=f"pool {pool.id}, servers")
    usable = _in_service(pool, len(names), weeks).copy()
    known = {name: index for index, name in enumerate(names)}
    span = {pod: (bisect_left(pod_of, number), bisect_right(pod_of, number)) for number, pod in enumerate(pods)}
    for outage in pool.outages:
        usable[_hit(outage, pool, known, span), outage.from_week : outage.to_week] = False
    return PoolServers(
        pool, tuple(names), tuple(pods), np.array(pod_of, dtype=np.int64), usable, usable.copy(), np.zeros_like(usable)
    )


def _in_service(pool: Pool, servers: int, weeks: int) -> Flags:
    count = np.zeros(weeks, dtype=np.int64)
    for step in sorted(pool.in_service, key=lambda step: step.from_week):
        count[step.from_week :] = step.servers
    flags: Flags = np.arange(servers)[:, None] < count[None, :]
    return flags


def _hit(outage: Outage, pool: Pool, known: dict[str, int], span: dict[str, tuple[int, int]]) -> slice:
    if outage.server is not None:
        require_known([outage.server], known, where=f"pool {pool.id}, outages")
        return slice(known[outage.server], known[outage.server] + 1)
    return slice(*span[str(outage.pod)])


def _refuse_twice(pools: list[PoolServers]) -> None:
    require_unique((name for pool in pools for name in pool.names), where="servers of all pools")
