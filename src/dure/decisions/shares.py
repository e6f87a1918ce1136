"""What part of the public GPUs should each sector have next?

The target mixes demand, priority and results by published weights; the new shares are the vector
closest to it (least squares) that sums to one, keeps every floor and ceiling, and moves no sector
by more than the published step. Exact fractions throughout, so the answer is unique.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from dure.decisions.quantities import split_by_largest_remainder
from dure.formats.errors import BadInput, Infeasible
from dure.formats.kinds import Reason, decimal_text, exact, exact_text
from dure.formats.reading import require_unique
from dure.formats.stages.shares import Move, SectorSignals, SharesFacts, SharesRecommendation, SharesRules

METHOD = "nearest_within_bounds"
MOVE_DECIMALS = 12


class Bound(NamedTuple):
    """Lowest and highest share a sector may get, and the rule that sets each."""

    low: Fraction
    high: Fraction
    low_rule: str
    high_rule: str


def recommend(facts: SharesFacts, rules: SharesRules) -> SharesRecommendation:
    """Recommend each sector's share for the next period."""
    _refuse_nonsense(facts, rules)
    sectors = sorted(facts.sectors, key=lambda sector: sector.id)
    target = {sector.id: _target(sector, rules) for sector in sectors}
    bounds = {sector.id: _bound(sector, rules) for sector in sectors}
    shares = nearest_within(target, bounds)
    scale = 10**rules.decimals
    published = split_by_largest_remainder(scale, shares)
    return SharesRecommendation(
        method=METHOD,
        shares={name: decimal_text(Fraction(units, scale), rules.decimals) for name, units in published.items()},
        exact={name: exact_text(share) for name, share in shares.items()},
        target={name: exact_text(share) for name, share in target.items()},
        moves=tuple(_move(sector, shares[sector.id], bounds[sector.id], target[sector.id], rules) for sector in sectors),
        objective=exact_text(sum(((shares[name] - target[name]) ** 2 for name in shares), Fraction(0))),
        reasons=tuple(_reason(sector, shares, target, bounds) for sector in sectors if shares[sector.id] < target[sector.id]),
    )


def nearest_within(target: Mapping[str, Fraction], bounds: Mapping[str, Bound]) -> dict[str, Fraction]:
    """The point of the bounded simplex closest to `target`: every free share moves by the same amount.

    The sum of clip(target + shift) grows with the shift and is linear between the points where a
    share meets a bound, so the right shift lies on one segment and is found exactly.
    """
    if sum(bound.low for bound in bounds.values()) > 1 or sum(bound.high for bound in bounds.values()) < 1:
        raise Infeasible("no shares that sum to one lie within floors, ceilings and step.", code="bounds_exclude_one")

    def shifted(shift: Fraction) -> dict[str, Fraction]:
        return {name: min(max(target[name] + shift, bounds[name].low), bounds[name].high) for name in target}

    corners = sorted({edge - target[name] for name in target for edge in bounds[name][:2]})
    below = max((corner for corner in corners if sum(shifted(corner).values()) <= 1), default=corners[0])
    start = shifted(below)
    free = [name for name in target if start[name] == target[name] + below and start[name] < bounds[name].high]
    missing = 1 - sum(start.values(), Fraction(0))
    return shifted(below + missing / len(free)) if missing else start


def _target(sector: SectorSignals, rules: SharesRules) -> Fraction:
    return sum((exact(rules.weights[signal]) * exact(getattr(sector, signal)) for signal in rules.weights), Fraction(0))


def _bound(sector: SectorSignals, rules: SharesRules) -> Bound:
    current, step = exact(sector.current), exact(rules.step)
    low, low_rule = max((exact(rules.floor[sector.id]), "floor"), (current - step, "step"))
    high, high_rule = min((exact(rules.ceiling[sector.id]), "ceiling"), (current + step, "step"))
    if low > high:
        raise Infeasible(
            f"sector {sector.id}: {low_rule} asks for at least {float(low):.4f}, {high_rule} allows at most {float(high):.4f}.",
            code="step_cannot_reach_bound",
            detail={"sector": sector.id},
        )
    return Bound(low, high, low_rule, high_rule)


def _move(sector: SectorSignals, share: Fraction, bound: Bound, target: Fraction, rules: SharesRules) -> Move:
    pulls = {s: exact(rules.weights[s]) * (exact(getattr(sector, s)) - exact(sector.current)) for s in rules.weights}
    return Move(
        sector=sector.id,
        from_demand=decimal_text(pulls["demand"], MOVE_DECIMALS),
        from_priority=decimal_text(pulls["priority"], MOVE_DECIMALS),
        from_results=decimal_text(pulls["results"], MOVE_DECIMALS),
        correction=decimal_text(share - target, MOVE_DECIMALS),
        held_by=_held_by(share, bound, target),
    )


def _held_by(share: Fraction, bound: Bound, target: Fraction) -> str:
    """The rule whose bound the share rests on, when the target lay beyond or at it."""
    if share == bound.high and share < target:
        return bound.high_rule
    if share == bound.low and share > target:
        return bound.low_rule
    return ""


def _reason(
    sector: SectorSignals, shares: Mapping[str, Fraction], target: Mapping[str, Fraction], bounds: Mapping[str, Bound]
) -> Reason:
    held = _held_by(shares[sector.id], bounds[sector.id], target[sector.id])
    return Reason(
        item=sector.id,
        code=f"held_by_{held}" if held else "others_held_by_bounds",
        detail={"target": exact_text(target[sector.id]), "share": exact_text(shares[sector.id])},
    )


def _refuse_nonsense(facts: SharesFacts, rules: SharesRules) -> None:
    require_unique((sector.id for sector in facts.sectors), where="$.sectors")
    if set(rules.weights) != {"demand", "priority", "results"}:
        raise BadInput("weights are for demand, priority and results.", where="rule shares/weights")
    for column in ("current", "demand", "priority", "results"):
        if (total := sum(exact(getattr(sector, column)) for sector in facts.sectors)) != 1:
            raise BadInput(
                f"the column `{column}` sums to {float(total):.6g}, not to one.", where="$.sectors", todo="Correct the column."
            )
    for name in ("floor", "ceiling"):
        if missing := {sector.id for sector in facts.sectors} - set(getattr(rules, name)):
            raise BadInput(
                f"no {name} for {', '.join(sorted(missing))}.", where=f"rule shares/{name}", todo="Add the sector to the rule."
            )
