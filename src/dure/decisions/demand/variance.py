"""How far may an estimate be off? Variance of weighted totals under stratified sampling without replacement.

Within a cell of the frame all weights are alike and so is the residual of the linearised raking, which
therefore drops out of the deviations: the variance of a raked total is that of the stratified one with the
raked weights. Pooled strata count the differences between their cells as error and go without the finite
population correction (one answer's deviation holds it already), which errs on the safe side.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import isqrt
from typing import NamedTuple

from dure.decisions.demand.weights import Cell, Weighting
from dure.formats.errors import Infeasible


class Stratum(NamedTuple):
    """Cells whose answers are compared with each other: how many answered, of how many."""

    cells: tuple[Cell, ...]
    answered: int
    there: int


def strata(weighing: Weighting) -> tuple[Stratum, ...]:
    """Each cell alone, single answers pooled as the published definition says; wholly counted cells have no error."""
    made, single = [], []
    for cell in sorted(weighing.frame):
        answered, there = weighing.answered[cell], weighing.frame[cell]
        if answered >= 2:
            made.append(Stratum((cell,), answered, there))
        elif answered == 1 and there > 1:
            single.append(cell)
    lonely: list[Cell] = []
    for sector in sorted({cell[0] for cell in single}):
        group = [cell for cell in single if cell[0] == sector]
        if len(group) >= 2:
            made.append(_pool(group, weighing))
        else:
            lonely += group
    if len(lonely) >= 2:
        made.append(_pool(lonely, weighing))
    elif lonely and made:
        made[0] = _pool([*made[0].cells, *lonely], weighing)
    elif lonely:
        raise Infeasible("one answer alone has no error that could be told.", code="too_few_answers")
    return tuple(made)


def _pool(cells: Sequence[Cell], weighing: Weighting) -> Stratum:
    return Stratum(tuple(cells), sum(weighing.answered[cell] for cell in cells), sum(weighing.frame[cell] for cell in cells))


def variance_of_total(parts: Mapping[str, Fraction], homes: Mapping[str, Cell], groups: Sequence[Stratum]) -> Fraction:
    """`parts`: weight times value of each organisation that has any; those left out have none."""
    sums: dict[Cell, tuple[Fraction, Fraction]] = {}
    for organisation, part in parts.items():
        first, second = sums.get(homes[organisation], (Fraction(0), Fraction(0)))
        sums[homes[organisation]] = (first + part, second + part * part)
    variance = Fraction(0)
    for group in groups:
        within = [sums[cell] for cell in group.cells if cell in sums]
        if within:
            first, second = (sum(column, Fraction(0)) for column in zip(*within, strict=True))
            spread = second - first * first / group.answered
            left_over = 1 - Fraction(group.answered, group.there) if len(group.cells) == 1 else Fraction(1)
            variance += left_over * group.answered / (group.answered - 1) * spread
    return variance


def root(value: Fraction, decimals: int) -> Fraction:
    """The square root, rounded half up at that many decimals; whole numbers only on the way."""
    scale = 10**decimals
    twice = isqrt(4 * value.numerator * scale * scale // value.denominator)
    return Fraction((twice + 1) // 2, scale)
