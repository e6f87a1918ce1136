"""Kernels of ruin and recreate (Schrimpf and others 2000), with weighted interval scheduling to refill a pool.

A move takes a few grants out around one pool and week, and fills the gap better. The gap is filled by chains: of the
applications at hand, the sequence in time, one after the other, that is worth most in what is free, found exactly by
dynamic programming over the weeks; then the next chain. The first chains count what servers are worth to others (the
prices), later ones less and less of it, so that what pays comes first and what would else stay idle is used.
"""

from typing import NamedTuple

from dure.decisions.allocation.kernels.compiling import kernel
from dure.decisions.allocation.kernels.insertion import (
    BILLION,
    COST,
    SURPLUS,
    TOTAL,
    PlanState,
    change_free,
    insert,
    link,
    put,
    set_rooms,
    take_out,
)
from dure.decisions.allocation.kernels.subgradient import SHUT, TAX, PriceState, best_size
from dure.decisions.allocation.kernels.tables import Integers, Tables

MODULUS = 2147483647  # of the multiplicative generator of Park, Miller and Stockmeyer (1993); products fit 63 bits
MULTIPLIER = 48271
MOST_OUT, MOST_IN, MOST_OPTIONS = 48, 160, 2048
ROUNDS = 12  # chains for one gap at most
SEED, STAMP, OUT, CALLED, KINDS = range(5)  # places in `Search.seed`; from KINDS on the kind of each pool


class Search(NamedTuple):
    """What the search remembers between moves, and its scratch."""

    seed: Integers
    merit: Integers  # by application: surplus of its best option for a server-week, in micro-points
    list_at: Integers  # by kind and week: applications that could be served then, by falling merit
    listed: Integers
    called: Integers  # items taken out, then candidates
    mark: Integers  # by application: the move that touched it last
    kept: Integers  # pool, start, size, value and take of what was taken out
    key: Integers  # scratch of an order
    factor: Integers  # by candidate: chance, in 1/64
    worth: Integers  # by week: the best chain that ends by then
    last: Integers  # by week: the option that ends it there, or -1 to wait
    first: Integers  # by week: the last listed option that starts then
    option: Integers  # item, start, size, column and surplus of each option
    after: Integers  # the option listed before it with the same start


@kernel
def draw(s: Search, below: int) -> int:
    """The next number of the public stream, from 0 to below - 1."""
    s.seed[0] = s.seed[0] * MULTIPLIER % MODULUS
    return int(s.seed[0] % below)


