"""For how many organisations does each that answered stand? Stratified expansion, then raking to the margins."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import NamedTuple

from dure.formats.kinds import Reason, exact_text
from dure.formats.stages.demand import CellResponse, DemandFacts, DemandRules, Margin, MarginFit

Cell = tuple[str, str]
_PLACES = 10**12
_AXIS: dict[Margin, int] = {"sector": 0, "size": 1}


class Weighting(NamedTuple):
    """Organisations in the frame and organisations represented by cell; how well the margins fit; what is missing."""

    frame: dict[Cell, int]
    answered: dict[Cell, int]
    represented: dict[Cell, Fraction]
    margins: tuple[MarginFit, ...]
    reasons: tuple[Reason, ...]

    def weight(self, cell: Cell) -> Fraction:
        """For how many organisations one answer of that cell stands."""
        return self.represented[cell] / self.answered[cell] if self.answered[cell] else Fraction(0)

    def cells(self) -> tuple[CellResponse, ...]:
        """Every cell of the frame, for all to see who did not answer."""
        return tuple(
            CellResponse(
                sector=cell[0],
                size=cell[1],
                organisations=there,
                respondents=self.answered[cell],
                weight=exact_text(self.weight(cell)),
            )
            for cell, there in sorted(self.frame.items())
        )


def weighting(facts: DemandFacts, rules: DemandRules, answered: Mapping[Cell, int]) -> Weighting:
    """Weights N / n, raked where cells stand empty to as many of the margins as can be met together."""
    frame = {(cell.sector, cell.size): cell.organisations for cell in facts.frame}
    reasons = [
        Reason(item=f"{cell[0]}, {cell[1]}", code="nobody_answered_in_cell", detail={"organisations": str(frame[cell])})
        for cell in sorted(frame)
        if not answered[cell]
    ]
    margins = rules.rake
    while True:
        reached = _reached(frame, answered, margins)
        targets = {m: _sums(((cell, Fraction(frame[cell])) for cell in reached), axis=_AXIS[m]) for m in margins}
        represented = rake(
            {cell: Fraction(frame[cell] if answered[cell] else 0) for cell in reached}, targets, rounds=rules.raking_rounds
        )
        if len(margins) <= 1 or _is_met(represented, targets, answered):
            break
        reasons.append(Reason(item=margins[-1], code="margin_given_up", detail={"kept": ", ".join(margins[:-1])}))
        margins = margins[:-1]
    everywhere = {cell: represented.get(cell, Fraction(frame[cell] if answered[cell] else 0)) for cell in frame}
    return Weighting(
        frame, dict(answered), everywhere, _fits(represented, targets), (*reasons, *_silent(frame, answered, margins))
    )


def _is_met(
    represented: Mapping[Cell, Fraction], targets: Mapping[Margin, Mapping[str, Fraction]], answered: Mapping[Cell, int]
) -> bool:
    """Does every margin fit to a millionth, and does everyone who answered stand at least for themselves?"""
    for margin, target in targets.items():
        have = _sums(represented.items(), axis=_AXIS[margin])
        if any(abs(have[category] - wanted) > wanted / 1_000_000 for category, wanted in target.items()):
            return False
    return all(represented[cell] * 1_000_001 >= answered[cell] * 1_000_000 for cell in represented)


def rake(
    start: Mapping[Cell, Fraction], targets: Mapping[Margin, Mapping[str, Fraction]], *, rounds: int
) -> dict[Cell, Fraction]:
    """Scale each margin in turn to its target until a whole round changes nothing, or the rounds are used up."""
    now = dict(start)
    for _ in range(rounds):
        before = now
        for margin, target in targets.items():
            have = _sums(now.items(), axis=_AXIS[margin])
            now = {cell: _rounded(value * target[cell[_AXIS[margin]]] / have[cell[_AXIS[margin]]]) for cell, value in now.items()}
        if now == before:
            break
    return now


def _rounded(value: Fraction) -> Fraction:
    """Half up at twelve decimals, so that numbers stay short and are the same everywhere."""
    return Fraction((2 * value.numerator * _PLACES + value.denominator) // (2 * value.denominator), _PLACES)


def _reached(frame: Mapping[Cell, int], answered: Mapping[Cell, int], margins: Iterable[Margin]) -> set[Cell]:
    """Cells whose every raked category has an answer."""
    reached, axes = set(frame), [_AXIS[margin] for margin in margins]
    while True:
        heard = [{cell[axis] for cell in reached if answered[cell]} for axis in axes]
        left = {cell for cell in reached if all(cell[axis] in names for axis, names in zip(axes, heard, strict=True))}
        if left == reached:
            return reached
        reached = left


def _silent(frame: Mapping[Cell, int], answered: Mapping[Cell, int], margins: Iterable[Margin]) -> list[Reason]:
    """Categories in which nobody answered, whose demand is therefore not known and not in any figure."""
    made = []
    for margin in margins:
        axis = _AXIS[margin]
        for category in sorted({cell[axis] for cell in frame} - {cell[axis] for cell in frame if answered[cell]}):
            there = sum(count for cell, count in frame.items() if cell[axis] == category)
            detail = {"margin": margin, "organisations": str(there)}
            made.append(Reason(item=category, code="nobody_answered_in_category", detail=detail))
    return made


def _sums(values: Iterable[tuple[Cell, Fraction]], *, axis: int) -> dict[str, Fraction]:
    sums: dict[str, Fraction] = {}
    for cell, value in values:
        sums[cell[axis]] = sums.get(cell[axis], Fraction(0)) + value
    return sums


def _fits(represented: Mapping[Cell, Fraction], targets: Mapping[Margin, Mapping[str, Fraction]]) -> tuple[MarginFit, ...]:
    """How near each margin came."""
    return tuple(
        MarginFit(margin=margin, category=category, organisations=int(wanted), represented=exact_text(have[category]))
        for margin in sorted(targets)
        for have in (_sums(represented.items(), axis=_AXIS[margin]),)
        for category, wanted in sorted(targets[margin].items())
    )
