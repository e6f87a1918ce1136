"""Free servers counted by cell and week, with sliding window minima by doubling.

Servers of one cell (see `model.servers`) are counted, not named: as long as the count of each week is respected,
grants can be named in order of their start without moving anyone. So a later start may be promised as a
number, and its servers are named when it begins.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from dure.decisions.allocation.kernels.tables import Integers
from dure.decisions.allocation.model.problem import Problem
from dure.decisions.allocation.model.servers import Cell, cells_of, tightest
from dure.formats.errors import BadInput
from dure.formats.stages.allocation import Grant

PLENTY = 1 << 30


class Held(NamedTuple):
    """Servers counted off for one application: (cell, servers) of one pool in [start, end)."""

    pool: int
    start: int
    end: int
    cells: tuple[tuple[int, int], ...]


class Block(NamedTuple):
    """All pools of one GPU model: which, and where each pool and pod begins among the cells."""

    pools: tuple[int, ...]
    first: int
    end: int
    pool_at: Integers
    pod_at: Integers
    pods_at: Integers  # where each pool begins among the pods


class Counts:
    """Free servers by cell and week. `grants`: already named, as a solved round left them."""

    def __init__(self, problem: Problem, *, by_pod: bool, grants: Iterable[Grant] = ()) -> None:
        self.pools, self.weeks, self.by_pod = problem.pools, problem.tables.weeks, by_pod
        masks = [pool.free.copy() for pool in problem.pools]
        place = {pool.pool.id: number for number, pool in enumerate(problem.pools)}
        row_of = [{name: row for row, name in enumerate(pool.names)} for pool in problem.pools]
        for grant in grants:
            number = place[grant.pool]
            masks[number][[row_of[number][name] for name in grant.servers], grant.from_week : grant.to_week] = False
        self.masks = masks
        self.blocks: dict[str, Block] = {}
        self.cell_at: dict[int, tuple[int, int]] = {}
        self.cell_pod: list[int] = []
        self.cell_rows: list[tuple[int, ...]] = []
        free: list[Integers] = []
        for model in sorted({pool.pool.gpu_model for pool in problem.pools}):
            self._add_model(model, free)
        self.free: Integers = np.array(free, dtype=np.int64).reshape(-1, self.weeks)

    def _add_model(self, model: str, free: list[Integers]) -> None:
        first = len(free)
        pools: list[int] = []
        pool_at: list[int] = []
        pod_at: list[int] = []
        pods_at: list[int] = []
        for number, pool in enumerate(self.pools):
            cells = cells_of(pool._replace(free=self.masks[number]), by_pod=self.by_pod and len(pool.pods) > 1)
            if pool.pool.gpu_model != model:
                continue
            cells = cells or (Cell(-1, ()),)  # all taken: it may still be waited for
            pools.append(number)
            pool_at.append(len(free) - first)
            pods_at.append(len(pod_at))
            self.cell_at[number] = (len(free), len(free) + len(cells))
            for place, cell in enumerate(cells):
                if place == 0 or cell.pod != cells[place - 1].pod:
                    pod_at.append(len(free) - first)
                free.append(self.masks[number][list(cell.servers)].sum(axis=0))
                self.cell_pod.append(cell.pod)
                self.cell_rows.append(cell.servers)
        self.blocks[model] = Block(tuple(pools), first, len(free), *(np.array(a) for a in (pool_at, pod_at, pods_at)))

    def room(self, model: str, *, duration: int, first: int, starts: int, required: bool) -> Integers:
        """By pool of the model and start: servers (of one pod, where required) that are free throughout."""
        block = self.blocks[model]
        least = window_minima(self.free[block.first : block.end], duration=duration, first=first, starts=starts)
        if not required:
            summed: Integers = np.add.reduceat(least, block.pool_at, axis=0)
            return summed
        if not self.by_pod and any(len(self.pools[number].pods) > 1 for number in block.pools):
            raise BadInput("one pod is required, but the pools are counted as a whole.", where="intake", todo="Count by pod.")
        in_pods = np.add.reduceat(least, block.pod_at, axis=0)
        most: Integers = np.maximum.reduceat(in_pods, block.pods_at, axis=0)
        return most

    def take(self, pool: int, start: int, end: int, size: int) -> Held:
        """Count `size` servers off: in the tightest pod that holds all, else in the fewest cells."""
        first, last = self.cell_at[pool]
        low = self.free[first:last, start:end].min(axis=1)
        pods = np.array(self.cell_pod[first:last])
        names, place = np.unique(pods, return_inverse=True)
        room = np.bincount(place, weights=low, minlength=len(names)).astype(np.int64)
        enough = np.flatnonzero(room >= size)
        allowed = np.ones(len(low), dtype=bool)
        if len(enough):
            allowed = place == enough[np.argmin(room[enough])]
        cells, left = [], size
        for cell in sorted(np.flatnonzero(allowed & (low > 0)), key=lambda cell: (_awkward(int(low[cell]), size), int(cell))):
            count = min(left, int(low[cell]))
            cells.append((first + int(cell), count))
            left -= count
            if not left:
                break
        if left:
            raise AssertionError("a pool promised servers that are not there")
        held = Held(pool, start, end, tuple(cells))
        self.change(held, -1)
        return held

    def change(self, held: Held, sign: int) -> None:
        """Count the servers off (-1), or back (1)."""
        for cell, count in held.cells:
            self.free[cell, held.start : held.end] += sign * count

    def by_pool(self, pool: int) -> Integers:
        """Free servers of the pool by week."""
        first, last = self.cell_at[pool]
        total: Integers = self.free[first:last].sum(axis=0)
        return total

    def names(self, held: Sequence[Held]) -> list[tuple[str, ...]]:
        """Server ids for each, named in order of start; one that has begun keeps its ids whatever is added later."""
        free = [mask.copy() for mask in self.masks]
        named: list[tuple[str, ...]] = [()] * len(held)
        for number in sorted(range(len(held)), key=lambda number: (held[number].start, number)):
            one = held[number]
            pool, rows = self.pools[one.pool], []
            for cell, count in one.cells:
                members = np.array(self.cell_rows[cell], dtype=np.int64)
                able = members[free[one.pool][members, one.start : one.end].all(axis=1)]
                rows += [int(row) for row in tightest(able, pool, count)]
            free[one.pool][rows, one.start : one.end] = False
            named[number] = tuple(sorted(pool.names[row] for row in rows))
        return named


def _awkward(low: int, size: int) -> tuple[bool, int]:
    """The least cell that holds all first; where none does, large ones."""
    return (low < size, low if low >= size else -low)


def window_minima(free: Integers, *, duration: int, first: int, starts: int) -> Integers:
    """By row and start: the least count over [start, start + duration), up to the horizon; by doubling."""
    end = first + starts - 1 + duration
    window = free[:, first : min(end, free.shape[1])]
    if window.shape[1] < end - first:
        window = np.pad(window, ((0, 0), (0, end - first - window.shape[1])), constant_values=PLENTY)
    span = 1
    while span * 2 <= duration:
        window = np.minimum(window[:, :-span], window[:, span:])
        span *= 2
    least: Integers = np.minimum(window[:, :starts], window[:, duration - span : duration - span + starts])
    return least
