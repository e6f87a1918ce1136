"""Kernels of the deflected subgradient method on the Lagrangian dual (Camerini, Fratta and Maffioli 1975).

Each application takes its best option at the prices; prices move along what was taken less what there is.
Everything here is integers on flat arrays; see `compiling`. Prices are in micro-points.
"""

from typing import NamedTuple

from dure.decisions.allocation.kernels.compiling import kernel
from dure.decisions.allocation.kernels.tables import Integers, Tables

SHUT = 1 << 60  # a price that stands for "cannot"
FINE = 64  # directions are kept in 1/64 of a server
PATIENCE = 16  # steps without a better bound before the step is halved
AGAIN = 1024  # where the step length restarts once it has come down
BEST, SLACK, STALL, BOUND, TAX = range(5)


class PriceState(NamedTuple):
    """Prices as they move, the best so far, and what they lead to."""

    prices: Integers  # by row and week
    share: Integers  # by sector
    cap: Integers  # by organisation
    best_prices: Integers
    best_share: Integers
    best_cap: Integers
    way: Integers  # direction of each kind of price
    share_way: Integers
    cap_way: Integers
    running: Integers  # sums of prices up to a week, by row
    unit: Integers  # price of one server, by pool, duration and start
    unit_row: Integers
    cheapest: Integers  # pool of the least unit price, by kind, duration and start
    used: Integers  # servers taken, by row and week
    share_used: Integers
    cap_used: Integers
    book: Integers  # BEST, SLACK, ... as named above


@kernel
def set_units(t: Tables, s: PriceState) -> None:
    """Price of one server for each pool, duration and start, and the cheapest pool of each kind."""
    running_sums(t, s)
    weeks, spans, wide = t.weeks, len(t.durations), t.weeks + 1
    entry_row, entry_open, running, unit, unit_row = t.entry_row, t.entry_open, s.running, s.unit, s.unit_row
    place = 0
    for pool in range(len(t.entry_at) - 1):
        first, after = t.entry_at[pool], t.entry_at[pool + 1]
        for span in range(spans):
            duration = t.durations[span]
            for start in range(weeks):
                end = start + duration
                if end > weeks:
                    end = weeks
                least, least_row = SHUT, -1
                for entry in range(first, after):
                    if entry_open[(entry * spans + span) * weeks + start]:
                        base = entry_row[entry] * wide
                        price = running[base + end] - running[base + start]
                        if price < least:
                            least, least_row = price, entry_row[entry]
                unit[place] = least
                unit_row[place] = least_row
                place += 1
    set_cheapest(t, s)


