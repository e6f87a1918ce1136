"""Is this share vector within its bounds, and is nothing within them closer to the target?

The least-squares point is recognised by its optimality conditions (Karush, Kuhn, Tucker): all
sectors off their bounds differ from the target by one common number; those at the lower bound by
no less, those at the upper bound by no more.
"""

from fractions import Fraction

from dure.formats.kinds import Fault
from dure.formats.stages.shares import SharesFacts, SharesRecommendation, SharesRules


def faults(facts: SharesFacts, rules: SharesRules, recommendation: SharesRecommendation) -> list[Fault]:
    """Everything wrong with the recommendation."""
    names = {sector.id for sector in facts.sectors}
    for field in ("shares", "exact", "target"):
        if set(getattr(recommendation, field)) != names:
            return [
                Fault(
                    code="wrong_sectors",
                    where=f"$.{field}",
                    message=f"has {sorted(getattr(recommendation, field))}, the facts have {sorted(names)}.",
                )
            ]
    found = _sums(rules, recommendation)
    gaps: dict[str, list[Fraction]] = {"low": [], "free": [], "high": []}
    for sector in facts.sectors:
        share, target = Fraction(recommendation.exact[sector.id]), Fraction(recommendation.target[sector.id])
        weighed = (
            Fraction(rules.weights["demand"]) * Fraction(sector.demand)
            + Fraction(rules.weights["priority"]) * Fraction(sector.priority)
            + Fraction(rules.weights["results"]) * Fraction(sector.results)
        )
        if weighed != target:
            found.append(Fault(code="wrong_target", where=sector.id, message=f"the target is {weighed}, not {target}."))
        low = max(Fraction(rules.floor[sector.id]), Fraction(sector.current) - Fraction(rules.step))
        high = min(Fraction(rules.ceiling[sector.id]), Fraction(sector.current) + Fraction(rules.step))
        if not low <= share <= high:
            found.append(Fault(code="out_of_bounds", where=sector.id, message=f"{share} is not within [{low}, {high}]."))
        if low < high:
            gaps["low" if share == low else "high" if share == high else "free"].append(share - target)
    return found + _not_nearest(gaps) + _moves(facts, recommendation)


def _sums(rules: SharesRules, recommendation: SharesRecommendation) -> list[Fault]:
    found = []
    for field in ("shares", "exact"):
        values = {name: Fraction(text) for name, text in getattr(recommendation, field).items()}
        if (total := sum(values.values())) != 1:
            found.append(Fault(code="not_one", where=f"$.{field}", message=f"sums to {total}."))
    for name, text in recommendation.shares.items():
        if abs(Fraction(text) - Fraction(recommendation.exact[name])) >= Fraction(1, 10**rules.decimals):
            found.append(Fault(code="wrong_rounding", where=name, message=f"{text} is not {recommendation.exact[name]} rounded."))
    claimed = sum((Fraction(recommendation.exact[n]) - Fraction(recommendation.target[n])) ** 2 for n in recommendation.exact)
    if claimed != Fraction(recommendation.objective):
        found.append(Fault(code="wrong_objective", where="$.objective", message=f"is {claimed}, not {recommendation.objective}."))
    return found


def _not_nearest(gaps: dict[str, list[Fraction]]) -> list[Fault]:
    """A share at its lower bound may be held up, one at its upper bound held down, never otherwise."""
    below, above = gaps["free"] + gaps["high"], gaps["free"] + gaps["low"]
    if below and above and max(below) > min(above):
        return [
            Fault(
                code="not_nearest", where="$.exact", message="moving share from one sector to another comes closer to the target."
            )
        ]
    return []


def _moves(facts: SharesFacts, recommendation: SharesRecommendation) -> list[Fault]:
    """The terms of each move add up to the move, to the twelve decimals printed."""
    found = []
    moves = {move.sector: move for move in recommendation.moves}
    for sector in facts.sectors:
        if (move := moves.get(sector.id)) is None:
            found.append(Fault(code="no_explanation", where=sector.id, message="the move is not explained."))
            continue
        told = sum(map(Fraction, (move.from_demand, move.from_priority, move.from_results, move.correction)))
        real = Fraction(recommendation.exact[sector.id]) - Fraction(sector.current)
        if abs(told - real) > Fraction(4, 10**12):
            found.append(
                Fault(
                    code="wrong_explanation",
                    where=sector.id,
                    message=f"the terms sum to {float(told)}, the move is {float(real)}.",
                )
            )
    return found
