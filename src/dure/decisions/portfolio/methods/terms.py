"""On which terms a method takes lots, and what it takes."""

from fractions import Fraction
from typing import NamedTuple

from dure.decisions.portfolio.offers import Offers, Picks
from dure.formats.kinds import Exact, Reason
from dure.formats.stages.portfolio import PortfolioFacts, ToAsk


class Terms(NamedTuple):
    """What may be taken of each lot; `turns`: the places of the lots in the order in which they are awarded.

    Where prices are matched, `lowest` is the lowest price of a GPU by model, and `offered` the lowest that each lot asks.
    """

    offers: Offers
    turns: tuple[int, ...] = ()
    models: tuple[str, ...] = ()
    lowest: dict[str, Fraction] | None = None
    offered: tuple[Fraction | None, ...] = ()


class Awarded(NamedTuple):
    """The step of each lot, why lots got less than their largest, and whom to ask before the others can be decided."""

    picks: Picks
    reasons: tuple[Reason, ...]
    to_ask: tuple[ToAsk, ...] | None = None
    lowest_prices: dict[str, Exact] | None = None


def as_offered(facts: PortfolioFacts, offers: Offers) -> Terms:
    """Every lot as it was offered."""
    del facts
    return Terms(offers)
