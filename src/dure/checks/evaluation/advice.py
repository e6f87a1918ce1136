"""Is the advice what the sheets give? In floating point and by other formulas: advice is shown to a few decimals."""

from collections.abc import Mapping
from fractions import Fraction

import numpy as np

from dure.checks.evaluation.methods import MISSING, Sets, sets_of, standing_of, tier_of
from dure.checks.evaluation.recount import (
    Recount,
    computed_points,
    counted_sheets,
    draw_place,
    half_up,
    in_force,
    judged_mean,
    method_of,
    threshold,
    tier_bounds,
)
from dure.formats.kinds import Fault
from dure.formats.stages.evaluation import EvaluationFacts, EvaluationRecommendation, EvaluationRules, Proposal, ScoreSheet

SHRINKAGE_SHEETS = 4  # as the advice is defined
Table = dict[str, dict[str, float]]
Key = tuple[Fraction | str, ...]


def advice_faults(
    facts: EvaluationFacts, rules: EvaluationRules, recommendation: EvaluationRecommendation, counts: Mapping[str, Recount]
) -> list[Fault]:
    """Everything wrong with the advice."""
    table: Table = {
        proposal: {sheet.evaluator: float(sum(map(Fraction, sheet.points.values()))) for sheet in sheets}
        for proposal, sheets in counted_sheets(facts, rules).items()
        if counts[proposal].out_because != "gate_failed" and sheets
    }
    found = _reliability(table, recommendation) + _adjusted(table, rules, recommendation)
    return found + _left_out(facts, rules, recommendation, counts)


def _reliability(table: Table, recommendation: EvaluationRecommendation) -> list[Fault]:
    """Both coefficients from sums of squares about the means."""
    advice = recommendation.advice
    if len(table) < 2:
        right = None
    elif len({frozenset(row) for row in table.values()}) == 1 and len(next(iter(table.values()))) > 1:
        right = _two_way(np.array([[row[name] for name in sorted(row)] for row in table.values()]))
    else:
        right = _one_way([np.array(list(row.values())) for row in table.values()])
    told = None if advice.reliability is None else float(advice.reliability)
    if (right is None) != (told is None) or (right is not None and told is not None and abs(right - told) > 2e-4):
        return [Fault(code="wrong_reliability", where="$.advice.reliability", message=f"is {right}, not {told}.")]
    return []


def _two_way(cells: np.ndarray) -> float | None:
    n, k = cells.shape
    rows = k * cells.mean(axis=1).var(ddof=1)
    columns = n * cells.mean(axis=0).var(ddof=1)
    rest = (((cells - cells.mean()) ** 2).sum() - rows * (n - 1) - columns * (k - 1)) / ((n - 1) * (k - 1))
    whole = rows + (k - 1) * rest + k * (columns - rest) / n
    return float((rows - rest) / whole) if abs(whole) > 1e-9 else None


def _one_way(groups: list[np.ndarray]) -> float | None:
    sizes = np.array([len(group) for group in groups])
    total, count = sizes.sum(), len(groups)
    if total == count:
        return None
    flat = np.concatenate(groups)
    within = sum(((group - group.mean()) ** 2).sum() for group in groups)
    between = (((flat - flat.mean()) ** 2).sum() - within) / (count - 1)
    within /= total - count
    whole = between + ((total - (sizes**2).sum() / total) / (count - 1) - 1) * within
    return float((between - within) / whole) if abs(whole) > 1e-9 else None


def _adjusted(table: Table, rules: EvaluationRules, recommendation: EvaluationRecommendation) -> list[Fault]:
    """The ridge regression solved as one stacked least-squares problem over applications and reviewers."""
    told = {each.proposal: each for each in recommendation.advice.adjusted}
    if not told:
        return []
    if set(told) != set(table):
        return [Fault(code="wrong_adjustment", where="$.advice.adjusted", message="is not for the proposals scored.")]
    reviewers = sorted({reviewer for row in table.values() for reviewer in row})
    gaps = {name: {e: value - float(np.mean(list(row.values()))) for e, value in row.items()} for name, row in table.items()}
    design, target = [], []
    for name, row in table.items():
        for reviewer in row:
            line = np.zeros(len(reviewers))
            for other in row:
                line[reviewers.index(other)] -= 1 / len(row)
            line[reviewers.index(reviewer)] += 1
            design.append(line)
            target.append(gaps[name][reviewer])
    stacked = np.vstack([np.array(design), np.eye(len(reviewers)) * SHRINKAGE_SHEETS**0.5])
    leniency = np.linalg.lstsq(stacked, np.array(target + [0.0] * len(reviewers)), rcond=None)[0]
    near, found = 0.5 * 10.0**-rules.decimals + 1e-6, []
    for name, row in table.items():
        raw = float(np.mean(list(row.values())))
        fair = raw - float(np.mean([leniency[reviewers.index(reviewer)] for reviewer in row]))
        if abs(float(told[name].raw) - raw) > near or abs(float(told[name].adjusted) - fair) > near:
            found.append(
                Fault(
                    code="wrong_adjustment",
                    where=name,
                    message=f"{raw:.4f} becomes {fair:.4f}, not {told[name].raw} becomes {told[name].adjusted}.",
                )
            )
    return found


