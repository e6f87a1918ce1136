"""Kernels of insertion and removal: where an application fits, best fit into pods (Johnson and others 1974), and its undoing.

A plan is always feasible: each cell keeps its free count by week, each organisation what its cap leaves.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dure.decisions.allocation.kernels.compiling import kernel
from dure.decisions.allocation.kernels.subgradient import SHUT, TAX, PriceState, best_size
from dure.decisions.allocation.kernels.tables import Tables

Integers = NDArray[np.int64]
SURPLUS, VALUE, EARLIEST = range(3)  # what `best_place` looks for
TOTAL, COST, SERVED = range(3)
BILLION = 1000000000


class PlanState(NamedTuple):
    """Who has what, and what is left."""

    pool: Integers  # by application; -1 without grant
    start: Integers
    size: Integers
    value: Integers
    take: Integers  # servers by application and cell of its pool
    free: Integers  # by cell and week
    cap_left: Integers  # by organisation
    sector_used: Integers  # GPU-weeks, leases included
    sums: Integers  # TOTAL of values, COST of shares, SERVED
    head: Integers  # by pool: first of a doubly linked list of its grants
    after: Integers  # by application
    before: Integers
    low: Integers  # scratch, by week
    pod_room: Integers
    room: Integers
    cell_low: Integers  # scratch, by cell of a pool


def objective(state: PlanState) -> int:
    """Values less the cost of the shares."""
    return int(state.sums[TOTAL] - state.sums[COST])


def copied(state: PlanState) -> PlanState:
    """A plan of its own."""
    return PlanState(*(field.copy() for field in state))


@kernel
def share_cost(t: Tables, used: Integers) -> int:
    """Milli-points for GPU-weeks begun below floors and above ceilings."""
    whole = 0
    for sector in range(len(used)):
        whole += used[sector]
    missing = 0
    for sector in range(len(used)):
        low = t.floor[sector] * whole - used[sector] * BILLION
        high = used[sector] * BILLION - t.ceiling[sector] * whole
        if low > 0:
            missing += (low + BILLION - 1) // BILLION
        if high > 0:
            missing += (high + BILLION - 1) // BILLION
    return missing * t.penalty


@kernel
def set_minima(  # noqa: C901, PLR0912 - an inner loop
    free: Integers, base: int, weeks: int, first: int, starts: int, duration: int, low: Integers
) -> None:
    """low[k] = the least free count of a cell over the weeks of an option that starts at first + k."""
    last = first + starts - 1
    if last < first + duration:  # the weeks that all options share, then what each adds before and after them
        least = free[base + last]
        for week in range(last + 1, min(first + duration, weeks)):
            now = free[base + week]
            if now < least:
                least = now
        low[starts - 1] = least
        for late in range(starts - 2, -1, -1):
            now = free[base + first + late]
            if now < least:
                least = now
            low[late] = least
        least = SHUT
        for late in range(1, starts):
            week = first + late + duration - 1
            if week < weeks:
                now = free[base + week]
                if now < least:
                    least = now
            if least < low[late]:
                low[late] = least
    else:  # a sliding window that looks again only when its last least week has left it
        least, place, seen = SHUT, -1, first
        for late in range(starts):
            start = first + late
            if place < start:
                least, seen = SHUT, start
            end = min(start + duration, weeks)
            while seen < end:
                now = free[base + seen]
                if now <= least:
                    least, place = now, seen
                seen += 1
            low[late] = least


@kernel
def set_rooms(t: Tables, p: PlanState, item: int, pool: int) -> None:
    """room[k] = servers of the pool (of one pod, where required) that the item could have from its k-th start."""
    set_rooms_in(t, p, item, t.cell_at[pool], t.cell_at[pool + 1])


@kernel
def set_rooms_in(t: Tables, p: PlanState, item: int, first_cell: int, end_cell: int) -> None:
    """The same for some cells of a pool."""
    starts, weeks = t.starts[item], t.weeks
    if end_cell - first_cell == 1:
        set_minima(p.free, first_cell * weeks, weeks, t.first[item], starts, t.duration[item], p.room)
        return
    required = t.required[item]
    for late in range(starts):
        p.room[late] = 0
        p.pod_room[late] = 0
    for cell in range(first_cell, end_cell):
        set_minima(p.free, cell * weeks, weeks, t.first[item], starts, t.duration[item], p.low)
        fresh = required == 1 and cell > first_cell and t.cell_pod[cell] != t.cell_pod[cell - 1]
        for late in range(starts):
            in_pod = p.low[late] + (0 if fresh else p.pod_room[late])
            p.pod_room[late] = in_pod
            if in_pod > p.room[late]:
                p.room[late] = in_pod


@kernel
def best_place(t: Tables, u: PriceState, p: PlanState, item: int, aim: int) -> tuple[int, int, int, int, int]:  # noqa: C901 - an inner loop
    """The best of the options that fit: score, pool, start, servers, column. Equal ones: the first stays."""
    weeks, spans = t.weeks, len(t.durations)
    top, top_pool, top_start, top_size, top_column = -SHUT, -1, -1, 0, -1
    most, least, duration = t.most[item], t.least[item], t.duration[item]
    left = p.cap_left[t.organisation[item]]
    charge = u.cap[t.organisation[item]] - u.share[t.sector[item]] + u.book[TAX]
    for pair in range(t.pair_at[item], t.pair_at[item + 1]):
        gpus = t.kind_gpus[t.pair_kind[pair]]
        for member in range(t.kind_at[t.pair_kind[pair]], t.kind_at[t.pair_kind[pair] + 1]):
            pool = t.kind_pool[member]
            if t.cell_at[pool] == t.cell_at[pool + 1] or t.starts[item] == 0:
                continue
            set_rooms(t, p, item, pool)
            base = (pool * spans + t.duration_at[item]) * weeks
            for late in range(t.starts[item]):
                room = min(most, p.room[late])
                if room < least:
                    continue
                start, column = t.first[item] + late, t.column_at[pair] + late
                span_gpus = gpus * min(duration, weeks - start)
                if span_gpus * room > left:
                    room = left // span_gpus
                    if room < least:
                        continue
                price = u.unit[base + start] + span_gpus * charge if aim == SURPLUS else 0
                if aim == SURPLUS and top >= 0 and most * (1000 * (t.rate[column] + 1) - price) <= top:
                    continue
                score, size = best_size(t.size_down, t.above[column], t.below[column], price, room, least, 0)
                if size < least:
                    continue
                if aim == EARLIEST:
                    if size < t.size_down[min(most, len(t.size_down) - 1)]:
                        continue
                    score -= start * (1 << 53)
                if score > top:
                    top, top_pool, top_start, top_size, top_column = score, pool, start, size, column
    return top, top_pool, top_start, top_size, top_column


@kernel
def change_free(t: Tables, p: PlanState, item: int, sign: int) -> None:
    """Take the item's servers from its cells (sign -1), or give them back (sign 1)."""
    pool, start = p.pool[item], p.start[item]
    end = min(start + t.duration[item], t.weeks)
    for cell in range(t.cell_at[pool], t.cell_at[pool + 1]):
        count = p.take[item * t.widest + cell - t.cell_at[pool]] * sign
        if count != 0:
            for week in range(start, end):
                p.free[cell * t.weeks + week] += count
    gpu_weeks = t.pool_gpus[pool] * (end - start) * p.size[item] * sign
    p.cap_left[t.organisation[item]] += gpu_weeks
    p.sector_used[t.sector[item]] -= gpu_weeks
    p.sums[TOTAL] -= p.value[item] * sign
    p.sums[SERVED] -= sign
    p.sums[COST] = share_cost(t, p.sector_used)


