"""Which server is in service, leased or free in which week, read anew from the facts."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dure.formats.stages.allocation import AllocationFacts, Lease, Pool

Flags = NDArray[np.bool_]


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
        usable = np.zeros((len(names), facts.weeks), dtype=bool)
        steps = {step.from_week: step.servers for step in pool.in_service}
        count_now = 0
        for week in range(facts.weeks):
            count_now = steps.get(week, count_now)
            usable[:count_now, week] = True
        for outage in pool.outages:
            rows = [place[outage.server]] if outage.server else [i for i, p in enumerate(pod_of) if pods[p].id == outage.pod]
            usable[rows, outage.from_week : outage.to_week] = False
        leased = np.zeros_like(usable)
        for lease in leases.get(pool.id, ()):
            leased[[place[name] for name in lease.servers], lease.from_week : lease.to_week] = True
        names_of_pods = tuple(pod.id for pod in pods)
        laid[pool.id] = Servers(pool, place, names_of_pods, tuple(pod_of), tuple(pod_ends), usable, leased, usable & ~leased)
    return laid


def sum_by_pod(laid: Servers, counted: NDArray[Any]) -> NDArray[np.int64]:
    """Sums over the servers of each pod of something counted by server and week."""
    running = np.zeros((len(laid.place) + 1, counted.shape[1]), dtype=np.int64)
    np.cumsum(counted, axis=0, out=running[1:])
    summed: NDArray[np.int64] = running[list(laid.pod_ends[1:])] - running[list(laid.pod_ends[:-1])]
    return summed


def gpu_weeks_in_all(laid: dict[str, Servers]) -> int:
    """GPU-weeks of servers in service, outages taken off and leases included."""
    return sum(int((s.usable | s.leased).sum()) * s.pool.gpus_per_server for s in laid.values())
