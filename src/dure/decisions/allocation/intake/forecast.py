"""Bootstrap forecast of arrivals (Efron 1979): an earlier year resampled and reweighted by what has arrived so far.

Known are the applications of an earlier year (or the answers to a survey, written as applications) and those
that have arrived so far. A *sample* of what is still to come draws, for each later week, from the earlier
year's arrivals of that same week, with replacement. How many, and of which sort, follows what has arrived so
far: twice as many as a year ago by now means twice as many in the weeks to come, and likewise each sort's part.
The draws are public: they follow from the seed alone. Nothing is taken from applications that have not arrived.
"""

import datetime as dt
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import accumulate
from typing import NamedTuple

from msgspec.structs import replace

from dure.decisions.quantities import stream
from dure.formats.stages.allocation import Application

Sort = tuple[tuple[str, ...], bool]
ONE_WEEK = dt.timedelta(weeks=1)
LONG_WEEKS = 13
DOUBT = 64  # a 64th of the earlier year's volume is believed before anything has arrived
DOUBT_BY_SORT = 8  # applications of each sort, likewise
UNIT = 1 << 16
LARGEST_FACTOR = 8


class Forecast(NamedTuple):
    """The earlier year, from its first Monday, and the seed of the public draw. `adapt`: follow what arrives."""

    earlier: tuple[Application, ...]
    start_on: dt.date
    seed: str
    adapt: bool = True


def arrival_week(start_on: dt.date, application: Application) -> int:
    """Weeks since the start in which it arrived; 0 for all that came before."""
    start = dt.datetime.combine(start_on, dt.time(), dt.UTC)
    return max(0, (application.arrived_at - start) // ONE_WEEK)


def sort_of(application: Application) -> Sort:
    """The class by which the mix is followed: acceptable models, and whether it is long."""
    return tuple(sorted(application.models)), application.weeks > LONG_WEEKS


def samples(
    forecast: Forecast, arrived: Sequence[Application], *, now: int, count: int, weeks: int
) -> tuple[tuple[Application, ...], ...]:
    """That many samples of the applications that arrive after week `now`; `arrived`: those up to and including it."""
    by_week: dict[int, list[Application]] = {}
    for application in sorted(forecast.earlier, key=lambda application: application.id):
        by_week.setdefault(arrival_week(forecast.start_on, application), []).append(application)
    due = [application for week, those in by_week.items() if week <= now for application in those]
    factors = _factors(forecast.earlier, due, arrived) if forecast.adapt else {}
    drawn: list[tuple[Application, ...]] = []
    for number in range(count):
        sample: list[Application] = []
        for week in range(now + 1, weeks):
            sample += _draw(by_week.get(week, []), factors, f"{forecast.seed} {now}", number, week)
        drawn.append(tuple(sample))
    return tuple(drawn)


def _draw(those: list[Application], factors: dict[Sort, Fraction], seed: str, number: int, week: int) -> Iterable[Application]:
    """One week of one sample; drawn again in each week (it is in `seed`), so that no sample rules a year."""
    weights = list(accumulate(int(factors.get(sort_of(one), Fraction(1)) * UNIT) for one in those))
    if not weights or not weights[-1]:
        return
    numbers = stream(seed, "intake", str(number), str(week))
    whole, part = divmod(weights[-1], UNIT)
    for place in range(whole + (next(numbers) % UNIT < part)):
        one = those[bisect_right(weights, next(numbers) % weights[-1])]
        yield replace(one, id=f"sample-{week}-{place}", organisation=f"sample-{one.organisation}")


def _volume(applications: Iterable[Application]) -> int:
    return sum(application.servers * application.weeks for application in applications)


def _factors(earlier: Sequence[Application], due: Sequence[Application], arrived: Sequence[Application]) -> dict[Sort, Fraction]:
    """By sort: how many times as many are to be expected as in the earlier year."""
    expected, seen = Counter(map(sort_of, due)), Counter(map(sort_of, arrived))
    sorts = sorted({*map(sort_of, earlier), *seen})
    mix = {
        one: Fraction(seen[one] + DOUBT_BY_SORT, len(arrived) + DOUBT_BY_SORT * len(sorts))
        / Fraction(expected[one] + DOUBT_BY_SORT, len(due) + DOUBT_BY_SORT * len(sorts))
        for one in sorts
    }
    doubt = Fraction(_volume(earlier), DOUBT)
    by_sort: Counter[Sort] = Counter()
    for application in due:
        by_sort[sort_of(application)] += application.servers * application.weeks
    reweighted = sum((mix[one] * volume for one, volume in by_sort.items()), Fraction(0))
    level = (_volume(arrived) + doubt) / (reweighted + doubt) if reweighted + doubt else Fraction(1)
    return {one: min(Fraction(LARGEST_FACTOR), level * mix[one]) for one in sorts}
