"""Whole-number draws from one named stream, so that adding a draw in one place moves nothing in another."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from dure.decisions.quantities import stream

SEED = "kr-2025-reconstruction-1"
T = TypeVar("T")


class Draws:
    """A stream of its own per list of names."""

    def __init__(self, *names: str) -> None:
        self._numbers = stream(SEED, *names)

    def below(self, limit: int) -> int:
        """0 up to, but not, `limit`; the modulo's bias is below one in 10^15."""
        return next(self._numbers) % limit

    def between(self, least: int, most: int) -> int:
        """`least` to `most`, both included."""
        return least + self.below(most - least + 1)

    def chance(self, percent: int) -> bool:
        """True in so many of a hundred cases."""
        return self.below(100) < percent

    def pick(self, items: Sequence[T]) -> T:
        """One of the items, all alike."""
        return items[self.below(len(items))]

    def weighted(self, weights: Mapping[T, int]) -> T:
        """One of the keys, in proportion to its weight."""
        place = self.below(sum(weights.values()))
        for item, weight in weights.items():
            place -= weight
            if place < 0:
                return item
        raise AssertionError("the weights cover every place")

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """The items in a drawn order."""
        left = list(items)
        return [left.pop(self.below(len(left))) for _ in range(len(left))]

    def bell(self, mean: int, deviation: int) -> int:
        """About normal: half the sum of twelve even draws, each up to one standard deviation either way."""
        return mean + sum(self.between(-deviation, deviation) for _ in range(12)) // 2
