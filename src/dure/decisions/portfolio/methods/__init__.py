"""The methods of the award, by the name that the rule `portfolio/method` gives.

A method says what may be taken of each lot, and at what price; and what is taken of it. What the money could buy
besides, the proven bound, and the sums are the same for all.
"""

from collections.abc import Callable
from typing import NamedTuple

from dure.decisions.portfolio.methods import lowest_price_matched, rank_walk
from dure.decisions.portfolio.methods.terms import Awarded, Terms, as_offered
from dure.decisions.portfolio.offers import Limits, Offers, Picks
from dure.formats.stages.portfolio import PortfolioFacts

Award = Callable[[Terms, Limits, Picks], Awarded]


class Method(NamedTuple):
    """`award`: the awards among lots on these terms, given the best portfolio of them."""

    open: Callable[[PortfolioFacts, Offers], Terms]
    award: Award


def _walk(terms: Terms, limits: Limits, best: Picks) -> Awarded:
    del best
    picks = rank_walk.walk(terms.offers, limits)
    return Awarded(picks, rank_walk.left_out(terms.offers, limits, picks, rank_walk=True))


def _best(terms: Terms, limits: Limits, best: Picks) -> Awarded:
    return Awarded(best, rank_walk.left_out(terms.offers, limits, best, rank_walk=False))


def _matched(terms: Terms, limits: Limits, best: Picks) -> Awarded:
    del best
    return lowest_price_matched.award(terms, limits)


METHODS = {
    "rank_walk": Method(as_offered, _walk),
    "best_portfolio": Method(as_offered, _best),
    "lowest_price_matched": Method(lowest_price_matched.open_at_lowest, _matched),
}