@kernel
def running_sums(t: Tables, s: PriceState) -> None:
    """Sums of prices up to each week, by row."""
    weeks, prices, running = t.weeks, s.prices, s.running
    for row in range(len(t.row_capacity) // weeks):
        total, place = 0, row * (weeks + 1)
        running[place] = 0
        for at in range(row * weeks, (row + 1) * weeks):
            total += prices[at]
            place += 1
            running[place] = total


@kernel
def set_cheapest(t: Tables, s: PriceState) -> None:
    """The pool of the least unit price; the first in order where several have it."""
    places, unit, cheapest = len(t.durations) * t.weeks, s.unit, s.cheapest
    for kind in range(len(t.kind_at) - 1):
        first, after = t.kind_at[kind], t.kind_at[kind + 1]
        for place in range(places):
            best = t.kind_pool[first]
            for member in range(first + 1, after):
                pool = t.kind_pool[member]
                if unit[pool * places + place] < unit[best * places + place]:
                    best = pool
            cheapest[kind * places + place] = best


@kernel
def best_size(size_down: Integers, above: int, below: int, price: int, most: int, least: int, thorough: int) -> tuple[int, int]:
    """The number of servers (at most `most`) with the largest surplus over the price, and that surplus.

    Where a server's worth and price differ by a milli-point or more, rounding cannot matter: the largest size
    is taken, unless `thorough`.
    """
    size = size_down[most]
    if size < least or above * size < below:
        return -SHUT, 0
    surplus = 1000 * (above * size // below) - size * price
    whole = 1000 * (above // below) - price
    if thorough == 0 and (whole >= 1000 or whole <= -1000):
        return surplus, size
    best = size
    while size > least:
        size = size_down[size - 1]
        if size < least or above * size < below:
            break
        other = 1000 * (above * size // below) - size * price
        if other > surplus:
            surplus, best = other, size
    return surplus, best


@kernel
def best_option(t: Tables, s: PriceState, item: int) -> tuple[int, int, int, int, int]:
    """Surplus, pool, start, servers and column of what the application would take; surplus 0 if nothing pays."""
    weeks, spans = t.weeks, len(t.durations)
    forced = t.forced[item]
    top, top_pool, top_start, top_size, top_column = (-SHUT if forced else 0), -1, -1, 0, -1
    span, duration, most, least, required = t.duration_at[item], t.duration[item], t.most[item], t.least[item], t.required[item]
    cap = t.cap[t.organisation[item]]
    limit = t.limit_pod if required else t.limit_any
    rate, unit, cheapest = t.rate, s.unit, s.cheapest
    charge = s.cap[t.organisation[item]] - s.share[t.sector[item]] + s.book[TAX]
    for pair in range(t.pair_at[item], t.pair_at[item + 1]):
        kind = t.pair_kind[pair]
        gpus = t.kind_gpus[kind]
        base = (kind * spans + span) * weeks
        column, start = t.column_at[pair] - 1, t.first[item] - 1
        for _ in range(t.starts[item]):
            column += 1
            start += 1
            covered = weeks - start
            span_gpus = gpus * (duration if duration < covered else covered)
            first = cheapest[base + start]
            price = unit[(first * spans + span) * weeks + start] + span_gpus * charge
            if forced == 0 and most * (1000 * (rate[column] + 1) - price) <= top:
                continue
            room = most if span_gpus * most <= cap else cap // span_gpus
            member, members = t.kind_at[kind], t.kind_at[kind + 1]
            place = (first * spans + span) * weeks + start
            if limit[place] >= most:
                members = member + 1
            else:
                first = t.kind_pool[member]
            while member < members:
                place = (first * spans + span) * weeks + start
                price = unit[place] + span_gpus * charge
                fits = min(room, limit[place])
                if unit[place] < SHUT and fits >= least:
                    surplus, size = best_size(
                        t.size_down, t.above[column], t.below[column], price, min(most, fits), least, forced
                    )
                    if surplus > top:
                        top, top_pool, top_start, top_size, top_column = surplus, first, start, size, column
                member += 1
                if member < members:
                    first = t.kind_pool[member]
    return top, top_pool, top_start, top_size, top_column


@kernel
def set_tax(t: Tables, s: PriceState) -> None:
    """What every GPU-week pays so that the share prices balance, rounded down."""
    total = 0
    for sector in range(len(t.leased)):
        price = s.share[sector]
        total += price * (t.floor[sector] if price > 0 else t.ceiling[sector])
    s.book[TAX] = total // 1000000000


@kernel
def respond(t: Tables, s: PriceState) -> int:  # noqa: C901 - an inner loop
    """Let every application take its best option; returns the bound in micro-points."""
    weeks, spans = t.weeks, len(t.durations)
    set_units(t, s)
    set_tax(t, s)
    total = 0
    for place in range(len(s.used)):
        s.used[place] = 0
        total += s.prices[place] * t.row_capacity[place]
    for sector in range(len(t.leased)):
        s.share_used[sector] = t.leased[sector]
        total += t.leased[sector] * (s.share[sector] - s.book[TAX])
    for organisation in range(len(t.cap)):
        s.cap_used[organisation] = 0
        if s.cap[organisation] > 0:
            total += s.cap[organisation] * t.cap[organisation]
    for item in range(len(t.duration)):
        surplus, pool, start, size, _ = best_option(t, s, item)
        if pool < 0 and t.forced[item]:
            total -= SHUT >> 6
        if pool >= 0:
            total += surplus
            end = min(start + t.duration[item], weeks)
            row = s.unit_row[(pool * spans + t.duration_at[item]) * weeks + start]
            s.used[row * weeks + start] += size
            if end < weeks:
                s.used[row * weeks + end] -= size
            gpus = size * (end - start) * t.pool_gpus[pool]
            s.share_used[t.sector[item]] += gpus
            s.cap_used[t.organisation[item]] += gpus
    for place in range(len(s.used)):
        if place % weeks:
            s.used[place] += s.used[place - 1]
    s.book[BOUND] = total
    return total


@kernel
def turn(old: int, new: int) -> int:
    """The direction: half of the last one, so that prices do not swing."""
    return (old + new) // 2


@kernel
def set_ways(t: Tables, s: PriceState, coarse: int, coarse_cap: int) -> int:
    """Directions from what was taken and what there is; returns their squared length."""
    norm = 0
    for place in range(len(s.used)):
        miss = s.used[place] - t.row_capacity[place]
        if t.row_capacity[place] == 0 or (miss < 0 and s.prices[place] == 0):
            miss = 0
        s.way[place] = turn(s.way[place], miss * FINE)
        norm += s.way[place] * s.way[place]
    whole = 0
    for sector in range(len(t.leased)):
        whole += s.share_used[sector]
    for sector in range(len(t.leased)):
        low = s.share_used[sector] - t.floor[sector] * whole // 1000000000
        high = s.share_used[sector] - t.ceiling[sector] * whole // 1000000000
        price = s.share[sector]
        miss = low if price > 0 else (high if price < 0 else min(low, 0) + max(high, 0))
        s.share_way[sector] = turn(s.share_way[sector], -miss * FINE // coarse)
        norm += s.share_way[sector] * s.share_way[sector]
    for organisation in range(len(t.cap)):
        miss = s.cap_used[organisation] - t.cap[organisation]
        if miss < 0 and s.cap[organisation] == 0:
            miss = 0
        s.cap_way[organisation] = turn(s.cap_way[organisation], miss * FINE // coarse_cap)
        norm += s.cap_way[organisation] * s.cap_way[organisation]
    return norm


@kernel
def copy(source: Integers, target: Integers) -> None:
    """Element by element, for lists and arrays alike."""
    for place in range(len(source)):
        target[place] = source[place]


@kernel
def move(t: Tables, s: PriceState, length: int, norm: int, coarse: int, coarse_cap: int) -> None:
    """One step along the directions, within what prices may be; halving both keeps products within 63 bits."""
    while length > 1 << 34:
        length //= 2
        norm = max(1, norm // 2)
    for place in range(len(s.prices)):
        s.prices[place] = max(0, s.prices[place] + length * s.way[place] // norm)
    limit = t.penalty * 1000
    for sector in range(len(s.share)):
        changed = s.share[sector] + length * s.share_way[sector] // norm // coarse
        s.share[sector] = max(-limit, min(limit, changed))
    for organisation in range(len(s.cap)):
        s.cap[organisation] = max(0, s.cap[organisation] + length * s.cap_way[organisation] // norm // coarse_cap)


def descend(t: Tables, s: PriceState, steps: int, floor: int, coarse: int, coarse_cap: int) -> int:
    """Lower the bound by `steps` steps of a deflected subgradient; the best prices are kept. Returns it."""
    for _ in range(steps):
        bound = respond(t, s)
        if s.book[BEST] < 0 or bound < s.book[BEST]:
            if bound < s.book[BEST] - s.book[BEST] // 100000 or s.book[BEST] < 0:
                s.book[STALL] = 0
            s.book[BEST] = bound
            copy(s.prices, s.best_prices)
            copy(s.share, s.best_share)
            copy(s.cap, s.best_cap)
        s.book[STALL] += 1
        if s.book[STALL] > PATIENCE:
            s.book[STALL] = 0
            s.book[SLACK] = s.book[SLACK] * 2 // 3
            if s.book[SLACK] < 2:
                s.book[SLACK] = AGAIN
            copy(s.best_prices, s.prices)
            copy(s.best_share, s.share)
            copy(s.best_cap, s.cap)
            respond(t, s)
            for place in range(len(s.way)):
                s.way[place] = 0
        target = max(floor, s.book[BEST] - s.book[BEST] // 65536 * s.book[SLACK])
        norm = set_ways(t, s, coarse, coarse_cap)
        if norm == 0:
            break
        move(t, s, max(1, (s.book[BOUND] - target)) * FINE, norm, coarse, coarse_cap)
    return int(s.book[BEST])