def _left_out(
    facts: EvaluationFacts, rules: EvaluationRules, recommendation: EvaluationRecommendation, counts: Mapping[str, Recount]
) -> list[Fault]:
    """Leaving out an evaluator who scored nothing that is ranked moves nobody; others are counted again by total.

    Where the first key of the order is the same for two, nothing is counted again here: then the tie order decides.
    """
    advice, found = recommendation.advice, []
    if tuple(sorted(name for name, moved in advice.ranks_moved_without.items() if moved)) != advice.order_changes_without:
        found.append(
            Fault(code="wrong_jackknife", where="$.advice", message="those who change the order are not those who move ranks.")
        )
    sheets, proposals = counted_sheets(facts, rules), {proposal.id: proposal for proposal in facts.proposals}
    complete = {name: count for name, count in counts.items() if count.total is not None}
    whole = sets_of(facts)[0] if method_of(facts, rules) == "distributed" else {}
    for evaluator, told in advice.ranks_moved_without.items():
        keys, before = {}, {name: _key(facts, rules, name, count) for name, count in complete.items()}
        for name, count in complete.items():
            left = [sheet for sheet in sheets[name] if sheet.evaluator != evaluator]
            if len(left) == len(sheets[name]):
                keys[name] = before[name]
            elif left:
                keys[name] = _key(facts, rules, name, _without(facts, rules, proposals[name], left, count, whole))
            else:
                del before[name]
        moved = _moved(before, keys)
        if moved is not None and moved != told:
            found.append(
                Fault(
                    code="wrong_jackknife", where=evaluator, message=f"{moved} proposals change place without them, not {told}."
                )
            )
    return found


def _without(
    facts: EvaluationFacts, rules: EvaluationRules, proposal: Proposal, left: list[ScoreSheet], count: Recount, whole: Sets
) -> Recount:
    """The same proposal judged by these sheets alone."""
    drop = in_force(facts, rules)[0] if len(left) > 2 else "none"
    technical = half_up(judged_mean(left, drop) + Fraction(proposal.site_points or 0), rules.decimals)
    kept = {sheet.evaluator for sheet in left}
    standing = standing_of(proposal.id, {name: each for name, each in whole.items() if name in kept})
    return count._replace(
        passed=technical >= threshold(facts, rules) and count.out_because != MISSING,
        technical=technical,
        total=technical + sum(computed_points(facts, rules, proposal).values()),
        tier=tier_of(tier_bounds(facts, rules), technical) if rules.tiers else None,
        standing=None if standing is None else half_up(standing, rules.decimals),
    )


def _key(facts: EvaluationFacts, rules: EvaluationRules, name: str, count: Recount) -> Key | None:
    """What the order begins with, the smaller first; None for what has no place."""
    if not count.passed:
        return None
    match method_of(facts, rules):
        case "tiers_with_draw":
            return Fraction(count.tier or 0), draw_place(facts.draw_seed, name)
        case "distributed":
            return (-(count.standing or Fraction(0)),)
        case _:
            return (-(count.total or Fraction(0)),)


def _moved(before: Mapping[str, Key | None], after: Mapping[str, Key | None]) -> int | None:
    """How many stand elsewhere; None when equal keys make the order a matter of the tie rules."""
    places = []
    for keys in (before, after):
        standing = {name: key for name, key in keys.items() if key is not None}
        if len(set(standing.values())) != len(standing):
            return None
        order = sorted(standing, key=standing.__getitem__)
        places.append({name: rank for rank, name in enumerate(order)})
    return sum(places[0].get(name) != places[1].get(name) for name in after)