@kernel
def link(p: PlanState, item: int) -> None:
    """Enter a grant into the list of its pool."""
    head = p.head[p.pool[item]]
    p.after[item] = head
    p.before[item] = -1
    if head >= 0:
        p.before[head] = item
    p.head[p.pool[item]] = item


@kernel
def split(t: Tables, p: PlanState, item: int, first_cell: int, end_cell: int) -> None:  # noqa: C901, PLR0912 - an inner loop
    """Divide the item's servers over those cells of its pool: the tightest pod that holds all, else the fewest cells."""
    weeks, own = t.weeks, t.cell_at[p.pool[item]]
    base, size, start = item * t.widest + first_cell - own, p.size[item], p.start[item]
    end = min(start + t.duration[item], weeks)
    for cell in range(own, t.cell_at[p.pool[item] + 1]):
        p.take[item * t.widest + cell - own] = 0
    if end_cell - first_cell == 1:
        p.take[base] = size
        return
    for cell in range(first_cell, end_cell):
        least = p.free[cell * weeks + start]
        for week in range(start + 1, end):
            least = min(least, p.free[cell * weeks + week])
        p.cell_low[cell - first_cell] = least
    first, last = first_cell, end_cell
    tight, tight_low = -1, SHUT
    while first < end_cell:  # the pod with the least room that holds all
        last, room = first, 0
        while last < end_cell and t.cell_pod[last] == t.cell_pod[first]:
            room += p.cell_low[last - first_cell]
            last += 1
        if room >= size and room < tight_low:
            tight, tight_low = first, room
        first = last
    first, last = first_cell, end_cell
    if tight >= 0:
        first = tight
        last = first
        while last < end_cell and t.cell_pod[last] == t.cell_pod[first]:
            last += 1
    while size > 0:
        chosen, chosen_low = -1, 0
        for cell in range(first, last):
            low = p.cell_low[cell - first_cell]
            if low == 0:
                continue
            if chosen < 0 or (low > chosen_low and chosen_low < size) or (low < chosen_low and low >= size):
                chosen, chosen_low = cell, low
        count = min(size, chosen_low)
        p.take[base + chosen - first_cell] = count
        p.cell_low[chosen - first_cell] = 0
        size -= count


