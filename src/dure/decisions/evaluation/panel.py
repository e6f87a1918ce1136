"""What does one proposal score once the published drop rule has been applied to its panel?"""

from fractions import Fraction
from typing import NamedTuple

from dure.decisions.evaluation.call import LEFT_OUT, Call, Sheet
from dure.decisions.quantities import draw_key
from dure.formats.stages.evaluation import Dropped


class Scored(NamedTuple):
    """One proposal's published numbers, in whole units of the last decimal; `judged` is exact."""

    proposal: str
    judged: Fraction
    technical: int
    total: int
    criteria: dict[str, int]
    site_points: int | None
    values_kept: int
    dropped: tuple[Dropped, ...]
    complete: bool
    passed: bool
    tier: int | None
    standing: int | None


def score(call: Call, proposal: str, sheets: tuple[Sheet, ...], *, minimum: int | None = None) -> Scored:
    """Drop, average, add site points and computed criteria, round where declared, compare with the threshold.

    `minimum` replaces the rule for advice; with fewer than three sheets advice then averages all.
    """
    wanted = call.minimum_values if minimum is None else minimum
    drop = "none" if minimum is not None and len(sheets) < 3 else call.drop
    means, kept, dropped = _averaged(call, sheets, drop)
    complete = kept >= wanted or not call.judged
    judged = sum(means, Fraction(0)) if complete else Fraction(0)
    site = call.site_points[proposal]
    technical = rounded(judged + (site or 0), call.decimals)
    published = Fraction(technical, 10**call.decimals)
    held_out = call.undelivered_out and proposal in call.undelivered
    computed = {
        criterion.id: rounded(criterion.weight * min(Fraction(1), value / criterion.reference), call.decimals)
        for criterion, value in zip(call.computed, call.values[proposal], strict=True)
    }
    shown = {criterion.id: rounded(mean, call.decimals) for criterion, mean in zip(call.judged, means, strict=complete)}
    return Scored(
        proposal=proposal,
        judged=judged,
        technical=technical,
        total=technical + sum(computed.values()),
        criteria={**(shown if complete else {}), **computed},
        site_points=None if site is None else rounded(site, call.decimals),
        values_kept=kept,
        dropped=dropped if complete else (),
        complete=complete,
        passed=published >= call.threshold_points and not held_out,
        tier=1 + sum(published < bound for bound in call.tiers) if call.tiers else None,
        standing=_standing(call, proposal, sheets) if complete else None,
    )


def rounded(value: Fraction, decimals: int) -> int:
    """Half up, in whole units of the last decimal."""
    scaled = value * Fraction(10**decimals)
    return (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)


def _standing(call: Call, proposal: str, sheets: tuple[Sheet, ...]) -> int | None:
    """The mean of what the sets give it, in percent; None where sheets are not compared within sets."""
    if call.shares is None or not sheets:
        return None
    given = [call.shares[sheet.evaluator, proposal] for sheet in sheets]
    return rounded(100 * sum(given, Fraction(0)) / len(given), call.decimals)


def _averaged(call: Call, sheets: tuple[Sheet, ...], drop: str) -> tuple[list[Fraction], int, tuple[Dropped, ...]]:
    """Mean per judged criterion, how many values each rests on, and what was left out.

    Exactly one highest and one lowest go. Where several share the extreme, the public draw orders
    them: the lowest dropped is the first of its equals, the highest dropped the last; which of the
    equals goes changes no mean of what they were compared by.
    """
    kept = max(0, len(sheets) - LEFT_OUT[drop])
    if kept == 0:
        return [], 0, ()
    columns = range(len(call.judged))
    if drop == "none":
        return [_mean(sheets, column) for column in columns], kept, ()
    keys = {sheet.evaluator: draw_key(call.draw_seed, sheet.evaluator) for sheet in sheets}
    if drop == "by_evaluator":
        lowest, *rest, highest = sorted(sheets, key=lambda sheet: (sheet.total, keys[sheet.evaluator]))
        dropped = (Dropped(evaluator=highest.evaluator, which="highest"), Dropped(evaluator=lowest.evaluator, which="lowest"))
        return [_mean(rest, column) for column in columns], kept, dropped
    means, left_out = [], []
    for column, criterion in enumerate(call.judged):
        lowest, *rest, highest = sorted(sheets, key=lambda sheet: (sheet.points[column], keys[sheet.evaluator]))
        means.append(_mean(rest, column))
        left_out.append(Dropped(evaluator=highest.evaluator, which="highest", criterion=criterion.id))
        left_out.append(Dropped(evaluator=lowest.evaluator, which="lowest", criterion=criterion.id))
    return means, kept, tuple(left_out)


def _mean(sheets: list[Sheet] | tuple[Sheet, ...], column: int) -> Fraction:
    return sum((sheet.points[column] for sheet in sheets), Fraction(0)) / len(sheets)
