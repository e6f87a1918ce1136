"""Which server is in service, leased or free in which week, read again from the facts."""

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dure.formats.errors import BadInput
from dure.formats.stages.allocation import AllocationFacts, Lease, Pool

Flags = NDArray[np.bool_]
MEND = "No recommendation can be checked against such facts; correct them."


class Servers(NamedTuple):
    """One pool: server ids in order, the pod of each, and by server and week whether usable, leased and free."""

    pool: Pool
    place: dict[str, int]
    pods: tuple[str, ...]
    pod_of: tuple[int, ...]
    pod_ends: tuple[int, ...]  # the servers of pod k are those from pod_ends[k] up to pod_ends[k + 1]
    usable: Flags
    leased: Flags
    free: Flags


def lay_out(facts: AllocationFacts) -> dict[str, Servers]:
    """Every pool of the facts."""
    laid = {}
    leases: dict[str, list[Lease]] = {}
    for lease in facts.leases:
        leases.setdefault(lease.pool, []).append(lease)
    for pool in facts.pools:
        names: list[str] = []
        pod_of: list[int] = []
        pod_ends = [0]
        pods = sorted(pool.pods, key=lambda pod: pod.id)
        for number, pod in enumerate(pods):
            count = pod.servers if isinstance(pod.servers, int) else None
            ids = [f"{pool.id}/{pod.id}/{k + 1:03d}" for k in range(count)] if count else sorted(pod.servers)  # type: ignore[arg-type]
            names += ids
            pod_of += [number] * len(ids)
            pod_ends.append(len(names))
        place = {name: index for index, name in enumerate(names)}
        _refuse_unknown(place, names, pool, leases.get(pool.id, []))
        usable = np.zeros((len(names), facts.weeks), dtype=bool)
        span = {pod.id: ends for pod, ends in zip(pods, pairwise(pod_ends), strict=True)}
        steps = {step.from_week: step.servers for step in pool.in_service}
        count_now = 0
        for week in range(facts.weeks):
            count_now = steps.get(week, count_now)
            usable[:count_now, week] = True
        leased = np.zeros_like(usable)
        in_service = usable.copy()
        for outage in pool.outages:
            first, end = (place[outage.server], place[outage.server] + 1) if outage.server else span[str(outage.pod)]
            usable[first:end, outage.from_week : outage.to_week] = False
        for lease in leases.get(pool.id, ()):
            rows, held = [place[name] for name in lease.servers], slice(lease.from_week, lease.to_week)
            if leased[rows, held].any() or not in_service[rows, held].all():
                raise BadInput("a server is in two leases at once, or not in service.", where=f"lease {lease.id}", todo=MEND)
            leased[rows, held] = True
        names_of_pods = tuple(span)
        laid[pool.id] = Servers(pool, place, names_of_pods, tuple(pod_of), tuple(pod_ends), usable, leased, usable & ~leased)
    known: set[str] = set().union(*(servers.place for servers in laid.values()))
    if len(known) != sum(len(servers.place) for servers in laid.values()):
        raise BadInput("one server stands in two pools.", where="$.pools", todo=MEND)
    return laid


def _refuse_unknown(place: dict[str, int], names: list[str], pool: Pool, leases: list[Lease]) -> None:
    """Servers have one name each, and outages and leases name those that there are."""
    named = [outage.server for outage in pool.outages if outage.server] + [name for lease in leases for name in lease.servers]
    if strange := next((name for name in named if name not in place), None):
        raise BadInput(f"{strange!r} is not defined in this file.", where=f"pool {pool.id}", todo=MEND)
    if len(place) != len(names):
        raise BadInput("two servers have the same id.", where=f"pool {pool.id}", todo=MEND)


def sum_by_pod(laid: Servers, counted: NDArray[Any]) -> NDArray[np.int64]:
    """Sums over the servers of each pod of something counted by server and week."""
    running = np.zeros((len(laid.place) + 1, counted.shape[1]), dtype=np.int64)
    np.cumsum(counted, axis=0, out=running[1:])
    summed: NDArray[np.int64] = running[list(laid.pod_ends[1:])] - running[list(laid.pod_ends[:-1])]
    return summed


def gpu_weeks_in_all(laid: dict[str, Servers]) -> int:
    """GPU-weeks of servers in service, outages taken off and leases included."""
    return sum(int((s.usable | s.leased).sum()) * s.pool.gpus_per_server for s in laid.values())
