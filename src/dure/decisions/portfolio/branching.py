"""The best portfolio where there are too many to compare: exact branch and bound without a solver.

A branch is cut when even fractions of the remaining steps, bought in order of value for money,
could not beat the best portfolio found so far. Everything is in whole numbers, so a cut is a proof.
"""

from bisect import bisect_right
from collections import Counter
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from dure.decisions.portfolio.methods.rank_walk import walk
from dure.decisions.portfolio.offers import Limits, Offer, Offers, Picks
from dure.decisions.portfolio.sheet import totals
from dure.formats.errors import Infeasible

MOST_BRANCHES = 400_000


class Suffix(NamedTuple):
    """What the lots from one place on could add at most: free value, then price and value accumulated by worth."""

    free_value: int
    prices: list[int]
    values: list[int]
    public_gpus: int

    def most_value(self, room_amount: int) -> int:
        """The most that `room_amount` could buy of these lots if steps could be divided, rounded down."""
        full = bisect_right(self.prices, room_amount) - 1
        value = self.free_value + self.values[full]
        if full + 1 < len(self.prices):
            part = (self.values[full + 1] - self.values[full]) * (room_amount - self.prices[full])
            value += part // (self.prices[full + 1] - self.prices[full])
        return value


def best_of(offers: Offers, limits: Limits) -> Picks | None:
    """The best portfolio within the rules; None when none has the minimum of public GPUs."""
    return _Search(offers, limits).run()


class _Search:
    """The state of one search: the best so far, and how many branches were looked into."""

    def __init__(self, offers: Offers, limits: Limits) -> None:
        self.lots, self.limits = offers.lots, limits
        self.suffixes = [_suffix(offers.lots[place:]) for place in range(len(offers.lots) + 1)]
        self.by_provider: Counter[str] = Counter()
        self.branches = 0
        self.best: tuple[int, int, Picks] | None = None
        start = walk(offers, limits)
        if (made := totals(offers, start)).public_gpus >= limits.minimum_public_gpus:
            self.best = (-made.value, made.spent_amount, start)

    def run(self) -> Picks | None:
        self._branch((), 0, 0, 0)
        return self.best[2] if self.best else None

    def _branch(self, picks: Picks, spent: int, value: int, public: int) -> None:
        self.branches += 1
        if self.branches > MOST_BRANCHES:
            raise Infeasible(
                f"the best of the portfolios of {len(self.lots)} lots could not be proven in {MOST_BRANCHES:,} branches; "
                "offer fewer steps, or split the call.",
                code="too_many_portfolios",
                detail={"lots": str(len(self.lots)), "branches": str(MOST_BRANCHES)},
            )
        rest = self.suffixes[len(picks)]
        if public + rest.public_gpus < self.limits.minimum_public_gpus:
            return
        if self.best:
            most = value + rest.most_value(self.limits.budget_amount - spent)
            if most < -self.best[0] or (most == -self.best[0] and spent > self.best[1]):
                return
        if len(picks) == len(self.lots):
            if self.best is None or (-value, spent, picks) < self.best:
                self.best = (-value, spent, picks)
            return
        lot = self.lots[len(picks)]
        for number, option in enumerate(lot.options):
            provider_amount = self.by_provider[lot.provider] + option.price_amount
            if spent + option.price_amount <= self.limits.budget_amount and provider_amount <= self.limits.provider_amount:
                self.by_provider[lot.provider] = provider_amount
                self._branch((*picks, number), spent + option.price_amount, value + option.value, public + option.public_gpus)
                self.by_provider[lot.provider] -= option.price_amount
        self._branch((*picks, len(lot.options)), spent, value, public)


def _suffix(lots: tuple[Offer, ...]) -> Suffix:
    increments: list[tuple[Fraction, int, int]] = []
    free = 0
    for lot in lots:
        corners = _corners(lot)
        free += corners[0][1]
        for (price, value), (dearer, better) in pairwise(corners):
            increments.append((Fraction(value - better, dearer - price), dearer - price, better - value))
    prices, values = [0], [0]
    for _, price, value in sorted(increments):
        prices.append(prices[-1] + price)
        values.append(values[-1] + value)
    return Suffix(free, prices, values, sum(max((o.public_gpus for o in lot.options), default=0) for lot in lots))


def _corners(lot: Offer) -> list[tuple[int, int]]:
    """The upper concave hull of (price, value) over the steps and nothing; fractions of steps lie on it."""
    hull: list[tuple[int, int]] = []
    for price, value in sorted([(0, 0), *((option.price_amount, option.value) for option in lot.options)]):
        if hull and hull[-1][0] == price:
            hull.pop()  # the same price buys more
        while len(hull) > 1 and (hull[-1][1] - hull[-2][1]) * (price - hull[-1][0]) <= (value - hull[-1][1]) * (
            hull[-1][0] - hull[-2][0]
        ):
            hull.pop()
        if not hull or value > hull[-1][1]:
            hull.append((price, value))
    return hull
