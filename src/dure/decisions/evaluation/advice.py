"""How far does the panel agree, and how firm is the order? Advice; it never changes a result.

Everything is computed in exact fractions from the sheets' judged totals of all proposals in the
call (a coefficient of the best few alone would shrink towards zero), and rounded once.
"""

from collections.abc import Mapping
from fractions import Fraction
from statistics import median
from typing import Literal

from dure.decisions.evaluation.call import Call
from dure.decisions.evaluation.leniency import adjusted_scores
from dure.decisions.evaluation.order import place
from dure.decisions.evaluation.panel import Scored, score
from dure.formats.kinds import decimal_text
from dure.formats.stages.evaluation import AdjustedScore, PanelAdvice

RELIABILITY_DECIMALS = 4
# An evaluator stands out beyond three robust standard deviations (1.4826 x the median absolute
# deviation) from the colleagues' distances, and by at least 5 % of the judged maximum.
OUTLIER_DEVIATIONS = 3 * Fraction(14826, 10000)
OUTLIER_LEAST = Fraction(5, 100)
# A further review is called for when the adjustment is at least 5 % of the judged maximum, or crosses the threshold.
REVIEW_LEAST = Fraction(5, 100)
Totals = dict[str, dict[str, Fraction]]
Kind = Literal["", "icc_two_way", "icc_one_way"]


def advise(call: Call, scored: Mapping[str, Scored], order: list[str]) -> PanelAdvice:
    """Reliability, outliers, leave-one-out, and for unequal panels the adjusted scores."""
    totals: Totals = {name: {sheet.evaluator: sheet.total for sheet in sheets} for name, sheets in call.sheets.items() if sheets}
    maximum = sum((criterion.weight for criterion in call.judged), Fraction(0))
    moved = _moved_without(call, scored, order)
    kind, reliability = _reliability(totals)
    adjusted = adjusted_scores(totals) if kind == "icc_one_way" else {}
    raw = {name: sum(given.values(), Fraction(0)) / len(given) for name, given in totals.items()}
    return PanelAdvice(
        outlier_evaluators=_outliers(totals, maximum),
        order_changes_without=tuple(name for name, count in moved.items() if count),
        ranks_moved_without=moved,
        reliability=None if reliability is None else decimal_text(reliability, RELIABILITY_DECIMALS),
        reliability_kind=kind,
        adjusted=tuple(
            AdjustedScore(proposal=name, raw=decimal_text(raw[name], call.decimals), adjusted=decimal_text(value, call.decimals))
            for name, value in adjusted.items()
        ),
        further_review=tuple(
            name
            for name, value in adjusted.items()
            if abs(value - raw[name]) >= REVIEW_LEAST * maximum > 0
            or _passes(call, name, value) != _passes(call, name, raw[name])
        ),
        off_step=call.off_step,
    )


def _passes(call: Call, name: str, judged: Fraction) -> bool:
    return judged + (call.site_points[name] or 0) >= call.threshold_points


def _moved_without(call: Call, scored: Mapping[str, Scored], order: list[str]) -> dict[str, int]:
    """For each evaluator, how many proposals stand elsewhere when that evaluator's sheets are left out.

    The minimum of values is not asked for here. A proposal that nobody else scored is compared with nobody.
    """
    moved = {}
    for evaluator in sorted({sheet.evaluator for sheets in call.sheets.values() for sheet in sheets}):
        again = {name: each for name, each in scored.items() if each.complete}
        for name in list(again):
            left = tuple(sheet for sheet in call.sheets[name] if sheet.evaluator != evaluator)
            if len(left) == len(call.sheets[name]):
                continue
            if left:
                again[name] = score(call, name, left, minimum=1)
            else:
                del again[name]
        before = {name: rank for rank, name in enumerate(filter(again.__contains__, order))}
        after = {name: r for r, name in enumerate(place(call, {name: each for name, each in again.items() if each.passed}))}
        moved[evaluator] = sum(before.get(name) != after.get(name) for name in again)
    return moved


def _outliers(totals: Totals, maximum: Fraction) -> tuple[str, ...]:
    """Evaluators whose sheets lie far from their colleagues' on the same proposals."""
    gaps: dict[str, list[Fraction]] = {}
    for given in totals.values():
        whole = sum(given.values(), Fraction(0))
        for evaluator, total in given.items():
            if len(given) > 1:
                gaps.setdefault(evaluator, []).append(abs(total - (whole - total) / (len(given) - 1)))
    distance = {evaluator: sum(each, Fraction(0)) / len(each) for evaluator, each in gaps.items()}
    if len(distance) < 3:
        return ()
    middle = median(distance.values())
    spread = median(abs(each - middle) for each in distance.values())
    limit = max(OUTLIER_DEVIATIONS * spread, OUTLIER_LEAST * maximum)
    return tuple(sorted(evaluator for evaluator, each in distance.items() if each - middle > limit))


def _reliability(totals: Totals) -> tuple[Kind, Fraction | None]:
    """Intraclass correlation of single sheets: ICC(2,1) on a complete table, else ICC(1) with unequal panels."""
    if len(totals) < 2:
        return "", None
    panels = {frozenset(given) for given in totals.values()}
    if len(panels) == 1 and len(next(iter(panels))) > 1:
        return "icc_two_way", _two_way(totals)
    return "icc_one_way", _one_way(totals)


def _two_way(totals: Totals) -> Fraction | None:
    """(MSR - MSE) / (MSR + (k - 1) MSE + k (MSC - MSE) / n), after Shrout and Fleiss (1979), case 2."""
    n, k = len(totals), len(next(iter(totals.values())))
    grand = sum((total for given in totals.values() for total in given.values()), Fraction(0)) / (n * k)
    rows = {name: sum(given.values(), Fraction(0)) / k for name, given in totals.items()}
    columns: dict[str, Fraction] = {}
    for given in totals.values():
        for evaluator, total in given.items():
            columns[evaluator] = columns.get(evaluator, Fraction(0)) + total / n
    between = k * sum(((mean - grand) ** 2 for mean in rows.values()), Fraction(0)) / (n - 1)
    judges = n * sum(((mean - grand) ** 2 for mean in columns.values()), Fraction(0)) / (k - 1)
    residual = sum(
        ((total - rows[name] - columns[e] + grand) ** 2 for name, given in totals.items() for e, total in given.items()),
        Fraction(0),
    ) / ((n - 1) * (k - 1))
    whole = between + (k - 1) * residual + k * (judges - residual) / n
    return (between - residual) / whole if whole else None


def _one_way(totals: Totals) -> Fraction | None:
    """(MSB - MSW) / (MSB + (n0 - 1) MSW) with n0 the effective number of sheets per proposal."""
    groups, sheets = len(totals), sum(len(given) for given in totals.values())
    if sheets == groups:
        return None
    grand = sum((total for given in totals.values() for total in given.values()), Fraction(0)) / sheets
    between = within = Fraction(0)
    for given in totals.values():
        mean = sum(given.values(), Fraction(0)) / len(given)
        between += len(given) * (mean - grand) ** 2 / (groups - 1)
        within += sum(((total - mean) ** 2 for total in given.values()), Fraction(0)) / (sheets - groups)
    size = (sheets - Fraction(sum(len(given) ** 2 for given in totals.values()), sheets)) / (groups - 1)
    whole = between + (size - 1) * within
    return (between - within) / whole if whole else None
