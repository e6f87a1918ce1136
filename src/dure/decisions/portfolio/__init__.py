"""Which lots are taken, in which quantity, within the budget?

`rank_walk`: in rank order each lot gets its largest offered step that fits the money left and the
limits. `best_portfolio`: of all portfolios within the rules, the one with the largest objective.
The rule names which of the two is the award; both are always computed, and `bound` is the best.

Objective of a portfolio: the sum over its awards of public GPUs x relative compute of their model
x score / 100; public GPUs are (servers - own-use servers) x GPUs per server. Equal objectives: less
money first, then the larger step for the better ranked. Exact whole numbers throughout; figures
are rounded half up at six decimals where they are printed.
"""

from fractions import Fraction

from dure.decisions.portfolio.alternatives import alternatives
from dure.decisions.portfolio.branching import best_of
from dure.decisions.portfolio.enumeration import enumerate_all
from dure.decisions.portfolio.offers import Limits, Offers, Picks, open_offers
from dure.decisions.portfolio.sheet import awards, objective_text, totals
from dure.decisions.portfolio.walk import left_out, walk
from dure.formats.errors import Infeasible
from dure.formats.stages.portfolio import PortfolioFacts, PortfolioRecommendation, PortfolioRules

BILLION = 1_000_000_000


def recommend(facts: PortfolioFacts, rules: PortfolioRules) -> PortfolioRecommendation:
    """Recommend the awards, and show what else the money could buy."""
    offers = open_offers(facts, rules)
    limits = limits_of(facts.budget_amount, rules)
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
    if rules.method == "rank_walk" and not walk_counts:
        raise Infeasible(
            f"the rank walk ends with {totals(offers, walked).public_gpus} public GPUs; the minimum is "
            f"{limits.minimum_public_gpus}, and another portfolio reaches {totals(offers, best).public_gpus}.",
            code="rank_walk_below_minimum",
            detail={"rank_walk": str(totals(offers, walked).public_gpus), "best": str(totals(offers, best).public_gpus)},
        )
    more = best_of(offers, limits_of(facts.budget_amount + BILLION, rules))
    if more is None:  # whatever fits the budget fits a larger one
        raise AssertionError
    chosen, bound = (walked if rules.method == "rank_walk" else best), totals(offers, best)
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
        reasons=left_out(offers, limits, chosen, rank_walk=rules.method == "rank_walk"),
    )


def limits_of(budget_amount: int, rules: PortfolioRules) -> Limits:
    """The limits that hold for a whole portfolio under that budget."""
    share = budget_amount * Fraction(rules.largest_provider_share)
    return Limits(budget_amount, share.numerator // share.denominator, rules.minimum_public_gpus)


__all__ = ["Limits", "Offers", "Picks", "recommend"]
