"""Which lots are taken, in which quantity, within the budget?

The rule names the method of the award. `rank_walk`: in rank order each lot gets its largest offered step that fits the
money left and the limits. `best_portfolio`: of all portfolios within the rules, the one with the largest objective.
`lowest_price_matched`: model by model, those who supply at the lowest price that was offered. Whatever the method, the
walk and the best are computed, and `bound` is the best: of lots at the prices and answers that the method goes by.

Objective of a portfolio: the sum over its awards of public GPUs x relative compute of their model
x score / 100; public GPUs are (servers - own-use servers) x GPUs per server. Equal objectives: less
money first, then the larger step for the better ranked. Exact whole numbers throughout; figures
are rounded half up at six decimals where they are printed.
"""

from fractions import Fraction

from dure.decisions.portfolio.alternatives import alternatives
from dure.decisions.portfolio.branching import best_of
from dure.decisions.portfolio.enumeration import enumerate_all
from dure.decisions.portfolio.methods import METHODS, Method
from dure.decisions.portfolio.methods.rank_walk import walk
from dure.decisions.portfolio.methods.terms import Awarded, Terms
from dure.decisions.portfolio.offers import Limits, Offers, Picks, open_offers
from dure.decisions.portfolio.sheet import awards, objective_text, totals
from dure.formats.errors import Infeasible
from dure.formats.stages.portfolio import PortfolioFacts, PortfolioRecommendation, PortfolioRules

BILLION = 1_000_000_000


def recommend(facts: PortfolioFacts, rules: PortfolioRules) -> PortfolioRecommendation:
    """Recommend the awards, and show what else the money could buy."""
    method = METHODS[rules.method]
    terms = method.open(facts, open_offers(facts, rules))
    offers, limits = terms.offers, limits_of(facts.budget_amount, rules)
    if _asks(method, terms, limits):  # an answer may still bring the minimum: until then it is asked of awards alone
        limits = limits._replace(minimum_public_gpus=0)
    walked = walk(offers, limits)
    compared = enumerate_all(offers, limits)
    best = compared[0].picks if compared else best_of(offers, limits) if compared is None else None
    if best is None:
        raise Infeasible(
            f"no portfolio within the rules has {limits.minimum_public_gpus} public GPUs; "
            f"following rank order {totals(offers, walked).public_gpus} are reached.",
            code="minimum_public_gpus",
            detail={"minimum": str(limits.minimum_public_gpus), "rank_walk": str(totals(offers, walked).public_gpus)},
        )
    walk_counts = totals(offers, walked).public_gpus >= limits.minimum_public_gpus
    awarded = method.award(terms, limits_of(facts.budget_amount, rules), best)
    chosen, bound = awarded.picks, totals(offers, best)
    _require_minimum(rules.method, offers, awarded, limits, best)
    more = best_of(
        offers, limits_of(facts.budget_amount + BILLION, rules)._replace(minimum_public_gpus=limits.minimum_public_gpus)
    )
    if more is None:  # whatever fits the budget fits a larger one
        raise AssertionError
    made, others = totals(offers, chosen), alternatives(offers, compared, walked=walked, best=best, more=more)
    return PortfolioRecommendation(
        method=rules.method,
        awards=awards(offers, chosen),
        spent_amount=made.spent_amount,
        remaining_amount=facts.budget_amount - made.spent_amount,
        gpus=made.gpus,
        public_gpus=made.public_gpus,
        own_use_gpus=made.gpus - made.public_gpus,
        objective=objective_text(offers, made.value),
        bound=objective_text(offers, bound.value),
        proof="branch_and_bound" if compared is None else "complete_enumeration",
        portfolios=None if compared is None else len(compared),
        within_one_percent=others.within_one_percent,
        on_pareto_front=others.on_pareto_front,
        price_of_rank_order=objective_text(offers, bound.value - totals(offers, walked).value) if walk_counts else None,
        next_billion_buys=objective_text(offers, totals(offers, more).value - bound.value),
        alternatives=others.shown,
        reasons=awarded.reasons,
        lowest_prices=awarded.lowest_prices,
        to_ask=awarded.to_ask,
    )


def _asks(method: Method, terms: Terms, limits: Limits) -> bool:
    """Whether the method has somebody to ask; one that matches no price never has."""
    return terms.lowest is not None and bool(method.award(terms, limits, ()).to_ask)


def _require_minimum(name: str, offers: Offers, awarded: Awarded, limits: Limits, best: Picks) -> None:
    """Raise `Infeasible` where the method's own awards have too few public GPUs, and say what another portfolio reaches."""
    public, reached = totals(offers, awarded.picks).public_gpus, totals(offers, best).public_gpus
    if public >= limits.minimum_public_gpus:
        return
    if name == "rank_walk":
        raise Infeasible(
            f"the rank walk ends with {public} public GPUs; the minimum is {limits.minimum_public_gpus}, "
            f"and another portfolio reaches {reached}.",
            code="rank_walk_below_minimum",
            detail={"rank_walk": str(public), "best": str(reached)},
        )
    raise Infeasible(
        f"at the lowest prices {public} public GPUs are awarded; the minimum is {limits.minimum_public_gpus}, "
        f"and another portfolio reaches {reached}.",
        code="matched_below_minimum",
        detail={"matched": str(public), "best": str(reached)},
    )


def limits_of(budget_amount: int, rules: PortfolioRules) -> Limits:
    """The limits that hold for a whole portfolio under that budget."""
    share = budget_amount * Fraction(rules.largest_provider_share)
    return Limits(budget_amount, share.numerator // share.denominator, rules.minimum_public_gpus)


__all__ = ["Limits", "Offers", "Picks", "recommend"]