def set_merits(t: Tables, u: PriceState, s: Search) -> None:
    """What a server-week is worth beyond its price in the best option of each application."""
    weeks, spans = t.weeks, len(t.durations)
    for item in range(len(t.duration)):
        charge = u.cap[t.organisation[item]] - u.share[t.sector[item]] + u.book[TAX]
        best = -SHUT
        for pair in range(t.pair_at[item], t.pair_at[item + 1]):
            kind = t.pair_kind[pair]
            for late in range(t.starts[item]):
                start, column = t.first[item] + late, t.column_at[pair] + late
                place = (kind * spans + t.duration_at[item]) * weeks + start
                unit = u.unit[(u.cheapest[place] * spans + t.duration_at[item]) * weeks + start]
                if unit < SHUT:
                    covered = min(t.duration[item], weeks - start)
                    surplus = 1000 * t.above[column] // t.below[column] - unit - t.kind_gpus[kind] * covered * charge
                    best = max(best, surplus // covered)
        s.merit[item] = best


@kernel
def pick_out(t: Tables, p: PlanState, s: Search, pool: int, week: int, wanted: int) -> int:
    """Choose about `wanted` grants of the pool that cover the week; returns how many."""
    there = 0
    item = p.head[pool]
    while item >= 0:
        if p.start[item] <= week < p.start[item] + t.duration[item]:
            there += 1
        item = p.after[item]
    count = 0
    item = p.head[pool]
    while item >= 0 and count < MOST_OUT:
        if p.start[item] <= week < p.start[item] + t.duration[item] and draw(s, max(there, 1)) < wanted:
            s.called[count] = item
            s.mark[item] = s.seed[STAMP]
            count += 1
        item = p.after[item]
    return count


@kernel
def keep(t: Tables, p: PlanState, s: Search, count: int) -> None:
    """Remember the grants about to be taken out."""
    width = 4 + t.widest
    for place in range(count):
        item = s.called[place]
        s.kept[place * width] = p.pool[item]
        s.kept[place * width + 1] = p.start[item]
        s.kept[place * width + 2] = p.size[item]
        s.kept[place * width + 3] = p.value[item]
        for cell in range(t.widest):
            s.kept[place * width + 4 + cell] = p.take[item * t.widest + cell]


@kernel
def restore(t: Tables, p: PlanState, s: Search, out: int, count: int) -> None:
    """Undo a move: what came in goes, what was taken out comes back where it was."""
    width = 4 + t.widest
    for place in range(count):
        if p.pool[s.called[place]] >= 0:
            take_out(t, p, s.called[place])
    for place in range(out):
        item = s.called[place]
        p.pool[item], p.start[item] = s.kept[place * width], s.kept[place * width + 1]
        p.size[item], p.value[item] = s.kept[place * width + 2], s.kept[place * width + 3]
        for cell in range(t.widest):
            p.take[item * t.widest + cell] = s.kept[place * width + 4 + cell]
        link(p, item)
        change_free(t, p, item, -1)


@kernel
def call_up(t: Tables, p: PlanState, s: Search, pool: int, first: int, end: int, count: int, wanted: int) -> int:
    """Add refused applications that could be served in [first, end), the better ones more often."""
    kind = s.seed[KINDS + pool]
    for _ in range(wanted):
        place = kind * t.weeks + first + draw(s, end - first)
        length = s.list_at[place + 1] - s.list_at[place]
        if length == 0 or count >= MOST_OUT + MOST_IN:
            continue
        deep = draw(s, 32768)
        item = s.listed[s.list_at[place] + deep * deep // 32768 * length // 32768]
        if p.pool[item] < 0 and s.mark[item] != s.seed[STAMP]:
            s.called[count] = item
            s.mark[item] = s.seed[STAMP]
            count += 1
    return count


@kernel
def pair_of(t: Tables, item: int, kind: int) -> int:
    """The item's pair with that kind, or -1."""
    for pair in range(t.pair_at[item], t.pair_at[item + 1]):
        if t.pair_kind[pair] == kind:
            return pair
    return -1


@kernel
def set_options(t: Tables, u: PriceState, p: PlanState, s: Search, pool: int, count: int, share: int) -> None:
    """List what the applications at hand could have in the pool now, by start; prices count `share` sixteenths."""
    weeks, listed = t.weeks, 0
    for week in range(weeks):
        s.first[week] = -1
    for place in range(count):
        item = s.called[place]
        pair = pair_of(t, item, s.seed[KINDS + pool])
        if p.pool[item] >= 0 or pair < 0 or t.starts[item] == 0:
            continue
        set_rooms(t, p, item, pool)
        charge = u.cap[t.organisation[item]] - u.share[t.sector[item]] + u.book[TAX]
        base = (pool * len(t.durations) + t.duration_at[item]) * weeks
        most, least, duration, first = t.most[item], t.least[item], t.duration[item], t.first[item]
        left, pool_gpus, first_column = p.cap_left[t.organisation[item]], t.pool_gpus[pool], t.column_at[pair]
        for late in range(t.starts[item]):
            room = p.room[late]
            if room < least or listed >= MOST_OPTIONS:
                continue
            if most < room:
                room = most
            start, column = first + late, first_column + late
            gpus = pool_gpus * min(duration, weeks - start)
            if gpus * room > left:
                room = left // gpus
            price = (u.unit[base + start] + gpus * charge) * share // 16
            surplus, size = best_size(t.size_down, t.above[column], t.below[column], price, room, least, 0)
            if surplus > 0:
                s.option[listed * 5] = item
                s.option[listed * 5 + 1] = start
                s.option[listed * 5 + 2] = size
                s.option[listed * 5 + 3] = column
                s.option[listed * 5 + 4] = surplus // 64 * s.factor[place]
                s.after[listed] = s.first[start]
                s.first[start] = listed
                listed += 1


@kernel
def put_chain(t: Tables, p: PlanState, s: Search, pool: int) -> int:  # noqa: C901 - an inner loop
    """Grant the chain of options that is worth most; returns how many it has."""
    weeks = t.weeks
    for week in range(weeks + 1):
        s.worth[week] = 0
        s.last[week] = -1
    for week in range(weeks):
        if s.worth[week + 1] < s.worth[week]:
            s.worth[week + 1] = s.worth[week]
            s.last[week + 1] = -1
        option = s.first[week]
        while option >= 0:
            end = min(week + t.duration[s.option[option * 5]], weeks)
            worth = s.worth[week] + s.option[option * 5 + 4]
            if worth > s.worth[end]:
                s.worth[end] = worth
                s.last[end] = option
            option = s.after[option]
    granted, week = 0, weeks
    while week > 0:
        option = s.last[week]
        if option < 0:
            week -= 1
            continue
        item, start = s.option[option * 5], s.option[option * 5 + 1]
        size, column = s.option[option * 5 + 2], s.option[option * 5 + 3]
        if p.pool[item] < 0:
            gpus = t.pool_gpus[pool] * size * min(t.duration[item], weeks - start)
            before = p.sums[TOTAL] - p.sums[COST]
            if gpus <= p.cap_left[t.organisation[item]]:
                put(t, p, item, pool, start, size, column)
                if p.sums[TOTAL] - p.sums[COST] <= before:
                    take_out(t, p, item)
                else:
                    granted += 1
        week = start
    return granted


@kernel
def refill(t: Tables, u: PriceState, p: PlanState, s: Search, pool: int, count: int) -> None:
    """Chain after chain, first at full prices, then at less and less."""
    share, left = 16, ROUNDS
    while left > 0:
        left -= 1
        set_options(t, u, p, s, pool, count, share)
        if put_chain(t, p, s, pool) == 0:
            if share == 0:
                break
            share = 13 if share == 16 else (8 if share == 13 else 0)


@kernel
def offer(t: Tables, u: PriceState, p: PlanState, s: Search, count: int) -> None:
    """The best place anywhere for each that has none: the long ones of those worth their price first.

    What is long fits in few places; what is short fills the gaps. The line is drawn a little differently each time.
    """
    line, style = draw(s, 16000) - 8000, draw(s, 4)
    for place in range(count):
        item = s.called[place]
        if s.merit[item] <= line:
            s.key[place] = BILLION - s.merit[item]
        elif style == 0:
            s.key[place] = -s.merit[item] // 16384 * draw(s, 16)
        else:
            s.key[place] = -t.duration[item] * (48 + draw(s, 32)) * (t.most[item] if style == 1 else 1)
    for _ in range(count):
        best = -1
        for place in range(count):
            if s.key[place] < SHUT and (best < 0 or s.key[place] < s.key[best]):
                best = place
        s.key[best] = SHUT
        if p.pool[s.called[best]] < 0:
            insert(t, u, p, s.called[best], SURPLUS)


@kernel
def focus(t: Tables, p: PlanState, s: Search) -> tuple[int, int]:
    """A pool and a week: of a random grant, or one in which servers stay idle."""
    pools = len(t.entry_at) - 1
    if draw(s, 2) == 0:
        for _ in range(8):
            pool, week = draw(s, pools), draw(s, t.weeks)
            for cell in range(t.cell_at[pool], t.cell_at[pool + 1]):
                if p.free[cell * t.weeks + week] > 0:
                    return pool, week
    item = draw(s, len(t.duration))
    if p.pool[item] < 0:
        return -1, 0
    return p.pool[item], p.start[item] + draw(s, min(t.duration[item], t.weeks - p.start[item]))


@kernel
def reach(t: Tables, p: PlanState, s: Search, out: int, week: int) -> tuple[int, int]:
    """The weeks that the grants taken out covered together."""
    first, end = week, week + 1
    for place in range(out):
        item = s.called[place]
        first = min(first, p.start[item])
        end = max(end, min(p.start[item] + t.duration[item], t.weeks))
    return first, end


def improve(t: Tables, u: PriceState, p: PlanState, s: Search, moves: int) -> int:
    """Make `moves` moves; one that loses is undone. Returns the objective."""
    for _ in range(moves):
        s.seed[STAMP] += 1
        pool, week = focus(t, p, s)
        if pool < 0:
            continue
        before = p.sums[TOTAL] - p.sums[COST]
        out = pick_out(t, p, s, pool, week, draw(s, s.seed[OUT]))
        first, end = reach(t, p, s, out, week)
        keep(t, p, s, out)
        for place in range(out):
            take_out(t, p, s.called[place])
        count = call_up(t, p, s, pool, first, end, out, s.seed[CALLED])
        spread = 1 + draw(s, 24)
        for place in range(count):
            s.factor[place] = 64 - draw(s, spread)
        if draw(s, 3):
            count = min(count, out + 12)
        else:
            refill(t, u, p, s, pool, count)
        offer(t, u, p, s, count)
        if p.sums[TOTAL] - p.sums[COST] < before:
            restore(t, p, s, out, count)
    return p.sums[TOTAL] - p.sums[COST]  # type: ignore[no-any-return]
