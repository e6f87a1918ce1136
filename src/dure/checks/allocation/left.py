"""What does the plan leave: free servers by pool and week, what the caps still allow, and use of the shares?"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dure.checks.allocation.bound import Arrays
from dure.checks.allocation.capacity import sum_by_pod
from dure.checks.allocation.values import leased_gpu_weeks, with_owed
from dure.formats.stages.allocation import AllocationRecommendation

Counts = NDArray[np.int64]


class Left(NamedTuple):
    """`by_pod`: free servers of each pool by pod and week; `caps`: GPU-weeks that organisations may still be granted."""

    by_pod: dict[str, Counts]
    pools_of: dict[str, list[str]]  # by GPU model
    weeks: int
    caps: dict[str, int]
    used: dict[str, int]
    rooms: dict[tuple[str, int, bool], Counts]

    def room(self, model: str, duration: int, *, in_one_pod: bool) -> Counts:
        """By start: how many servers of the roomiest pool are free in every week of that duration, counted and not named.

        A plan that moves nobody needs at least that; so what does not fit here fits nowhere.
        """
        key = (model, duration, in_one_pod)
        if key not in self.rooms:
            most = np.zeros(self.weeks, dtype=np.int64)
            for pool in self.pools_of.get(model, ()):
                counts = self.by_pod[pool] if in_one_pod else self.by_pod[pool].sum(axis=0, keepdims=True)
                beyond = np.full((len(counts), duration - 1), np.iinfo(np.int64).max, dtype=np.int64)
                windows = np.lib.stride_tricks.sliding_window_view(np.concatenate([counts, beyond], axis=1), duration, axis=1)
                most = np.maximum(most, windows.min(axis=2).max(axis=0, initial=0))
            self.rooms[key] = most
        return self.rooms[key]


def what_is_left(arrays: Arrays, recommendation: AllocationRecommendation) -> Left:
    """After all grants, whose pools, servers and applications are known."""
    weeks = arrays.facts.weeks
    applications = {application.id: application for application in arrays.facts.applications}
    free = {pool: laid.free.copy() for pool, laid in arrays.laid.items()}
    caps, used = dict(arrays.caps), with_owed(arrays.facts, leased_gpu_weeks(arrays.facts))
    for grant in recommendation.grants:
        laid, application = arrays.laid[grant.pool], applications[grant.application]
        end = min(grant.to_week, weeks)
        free[grant.pool][[laid.place[name] for name in grant.servers], grant.from_week : end] = False
        amount = laid.pool.gpus_per_server * len(grant.servers) * max(0, end - grant.from_week)
        used[application.sector] += amount
        if application.organisation in caps:
            caps[application.organisation] -= amount
    pools_of: dict[str, list[str]] = {}
    for pool, laid in arrays.laid.items():
        pools_of.setdefault(laid.pool.gpu_model, []).append(pool)
    by_pod = {pool: sum_by_pod(laid, free[pool]) for pool, laid in arrays.laid.items()}
    return Left(by_pod, pools_of, weeks, caps, used, {})
