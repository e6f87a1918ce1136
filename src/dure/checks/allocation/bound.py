"""What bound follows from the prices? One pass over the options, without a solver, in whole numbers.

The surplus of n servers is 1000 * floor(n * x) - n * p. Unless p lies between 1000 * floor(x) and 1000 more, it
only grows or only falls with n, so the smallest and the largest size decide; else every size is looked at.
Of the pools of one kind only those matter to which no other is at once cheaper and roomier.
"""

from bisect import bisect_left, bisect_right
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dure.checks.allocation.capacity import Servers, sum_by_pod
from dure.checks.allocation.values import worth_per_server
from dure.formats.stages.allocation import AllocationFacts, AllocationRules, Application, Prices

MICRO = 1000


class Limits(NamedTuple):
    """By start: servers of the pool free throughout, those within one pod, and by pod whether there is one."""

    over_all: list[int]
    within: list[int]
    open_pods: NDArray[np.bool_]


class Choice(NamedTuple):
    """What is left of an application's options; `granted` when refusing it is no longer among them."""

    granted: bool = False
    refused: bool = False
    in_pool: frozenset[str] = frozenset()
    not_in: frozenset[str] = frozenset()
    starts: tuple[int, int] = (0, 1 << 40)
    sizes: tuple[int, int] = (1, 1 << 40)


ANY = Choice()
MUST = Choice(granted=True)


class Offer(NamedTuple):
    """Of a pool: price of one server, and how many an application could have there."""

    unit: int
    room: int


class Arrays:
    """Facts and rules laid out for any number of passes."""

    def __init__(self, facts: AllocationFacts, rules: AllocationRules, laid: dict[str, Servers], caps: dict[str, int]) -> None:
        self.facts, self.rules, self.laid, self.caps = facts, rules, laid, caps
        durations = sorted({min(a.weeks, facts.weeks) for a in facts.applications})
        self.limits: dict[tuple[str, int], Limits] = {}
        for pool, servers in laid.items():
            self.limits |= {(pool, d): limits for d, limits in zip(durations, _limits(servers, durations), strict=True)}
        self.steps = sorted(set(rules.size_steps))
        self.pools_of: dict[str, dict[int, list[str]]] = {}
        for pool, servers in sorted(laid.items()):
            kind = self.pools_of.setdefault(servers.pool.gpu_model, {})
            kind.setdefault(servers.pool.gpus_per_server, []).append(pool)

    def is_size(self, size: int) -> bool:
        """Is it one of the sizes that the rules allow?"""
        return not self.steps or size in self.steps

    def sizes(self, least: int, most: int) -> list[int] | range:
        """Allowed sizes in order."""
        if self.steps:
            return self.steps[bisect_left(self.steps, least) : bisect_right(self.steps, most)]
        return range(least, most + 1)


def _limits(servers: Servers, durations: list[int]) -> list[Limits]:
    weeks = servers.free.shape[1]
    busy = np.zeros((len(servers.place), weeks + 1), dtype=np.int16)
    np.cumsum(~servers.free, axis=1, out=busy[:, 1:])
    starts, found = np.arange(weeks), []
    for duration in durations:
        by_pod = sum_by_pod(servers, busy[:, np.minimum(starts + duration, weeks)] == busy[:, :-1])
        within = by_pod.max(axis=0, initial=0)
        found.append(Limits(by_pod.sum(axis=0).tolist(), within.tolist(), by_pod > 0))
    return found


