"""What bound follows from the prices? One pass over the options, without a solver, in whole numbers.

The surplus of n servers is 1000 * floor(n * x) - n * p. Where 1000 * floor(x) and p lie 2,000 or more apart, it
only grows or only falls with n, so the smallest and the largest size decide; else every size is looked at.
"""

from fractions import Fraction
from typing import NamedTuple

import numpy as np

from dure.checks.allocation.capacity import Servers
from dure.checks.allocation.values import worth_per_server
from dure.formats.stages.allocation import AllocationFacts, AllocationRules, Application, Prices

MICRO = 1000


class Limits(NamedTuple):
    """By start: servers of the pool free throughout, those within one pod, and by pod whether there is one."""

    over_all: list[int]
    within: list[int]
    open_pods: list[list[bool]]


class Choice(NamedTuple):
    """What is left of an application's options; `granted` when refusing it is no longer among them."""

    granted: bool = False
    refused: bool = False
    in_pool: frozenset[str] = frozenset()
    not_in: frozenset[str] = frozenset()
    starts: tuple[int, int] = (0, 1 << 40)
    sizes: tuple[int, int] = (1, 1 << 40)


class Arena:
    """Facts and rules laid out for any number of passes."""

    def __init__(self, facts: AllocationFacts, rules: AllocationRules, laid: dict[str, Servers], caps: dict[str, int]) -> None:
        self.facts, self.rules, self.laid, self.caps = facts, rules, laid, caps
        durations = {min(a.weeks, facts.weeks) for a in facts.applications}
        self.limits = {(pool, d): _limits(servers, d) for pool, servers in laid.items() for d in durations}
        self.steps = sorted(set(rules.size_steps))
        self.by_model: dict[str, list[str]] = {}
        for pool, servers in sorted(laid.items()):
            self.by_model.setdefault(servers.pool.gpu_model, []).append(pool)

    def sizes(self, least: int, most: int) -> list[int]:
        """Allowed sizes in order."""
        return [step for step in self.steps if least <= step <= most] if self.steps else list(range(least, most + 1))


def _limits(servers: Servers, duration: int) -> Limits:
    weeks = servers.free.shape[1]
    busy = np.concatenate([np.zeros((len(servers.place), 1), dtype=np.int64), np.cumsum(~servers.free, axis=1)], axis=1)
    starts = np.arange(weeks)
    open_now = busy[:, np.minimum(starts + duration, weeks)] == busy[:, starts]
    by_pod = np.zeros((len(servers.pods), weeks), dtype=np.int64)
    np.add.at(by_pod, list(servers.pod_of), open_now)
    within = by_pod.max(axis=0) if len(by_pod) else np.zeros(weeks, dtype=np.int64)
    return Limits(by_pod.sum(axis=0).tolist(), within.tolist(), (by_pod > 0).tolist())


