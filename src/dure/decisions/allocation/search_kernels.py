"""The inner loop of the search: take a few grants out around one pool and week, and fill the gap better."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dure.decisions.allocation.compiled import kernel
from dure.decisions.allocation.plan_kernels import COST, SERVED, SURPLUS, TOTAL, PlanState, change_free, insert, link, take_out
from dure.decisions.allocation.price_kernels import SHUT, TAX, PriceState
from dure.decisions.allocation.problem import Tables

Integers = NDArray[np.int64]
MODULUS = 2147483647  # of a multiplicative generator whose products fit 63 bits
MULTIPLIER = 48271
MOST_OUT, MOST_IN = 24, 40


class Search(NamedTuple):
    """What the search remembers between moves."""

    seed: Integers
    merit: Integers  # by application: surplus of its best option for a server-week, in micro-points
    list_at: Integers  # by kind and week: who could be served then, by falling merit
    listed: Integers
    granted: Integers  # scratch: items taken out, then candidates
    keys: Integers
    mark: Integers  # by application: the move that touched it last
    kept: Integers  # pool, start, size, value and take of what was taken out


@kernel
def draw(s: Search, below: int) -> int:
    """The next number of the public stream, from 0 to below - 1."""
    s.seed[0] = s.seed[0] * MULTIPLIER % MODULUS
    return s.seed[0] % below


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
def pick_out(t: Tables, p: PlanState, s: Search, pool: int, week: int, wanted: int, stamp: int) -> int:
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
            s.granted[count] = item
            s.mark[item] = stamp
            count += 1
        item = p.after[item]
    return count


@kernel
def keep(t: Tables, p: PlanState, s: Search, count: int) -> None:
    """Remember the grants about to be taken out."""
    width = 4 + t.widest
    for place in range(count):
        item = s.granted[place]
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
        if p.pool[s.granted[place]] >= 0:
            take_out(t, p, s.granted[place])
    for place in range(out):
        item = s.granted[place]
        p.pool[item], p.start[item] = s.kept[place * width], s.kept[place * width + 1]
        p.size[item], p.value[item] = s.kept[place * width + 2], s.kept[place * width + 3]
        for cell in range(t.widest):
            p.take[item * t.widest + cell] = s.kept[place * width + 4 + cell]
        link(p, item)
        change_free(t, p, item, -1)


@kernel
def call_up(t: Tables, p: PlanState, s: Search, kind: int, week: int, count: int, wanted: int, stamp: int) -> int:
    """Add refused applications that could be served then, the better ones more often; returns the new count."""
    place = kind * t.weeks + week
    first, length = s.list_at[place], s.list_at[place + 1] - s.list_at[place]
    for _ in range(wanted):
        if length == 0 or count >= MOST_OUT + MOST_IN:
            break
        deep = draw(s, 32768)
        item = s.listed[first + deep * deep // 32768 * length // 32768]
        if p.pool[item] < 0 and s.mark[item] != stamp:
            s.granted[count] = item
            s.mark[item] = stamp
            count += 1
    return count


@kernel
def arrange(t: Tables, s: Search, count: int) -> None:
    """Order of the refill: by merit with some chance, or the large and long ones first, or by chance."""
    style, spread = draw(s, 8), 1 + draw(s, 120000)
    for place in range(count):
        item = s.granted[place]
        if style < 5:
            s.keys[place] = -s.merit[item] + draw(s, spread)
        elif style < 7:
            s.keys[place] = -t.most[item] * t.duration[item] * (64 + draw(s, 64))
        else:
            s.keys[place] = draw(s, MODULUS)


@kernel
def least_key(s: Search, order: Integers, count: int, done: int) -> None:
    """Bring the least of what is left to place `done` of the order."""
    best = done
    for place in range(done + 1, count):
        if s.keys[order[place]] < s.keys[order[best]]:
            best = place
    order[done], order[best] = order[best], order[done]


def improve(t: Tables, u: PriceState, p: PlanState, s: Search, order: Integers, moves: int, heat: int) -> int:
    """Make `moves` moves; one that loses more than a random part of `heat` is undone. Returns the objective."""
    items = len(t.duration)
    for _ in range(moves):
        if p.sums[SERVED] == 0:
            break
        stamp = s.seed[1] + 1
        s.seed[1] = stamp
        item = draw(s, items)
        if p.pool[item] < 0:
            continue
        pool = p.pool[item]
        covered = min(t.duration[item], t.weeks - p.start[item])
        week = p.start[item] + draw(s, covered)
        before = p.sums[TOTAL] - p.sums[COST]
        out = pick_out(t, p, s, pool, week, 1 + draw(s, s.seed[2]), stamp)
        keep(t, p, s, out)
        for place in range(out):
            take_out(t, p, s.granted[place])
        count = call_up(t, p, s, s.seed[3 + pool], week, out, 2 + draw(s, s.seed[2] * 2), stamp)
        arrange(t, s, count)
        for place in range(count):
            order[place] = place
        for place in range(count):
            least_key(s, order, count, place)
            insert(t, u, p, s.granted[order[place]], SURPLUS)
        lost = before - (p.sums[TOTAL] - p.sums[COST])
        if lost > 0 and (heat == 0 or lost > draw(s, heat)):
            restore(t, p, s, out, count)
    return p.sums[TOTAL] - p.sums[COST]  # type: ignore[no-any-return]
