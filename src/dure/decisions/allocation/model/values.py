"""Exact values in small integers: the best lower rational approximation by continued fractions (Khinchin 1964).

The value of n servers is floor(n * x) with one fraction x for each model and start. Fractions whose
parts would not fit 63 bits are replaced by the largest fraction below with a denominator of at most N,
the servers asked for: floor(n * x) is the same for every n up to N, for p/n <= x holds exactly for the
fractions at or below it.
"""

from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from dure.decisions.allocation.kernels.tables import Integers
from dure.formats.kinds import exact
from dure.formats.stages.allocation import AllocationRules, Application

LARGEST = 2**62


class Columns(NamedTuple):
    """`above[c] * n // below[c]` is the value of n servers; column c is one start of one pair."""

    above: Integers
    below: Integers


class Worth(NamedTuple):
    """One application with one model: worth of a server-week without delay, and what limits its starts."""

    server_week: Fraction
    duration: int
    first_start: int
    starts: int
    servers: int
    delay_before: int


@lru_cache(maxsize=65536)
def server_week(score: str, priority: str, model_value: str, power: int) -> Fraction:
    """Milli-points of one server for one week, started at once."""
    return 1000 * (exact(score) / 100) ** power * exact(priority) * exact(model_value)


def worth(application: Application, model: str, *, first: int, starts: int, rules: AllocationRules) -> Worth:
    """What the columns of this application with this model are made from."""
    return Worth(
        server_week(application.score, application.priority, application.models[model], rules.score_power),
        application.weeks,
        first,
        starts,
        application.servers,
        first - application.earliest_week,
    )


def columns(worths: list[Worth], *, weeks: int, delay_per_week: Fraction) -> Columns:
    """All columns, pair after pair, start after start."""
    counts = np.array([worth.starts for worth in worths], dtype=np.int64)
    ends = np.cumsum(counts) if len(counts) else counts
    offset = np.arange(int(counts.sum()), dtype=np.int64) - np.repeat(ends - counts, counts)
    above, below = np.zeros(len(offset), dtype=np.int64), np.ones(len(offset), dtype=np.int64)
    lost, whole = delay_per_week.numerator, delay_per_week.denominator
    fits = np.array([_fits(worth, weeks, whole) for worth in worths], dtype=bool)
    plain = np.repeat(fits, counts)
    if plain.any():
        each = [
            (w.server_week.numerator, w.server_week.denominator * whole, w.duration, w.first_start, w.delay_before)
            if fit
            else (0, 1, 0, 0, 0)
            for w, fit in zip(worths, fits, strict=True)
        ]
        table = np.repeat(np.array(each, dtype=np.int64).reshape(-1, 5), counts, axis=0)
        covered = np.minimum(table[:, 2], weeks - (table[:, 3] + offset))
        kept = np.maximum(whole - lost * (table[:, 4] + offset), 0)
        above[plain] = (table[:, 0] * covered * kept)[plain]
        below[plain] = table[plain, 1]
    for pair in np.flatnonzero(~fits):
        start = int(ends[pair] - counts[pair])
        for late in range(int(counts[pair])):
            exactly = _rate(worths[pair], late, weeks, delay_per_week)
            small = lower_fraction(exactly, worths[pair].servers)
            above[start + late], below[start + late] = small.numerator, small.denominator
    return Columns(above, below)


def _rate(worth: Worth, late: int, weeks: int, delay_per_week: Fraction) -> Fraction:
    covered = min(worth.duration, weeks - worth.first_start - late)
    return worth.server_week * covered * max(Fraction(0), 1 - delay_per_week * (worth.delay_before + late))


def _fits(worth: Worth, weeks: int, whole: int) -> bool:
    largest = worth.server_week.numerator * min(worth.duration, weeks) * whole * worth.servers
    late = whole * (worth.delay_before + worth.starts + 1)
    return largest < LARGEST and late < LARGEST and worth.server_week.denominator * whole < LARGEST


def lower_fraction(value: Fraction, limit: int) -> Fraction:
    """The largest fraction not above `value` whose denominator is at most `limit` (continued fractions)."""
    if value.denominator <= limit:
        return value
    numerator, denominator = value.numerator, value.denominator
    before, below, last, last_below = 0, 1, 1, 0
    step = 0
    while True:
        whole = numerator // denominator
        if below + whole * last_below > limit:
            break
        before, below, last, last_below = last, last_below, before + whole * last, below + whole * last_below
        numerator, denominator = denominator, numerator - whole * denominator
        step += 1
    times = (limit - below) // last_below
    # The last convergent and the semiconvergent enclose the value; the lower of the two is the answer.
    if step % 2 == 1:
        return Fraction(last, last_below)
    return Fraction(before + times * last, below + times * last_below)
