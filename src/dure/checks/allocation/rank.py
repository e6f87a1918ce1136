"""Where rank decides: was anyone passed over for somebody of lower rank?

The plan is gone through in order of score. What those of higher rank leave is known by named servers; an
application that could have had an option on servers that are free throughout, without moving any other, must have that
or a better one.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from dure.checks.allocation.bound import Arrays
from dure.checks.allocation.values import worth_per_server
from dure.checks.allocation.waiting import precedence
from dure.formats.kinds import Fault
from dure.formats.stages.allocation import AllocationRecommendation, Application, Grant


def rank_faults(arrays: Arrays, recommendation: AllocationRecommendation) -> list[Fault]:
    """For the methods by rank, everyone who was passed over; grants are known to be sound."""
    if recommendation.method not in {"by_rank", "by_rank_with_best_start"} or recommendation.method != arrays.rules.method:
        return []
    place = precedence(arrays, by_score=True)
    grants = {grant.application: grant for grant in recommendation.grants}
    walk = _Walk(arrays, full_size=recommendation.method == "by_rank")
    found = []
    for application in sorted(arrays.facts.applications, key=lambda a: place[a.id]):
        grant = grants.get(application.id)
        if better := walk.better(application, grant):
            found.append(Fault(code="passed_over", where=application.id, message=better))
        if grant is not None:
            walk.give(application, grant)
    return found


class _Walk:
    """What is left by those of higher rank."""

    def __init__(self, arrays: Arrays, *, full_size: bool) -> None:
        self.arrays, self.full_size = arrays, full_size
        self.names = sorted(arrays.laid)
        self.number = {name: number for number, name in enumerate(self.names)}
        self.free = [arrays.laid[name].free.copy() for name in self.names]
        weeks = arrays.facts.weeks
        # Beyond the horizon everything is free; an option may run past it.
        self.counts = np.full((len(self.names), 2 * weeks), 1 << 40, dtype=np.int64)
        for number, free in enumerate(self.free):
            self.counts[number, :weeks] = free.sum(axis=0)
        self.caps = dict(arrays.caps)
        self.everything = sum(len(laid.place) for laid in arrays.laid.values())

    def give(self, application: Application, grant: Grant) -> None:
        """Take the servers of a grant."""
        laid, number = self.arrays.laid[grant.pool], self.number[grant.pool]
        rows, end = [laid.place[name] for name in grant.servers], min(grant.to_week, self.arrays.facts.weeks)
        self.free[number][rows, grant.from_week : end] = False
        self.counts[number, grant.from_week : end] -= len(rows)
        if application.organisation in self.caps:
            gpus = laid.pool.gpus_per_server
            self.caps[application.organisation] -= gpus * len(rows) * (end - grant.from_week)

    def better(self, application: Application, grant: Grant | None) -> str:
        """In words, an option that it should have had rather than what it has; empty where there is none."""
        if self.full_size:
            full = _last(self.arrays.sizes(application.minimum_servers, min(application.servers, self.everything)))
            if grant is not None and len(grant.servers) != full:
                return f"has {len(grant.servers)} servers, but by this method all {full} or none."
            return self._earlier(application, full, grant.from_week if grant else None) if full else ""
        worth = grant.value if grant else 0
        for pool, start, counted in self._counted(application, application.minimum_servers):
            if self._value(application, pool, start, counted) > worth:
                size = self._had(application, pool, start)
                if size and self._value(application, pool, start, size) > worth:
                    return self._words(pool, start, size)
        return ""

    def _earlier(self, application: Application, full: int, before: int | None) -> str:
        for pool, start, _ in self._counted(application, full, before=before):
            if self._had(application, pool, start) >= full and self._value(application, pool, start, full) > 0:
                return self._words(pool, start, full)
        return ""

    def _words(self, pool: int, start: int, size: int) -> str:
        return f"could have had {size} servers of {self.names[pool]} from week {start}, before those of lower rank."

    def _counted(self, application: Application, least: int, before: int | None = None) -> Iterator[tuple[int, int, int]]:
        """Pools and starts (earlier than `before`) at which enough servers are free, counted week by week."""
        weeks = self.arrays.facts.weeks
        first, end = application.earliest_week, min(application.latest_week + 1, weeks if before is None else before)
        duration = min(application.weeks, weeks)
        pools = [self.number[name] for model in application.models for kind in self._kinds(model) for name in kind]
        if first >= end or not pools:
            return
        windows = np.lib.stride_tricks.sliding_window_view(self.counts[pools, first : end + duration - 1], duration, axis=1)
        rooms: NDArray[np.int64] = windows.min(axis=2)
        for at, late in np.argwhere(rooms >= least).tolist():
            yield pools[at], first + late, int(rooms[at, late])

    def _kinds(self, model: str) -> list[list[str]]:
        return list(self.arrays.pools_of.get(model, {}).values())

    def _had(self, application: Application, pool: int, start: int) -> int:
        """The most servers that it could have had, by name; 0 for none."""
        laid, weeks = self.arrays.laid[self.names[pool]], self.arrays.facts.weeks
        throughout = self.free[pool][:, start : start + min(application.weeks, weeks)].all(axis=1)
        room = int(throughout.sum())
        if application.pod == "required":
            room = int(np.bincount(np.array(laid.pod_of)[throughout], minlength=1).max())
        cap = self.caps.get(application.organisation)
        if cap is not None:
            room = min(room, cap // (laid.pool.gpus_per_server * min(application.weeks, weeks - start)))
        return _last(self.arrays.sizes(application.minimum_servers, min(room, application.servers)))

    def _value(self, application: Application, pool: int, start: int, room: int) -> int:
        model = self.arrays.laid[self.names[pool]].pool.gpu_model
        above, below = worth_per_server(self.arrays.facts, self.arrays.rules, application, model, start)
        return above * min(room, application.servers) // below


def _last(sizes: list[int] | range) -> int:
    return sizes[-1] if sizes else 0