class Pass:
    """One list of prices, and what each application could gain at them."""

    def __init__(self, arena: Arena, prices: Prices) -> None:
        self.arena, self.prices = arena, prices
        self.tax = self._tax()
        self.units: dict[tuple[str, int], list[int | None]] = {}
        self._gains: dict[str, int] = {}

    def _tax(self) -> int:
        bounds = {sector.id: sector for sector in self.arena.facts.sectors}
        total = Fraction(0)
        for name, price in self.prices.share_prices.items():
            total += price * Fraction(bounds[name].floor if price > 0 else bounds[name].ceiling)
        return total.numerator // total.denominator

    def constant(self) -> int:
        """What does not depend on what applications take."""
        total = 0
        for pool, servers in self.arena.laid.items():
            if pool in self.prices.prices:
                free = servers.free.sum(axis=0).tolist()
                total += sum(p * n for p, n in zip(self.prices.prices[pool], free, strict=True))
            else:
                for number, pod in enumerate(servers.pods):
                    free = servers.free[[k for k, p in enumerate(servers.pod_of) if p == number]].sum(axis=0).tolist()
                    total += sum(p * n for p, n in zip(self.prices.prices[f"{pool}/{pod}"], free, strict=True))
        for name, price in self.prices.cap_prices.items():
            total += price * self.arena.caps.get(name, 0)
        return total

    def leased(self, used: dict[str, int]) -> int:
        """Share prices on GPU-weeks already leased."""
        return sum(count * (self.prices.share_prices.get(name, 0) - self.tax) for name, count in used.items())

    def unit(self, pool: str, duration: int) -> list[int | None]:
        """By start: price of one server of the pool, or None when none is free throughout."""
        if (pool, duration) not in self.units:
            servers, limits = self.arena.laid[pool], self.arena.limits[pool, duration]
            weeks = self.arena.facts.weeks
            keys = [pool] if pool in self.prices.prices else [f"{pool}/{pod}" for pod in servers.pods]
            sums = [np.concatenate([[0], np.cumsum(np.array(self.prices.prices[key], dtype=object))]) for key in keys]
            made: list[int | None] = []
            for start in range(weeks):
                end = min(start + duration, weeks)
                costs = [
                    int(total[end] - total[start])
                    for number, total in enumerate(sums)
                    if (limits.over_all[start] > 0 if len(keys) != len(servers.pods) else limits.open_pods[number][start])
                ]
                made.append(min(costs, default=None))
            self.units[pool, duration] = made
        return self.units[pool, duration]

    def gain(self, application: Application, choice: Choice | None = None) -> int | None:
        """The largest surplus among what is left to it; None when nothing is."""
        if choice is not None:
            return self._gain(application, choice)
        if application.id not in self._gains:
            self._gains[application.id] = self._gain(application, Choice()) or 0
        return self._gains[application.id]

    def price_of(self, application: Application, pool: str, start: int, servers: int) -> int | None:
        """Price of one option in micro-points."""
        facts = self.arena.facts
        covered = min(start + application.weeks, facts.weeks) - start
        unit = self.unit(pool, min(application.weeks, facts.weeks))[start]
        if unit is None:
            return None
        return servers * (unit + self.arena.laid[pool].pool.gpus_per_server * covered * self._charge(application))

    def _charge(self, application: Application) -> int:
        own = self.prices.cap_prices.get(application.organisation, 0)
        return own - self.prices.share_prices.get(application.sector, 0) + self.tax

    def _gain(self, application: Application, choice: Choice) -> int | None:
        best = None if choice.granted else 0
        if choice.refused:
            return best
        facts, charge = self.arena.facts, self._charge(application)
        duration, cap = min(application.weeks, facts.weeks), self.arena.caps.get(application.organisation)
        first, end = (
            max(application.earliest_week, choice.starts[0]),
            min(application.latest_week + 1, facts.weeks, choice.starts[1]),
        )
        for model in application.models:
            for start in range(first, end):
                worth: Fraction | None = None
                for pool in self.arena.by_model.get(model, ()):
                    if pool in choice.not_in or (choice.in_pool and pool not in choice.in_pool):
                        continue
                    unit, limits = self.unit(pool, duration)[start], self.arena.limits[pool, duration]
                    most = min(application.servers, (limits.within if application.pod == "required" else limits.over_all)[start])
                    gpu_weeks = self.arena.laid[pool].pool.gpus_per_server * min(duration, facts.weeks - start)
                    most = min(most, choice.sizes[1] - 1, most if cap is None else cap // gpu_weeks)
                    least = max(application.minimum_servers, choice.sizes[0])
                    if unit is None or most < least:
                        continue
                    worth = worth or worth_per_server(facts, self.arena.rules, application, model, start)
                    surplus = self._surplus(worth, unit + gpu_weeks * charge, least, most)
                    if surplus is not None and (best is None or surplus > best):
                        best = surplus
        return best

    def _surplus(self, worth: Fraction, price: int, least: int, most: int) -> int | None:
        whole = worth.numerator // worth.denominator
        near = whole < 1 or abs(MICRO * whole - price) < 2 * MICRO
        sizes = self.arena.sizes(least, most) if near or self.arena.steps else [least, most]
        values = [(size, worth.numerator * size // worth.denominator) for size in sizes]
        return max((MICRO * value - size * price for size, value in values if value > 0), default=None)
