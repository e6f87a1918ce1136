"""Kernels of the pricing problem: options of small reduced cost are enumerated, and chosen ones put in pools by best fit.

A *unit* is a pool or a pod; a *line* is a set of units of one kind whose free servers are counted together; an *offer*
is an option of one application on one line. Integers on flat arrays only; see `compiling`.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dure.decisions.allocation.kernels.compiling import kernel
from dure.decisions.allocation.kernels.insertion import SERVED, PlanState, put_in, set_rooms_in, take_out
from dure.decisions.allocation.kernels.tables import Tables

Integers = NDArray[np.int64]
ROUNDED = 1 << 16  # a share of an offer is kept in parts of this


class Lines(NamedTuple):
    """Units (whole pools, or single pods) counted together: by kind its lines, by line its units, by unit its cells."""

    kind_at: Integers
    line_at: Integers
    line_unit: Integers
    unit_pool: Integers
    unit_first: Integers
    unit_end: Integers
    line_of_cell: Integers  # -1 where it is in none
    most_any: Integers  # by line of pools, duration and start: the most servers of one pool, and of one pod, in an empty round
    most_pod: Integers
    room: Integers  # scratch, by late start


class Offers(NamedTuple):
    """One entry per offer: application, its pair, first week, line, servers, value and GPU-weeks."""

    item: Integers
    pair: Integers
    start: Integers
    line: Integers
    size: Integers
    value: Integers
    gpu_weeks: Integers


@kernel
def set_line_rooms(t: Tables, p: PlanState, lines: Lines, item: int, line: int) -> None:
    """room[k] = the most servers that one pool of the line has for the item from its k-th start."""
    if p.sums[SERVED] == 0 and len(lines.most_any) > 0:
        most = lines.most_pod if t.required[item] else lines.most_any
        first = (line * len(t.durations) + t.duration_at[item]) * t.weeks + t.first[item]
        for late in range(t.starts[item]):
            lines.room[late] = most[first + late]
        return
    for late in range(t.starts[item]):
        lines.room[late] = 0
    for place in range(lines.line_at[line], lines.line_at[line + 1]):
        unit = lines.line_unit[place]
        if lines.unit_first[unit] < lines.unit_end[unit]:
            set_rooms_in(t, p, item, lines.unit_first[unit], lines.unit_end[unit])
            for late in range(t.starts[item]):
                if p.room[late] > lines.room[late]:
                    lines.room[late] = p.room[late]


@kernel
def look(
    t: Tables, p: PlanState, lines: Lines, sums: Integers, charge: int, item: int, slack: int, best: int, o: Offers, found: int
) -> tuple[int, int]:
    """One pass over the options of an item: the best surplus, and how many were written to the list from `found` on.

    Listed are those within `slack` thousandths of their value of `best`; with a negative slack none are.
    """
    weeks, top = t.weeks, 0
    most, least, duration, first = t.most[item], t.least[item], t.duration[item], t.first[item]
    left = p.cap_left[t.organisation[item]]
    for pair in range(t.pair_at[item], t.pair_at[item + 1]):
        kind, first_column = t.pair_kind[pair], t.column_at[pair]
        gpus = t.kind_gpus[kind]
        for line in range(lines.kind_at[kind], lines.kind_at[kind + 1]):
            set_line_rooms(t, p, lines, item, line)
            for late in range(t.starts[item]):
                room = lines.room[late]
                size = t.size_down[most if most < room else room]
                start, column = first + late, first_column + late
                covered = min(duration, weeks - start)
                gpu_weeks = gpus * covered
                if gpu_weeks * size > left:
                    size = t.size_down[left // gpu_weeks]
                above, below = t.above[column], t.below[column]
                if size < least or above * size < below:
                    continue
                base = line * (weeks + 1) + start
                value = above * size // below
                surplus = 1000 * value - size * (sums[base + covered] - sums[base] + gpu_weeks * charge)
                if surplus > top:
                    top = surplus
                if slack >= 0 and surplus >= best - slack * value:
                    if found < len(o.item):
                        o.item[found], o.pair[found], o.start[found], o.line[found] = item, pair, start, line
                        o.size[found], o.value[found], o.gpu_weeks[found] = size, value, gpu_weeks * size
                    found += 1
    return top, found


def list_offers(
    t: Tables, p: PlanState, lines: Lines, items: Integers, sums: Integers, charges: Integers, slack: int, o: Offers
) -> int:
    """Offers of the items without a grant that are near their best at these prices; returns how many there are.

    `sums`: running sums of prices by line; `charges`: by item, per GPU-week. What does not fit the list is counted only.
    """
    found = 0
    for place in range(len(items)):
        item = items[place]
        if p.pool[item] < 0 and t.starts[item] > 0:
            best, _ = look(t, p, lines, sums, charges[item], item, -1, 0, o, 0)
            _, found = look(t, p, lines, sums, charges[item], item, slack, best, o, found)
    return found


@kernel
def room_at(t: Tables, p: PlanState, item: int, first_cell: int, end_cell: int, start: int) -> int:
    """Servers of those cells (of one pod, where required) free from the start to the end."""
    end, room, in_pod = min(start + t.duration[item], t.weeks), 0, 0
    for cell in range(first_cell, end_cell):
        low = p.free[cell * t.weeks + start]
        for week in range(start + 1, end):
            low = min(low, p.free[cell * t.weeks + week])
        fresh = t.required[item] == 1 and cell > first_cell and t.cell_pod[cell] != t.cell_pod[cell - 1]
        in_pod = low + (0 if fresh else in_pod)
        room = max(room, in_pod)
    return int(room)


@kernel
def put_on_line(t: Tables, p: PlanState, lines: Lines, item: int, pair: int, start: int, line: int, most: int, least: int) -> int:
    """Grant up to `most` servers in the tightest unit of the line that has them, else in the roomiest; returns how many."""
    chosen, chosen_room = -1, 0
    for place in range(lines.line_at[line], lines.line_at[line + 1]):
        unit = lines.line_unit[place]
        room = room_at(t, p, item, lines.unit_first[unit], lines.unit_end[unit], start)
        if room < least:
            continue
        tighter = room >= most and (chosen_room < most or room < chosen_room)
        if chosen < 0 or tighter or (room < most and chosen_room < room):
            chosen, chosen_room = unit, room
    if chosen < 0:
        return 0
    pool = lines.unit_pool[chosen]
    gpu_weeks = t.pool_gpus[pool] * min(t.duration[item], t.weeks - start)
    size = t.size_down[min(most, chosen_room, p.cap_left[t.organisation[item]] // gpu_weeks)]
    column = t.column_at[pair] + start - t.first[item]
    if size < least or t.above[column] * size < t.below[column]:
        return 0
    put_in(t, p, item, pool, start, size, column, lines.unit_first[chosen], lines.unit_end[chosen])
    return int(size)


def put_offers(t: Tables, p: PlanState, lines: Lines, o: Offers, order: Integers, most: Integers, least: Integers) -> int:
    """Grant the offers in this order where they fit, each application once; returns how many were granted."""
    granted = 0
    for place in range(len(order)):
        offer = order[place]
        item = o.item[offer]
        if p.pool[item] < 0:
            granted += put_on_line(t, p, lines, item, o.pair[offer], o.start[offer], o.line[offer], most[place], least[place]) > 0
    return granted


def withdraw(t: Tables, p: PlanState, items: Integers) -> int:
    """Take these grants out of the plan; returns how many."""
    for place in range(len(items)):
        take_out(t, p, items[place])
    return len(items)