@kernel
def put(t: Tables, p: PlanState, item: int, pool: int, start: int, size: int, column: int) -> None:
    """Grant the option, which fits."""
    put_in(t, p, item, pool, start, size, column, t.cell_at[pool], t.cell_at[pool + 1])


@kernel
def put_in(
    t: Tables, p: PlanState, item: int, pool: int, start: int, size: int, column: int, first_cell: int, end_cell: int
) -> None:
    """Grant the option on those cells of the pool, where it fits."""
    p.pool[item], p.start[item], p.size[item] = pool, start, size
    p.value[item] = t.above[column] * size // t.below[column]
    split(t, p, item, first_cell, end_cell)
    link(p, item)
    change_free(t, p, item, -1)


@kernel
def take_out(t: Tables, p: PlanState, item: int) -> None:
    """Withdraw the grant."""
    change_free(t, p, item, 1)
    if p.before[item] >= 0:
        p.after[p.before[item]] = p.after[item]
    else:
        p.head[p.pool[item]] = p.after[item]
    if p.after[item] >= 0:
        p.before[p.after[item]] = p.before[item]
    p.pool[item] = -1


@kernel
def insert(t: Tables, u: PriceState, p: PlanState, item: int, aim: int) -> bool:
    """Grant the best option that fits, unless the shares would lose more than its value."""
    _, pool, start, size, column = best_place(t, u, p, item, aim)
    if pool < 0:
        return False
    before = p.sums[TOTAL] - p.sums[COST]
    put(t, p, item, pool, start, size, column)
    if p.sums[TOTAL] - p.sums[COST] <= before and aim == SURPLUS:
        take_out(t, p, item)
        return False
    return True


def construct(t: Tables, u: PriceState, p: PlanState, order: Integers, aim: int) -> int:
    """Grant in this order whatever still fits; those that have a grant keep it."""
    for place in range(len(order)):
        if p.pool[order[place]] < 0:
            insert(t, u, p, order[place], aim)
    return p.sums[TOTAL] - p.sums[COST]  # type: ignore[no-any-return]