class Pass:
    """One list of prices, and what each application could gain at them."""

    def __init__(self, arrays: Arrays, prices: Prices) -> None:
        self.arrays, self.prices = arrays, prices
        self.tax = self._tax()
        self.units: dict[tuple[str, int], list[int | None]] = {}
        self._offers: dict[tuple[object, ...], list[list[Offer]]] = {}

    def _tax(self) -> int:
        bounds = {sector.id: sector for sector in self.arrays.facts.sectors}
        total = Fraction(0)
        for name, price in self.prices.share_prices.items():
            total += price * Fraction(bounds[name].floor if price > 0 else bounds[name].ceiling)
        return total.numerator // total.denominator

    def constant(self) -> int:
        """What does not depend on what applications take."""
        total = 0
        for pool, servers in self.arrays.laid.items():
            if pool in self.prices.prices:
                free = servers.free.sum(axis=0).tolist()
                total += sum(p * n for p, n in zip(self.prices.prices[pool], free, strict=True))
            else:
                for pod, counts in zip(servers.pods, sum_by_pod(servers, servers.free).tolist(), strict=True):
                    total += sum(p * n for p, n in zip(self.prices.prices[f"{pool}/{pod}"], counts, strict=True))
        for name, price in self.prices.cap_prices.items():
            total += price * self.arrays.caps.get(name, 0)
        return total

    def leased(self, used: dict[str, int]) -> int:
        """Share prices on GPU-weeks already leased."""
        return sum(count * (self.prices.share_prices.get(name, 0) - self.tax) for name, count in used.items())

    def unit(self, pool: str, duration: int) -> list[int | None]:
        """By start: price of one server of the pool, or None when none is free throughout."""
        if (pool, duration) not in self.units:
            servers, limits = self.arrays.laid[pool], self.arrays.limits[pool, duration]
            weeks, whole = self.arrays.facts.weeks, pool in self.prices.prices
            sums = [_running(self.prices.prices[key]) for key in ([pool] if whole else [f"{pool}/{pod}" for pod in servers.pods])]
            made: list[int | None] = []
            for start in range(weeks):
                end = min(start + duration, weeks)
                open_now = (
                    [0] if whole and limits.over_all[start] else [] if whole else np.flatnonzero(limits.open_pods[:, start])
                )
                made.append(min((sums[number][end] - sums[number][start] for number in open_now), default=None))
            self.units[pool, duration] = made
        return self.units[pool, duration]

    def price_of(self, application: Application, pool: str, start: int, servers: int) -> int | None:
        """Price of one option in micro-points."""
        facts = self.arrays.facts
        covered = min(start + application.weeks, facts.weeks) - start
        unit = self.unit(pool, min(application.weeks, facts.weeks))[start]
        if unit is None:
            return None
        return servers * (unit + self.arrays.laid[pool].pool.gpus_per_server * covered * self.charge(application))

    def charge(self, application: Application) -> int:
        """Price of a GPU-week on top of that of the server: for the cap and for the shares."""
        own = self.prices.cap_prices.get(application.organisation, 0)
        return own - self.prices.share_prices.get(application.sector, 0) + self.tax

    def gain(self, application: Application, choice: Choice = ANY) -> int | None:
        """The largest surplus among what is left to it; None when nothing is."""
        best = None if choice.granted else 0
        if choice.refused:
            return best
        facts, charge, least = self.arrays.facts, self.charge(application), max(application.minimum_servers, choice.sizes[0])
        duration, cap = min(application.weeks, facts.weeks), self.arrays.caps.get(application.organisation)
        asked = min(application.servers, choice.sizes[1] - 1)
        first = max(application.earliest_week, choice.starts[0])
        end = min(application.latest_week + 1, facts.weeks, choice.starts[1])
        for model in application.models:
            for gpus in self.arrays.pools_of.get(model, ()):
                offers = self._offers_of(application, model, gpus, choice)
                for start in range(first, end):
                    gpu_weeks = gpus * min(duration, facts.weeks - start)
                    top = asked if cap is None else min(asked, cap // gpu_weeks)
                    if top < least or not offers[start]:
                        continue
                    worth = worth_per_server(facts, self.arrays.rules, application, model, start)
                    for unit, room in offers[start]:
                        surplus = self._surplus(worth, unit + gpu_weeks * charge, least, min(top, room))
                        if surplus is not None and (best is None or surplus > best):
                            best = surplus
                        if room >= top:
                            break
        return best

    def _offers_of(self, application: Application, model: str, gpus: int, choice: Choice) -> list[list[Offer]]:
        """By start: from the cheapest pool on, each that has more room than all cheaper ones."""
        duration, required = min(application.weeks, self.arrays.facts.weeks), application.pod == "required"
        key = (model, gpus, duration, required, choice.in_pool, choice.not_in)
        if key not in self._offers:
            by_start: list[list[Offer]] = [[] for _ in range(self.arrays.facts.weeks)]
            for pool in self.arrays.pools_of[model][gpus]:
                if pool in choice.not_in or (choice.in_pool and pool not in choice.in_pool):
                    continue
                limits = self.arrays.limits[pool, duration]
                rooms = limits.within if required else limits.over_all
                for start, (unit, room) in enumerate(zip(self.unit(pool, duration), rooms, strict=True)):
                    if unit is not None:
                        by_start[start].append(Offer(unit, room))
            self._offers[key] = [_frontier(offers) for offers in by_start]
        return self._offers[key]

    def _surplus(self, worth: tuple[int, int], price: int, least: int, most: int) -> int | None:
        above, below = worth
        whole = MICRO * (above // below)
        sizes: list[int] | range = self.arrays.sizes(least, most)
        if len(sizes) > 2 and whole and not whole < price < whole + MICRO:
            sizes = [sizes[0], sizes[-1]]
        values = [(size, above * size // below) for size in sizes]
        return max((MICRO * value - size * price for size, value in values if value > 0), default=None)


def _frontier(offers: list[Offer]) -> list[Offer]:
    kept: list[Offer] = []
    for offer in sorted(offers, key=lambda offer: (offer.unit, -offer.room)):
        if not kept or offer.room > kept[-1].room:
            kept.append(offer)
    return kept


def _running(prices: tuple[int, ...]) -> list[int]:
    """Sums up to each week, in Python's integers: a hostile price may be of any size."""
    sums = [0]
    for price in prices:
        sums.append(sums[-1] + price)
    return sums
