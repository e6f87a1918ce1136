"""Every portfolio within the rules, one by one: no solver, no tolerance, a complete proof."""

from math import prod
from typing import NamedTuple

from dure.decisions.portfolio.offers import Limits, Offers, Picks

# Up to here all portfolios are compared; beyond, branch and bound proves the best one alone.
MOST_COMPARED = 50_000


class Compared(NamedTuple):
    """One portfolio; the first by this order is the best."""

    minus_value: int
    spent_amount: int
    picks: Picks
    public_gpus: int


def enumerate_all(offers: Offers, limits: Limits) -> list[Compared] | None:
    """All portfolios within the rules, best first; None when there are too many to compare."""
    if prod(len(lot.options) + 1 for lot in offers.lots) > MOST_COMPARED:
        return None
    providers = {name: place for place, name in enumerate(sorted({lot.provider for lot in offers.lots}))}
    grown: list[tuple[Compared, tuple[int, ...]]] = [(Compared(0, 0, (), 0), (0,) * len(providers))]
    for lot in offers.lots:
        place, wider = providers[lot.provider], []
        for portfolio, spent in grown:
            for number, option in enumerate(lot.options):
                price = portfolio.spent_amount + option.price_amount
                provider_amount = spent[place] + option.price_amount
                if price <= limits.budget_amount and provider_amount <= limits.provider_amount:
                    wider.append(
                        (
                            Compared(
                                portfolio.minus_value - option.value,
                                price,
                                (*portfolio.picks, number),
                                portfolio.public_gpus + option.public_gpus,
                            ),
                            (*spent[:place], provider_amount, *spent[place + 1 :]),
                        )
                    )
            wider.append((portfolio._replace(picks=(*portfolio.picks, len(lot.options))), spent))
        grown = wider
    return sorted(portfolio for portfolio, _ in grown if portfolio.public_gpus >= limits.minimum_public_gpus)
