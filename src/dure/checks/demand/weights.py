"""Are the weights those of the frame, raked where cells stand empty?"""

from collections.abc import Iterator
from fractions import Fraction

from dure.formats.kinds import Fault
from dure.formats.stages.demand import DemandFacts, DemandRecommendation, DemandRules, Margin

Cell = tuple[str, str]
# Each round rounds at twelve decimals, so that factors agree to about nine.
_NEAR = Fraction(1, 10**9)


def wrong_weights(facts: DemandFacts, rules: DemandRules, made: DemandRecommendation) -> Iterator[Fault]:
    """Cells that differ from the frame, weights that are not raked ones, margins that are not what is told."""
    frame = {(cell.sector, cell.size): cell.organisations for cell in facts.frame}
    told = {(cell.sector, cell.size): cell for cell in made.cells}
    if set(told) != set(frame) or len(made.cells) != len(frame):
        yield Fault(code="wrong_frame", where="$.cells", message=f"the frame has {len(frame)} cells.")
        return
    stands_for: dict[Cell, Fraction] = {}
    for cell, there in frame.items():
        answered = len({a.organisation for a in facts.responses if (a.sector, a.size) == cell})
        if (told[cell].organisations, told[cell].respondents) != (there, answered):
            yield Fault(code="wrong_frame", where=" ".join(cell), message=f"{answered} of {there} answered.")
        stands_for[cell] = Fraction(told[cell].weight) * answered
        if not answered and Fraction(told[cell].weight):
            yield Fault(code="wrong_weight", where=" ".join(cell), message="nobody answered, so nobody has a weight.")
        if not answered and (", ".join(cell), "nobody_answered_in_cell") not in _reasons(made):
            yield Fault(code="not_explained", where=" ".join(cell), message="that nobody answered is not told.")
    kept = [name for name in rules.rake if name in {fit.margin for fit in made.margins}]
    yield from _given_up(frame, made, rules, kept)
    yield from _factors(frame, stands_for, kept)
    yield from _fits(_margins(frame, stands_for, kept), made)


def _given_up(frame: dict[Cell, int], made: DemandRecommendation, rules: DemandRules, kept: list[Margin]) -> Iterator[Fault]:
    """Only the last margins may be given up, with a reason, and only when they cannot be met: tried in floating point."""
    told = [reason.item for reason in made.reasons if reason.code == "margin_given_up"]
    if list(rules.rake[: len(kept)]) != kept or (rules.rake and not kept) or told != list(rules.rake[len(kept) :])[::-1]:
        yield Fault(code="wrong_margin", where="$.margins", message="margins are given up from the last on, and told.")
    elif told:
        answered = {(cell.sector, cell.size): cell.respondents for cell in made.cells}
        if _can_be_met(frame, answered, rules):
            yield Fault(code="margin_given_up", where=told[0], message="it can be met together with the others.")


def _can_be_met(frame: dict[Cell, int], answered: dict[Cell, int], rules: DemandRules) -> bool:
    """Rakes to both margins at once, in floating point: near enough to tell a clear yes."""
    left = _heard(frame, {cell: Fraction(count) for cell, count in answered.items()}, [0, 1])
    now = {cell: float(frame[cell]) if answered[cell] else 0.0 for cell in left}
    worst = 1.0
    for _ in range(rules.raking_rounds):
        worst = 0.0
        for axis in (0, 1):
            have: dict[str, float] = {}
            want: dict[str, float] = {}
            for cell in left:
                have[cell[axis]] = have.get(cell[axis], 0.0) + now[cell]
                want[cell[axis]] = want.get(cell[axis], 0.0) + frame[cell]
            factors = {name: want[name] / have[name] if have[name] else 1.0 for name in want}
            worst = max(worst, *(abs(factor - 1) for factor in factors.values()))
            now = {cell: value * factors[cell[axis]] for cell, value in now.items()}
    return worst < 1e-9 and all(now[cell] >= answered[cell] * (1 + 1e-9) for cell in left if answered[cell])


def _reasons(made: DemandRecommendation) -> set[tuple[str, str]]:
    return {(reason.item, reason.code) for reason in made.reasons}


def _margins(
    frame: dict[Cell, int], stands_for: dict[Cell, Fraction], kept: list[Margin]
) -> dict[tuple[str, str], tuple[int, Fraction]]:
    """Organisations in the frame and represented, by margin and category that somebody answered in."""
    axes = [(margin, 0 if margin == "sector" else 1) for margin in kept]
    made: dict[tuple[str, str], tuple[int, Fraction]] = {}
    for cell in _heard(frame, stands_for, [axis for _, axis in axes]):
        for margin, axis in axes:
            there, represented = made.get((margin, cell[axis]), (0, Fraction(0)))
            made[margin, cell[axis]] = (there + frame[cell], represented + stands_for[cell])
    return made


def _heard(frame: dict[Cell, int], counts: dict[Cell, Fraction], axes: list[int]) -> set[Cell]:
    """Cells left when every sector or size without an answer is taken away, and what that empties."""
    left = set(frame)
    while silent := {cell for cell in left if any(not sum(counts[o] for o in left if o[axis] == cell[axis]) for axis in axes)}:
        left -= silent
    return left


def _factors(frame: dict[Cell, int], stands_for: dict[Cell, Fraction], kept: list[Margin]) -> Iterator[Fault]:
    """Represented over frame is one factor of the sector times one of the size, only for margins that are raked."""
    ratio = {cell: stands_for[cell] / frame[cell] for cell in frame if stands_for[cell]}
    by_sector: dict[str, Fraction] = {}
    by_size: dict[str, Fraction] = {}
    waiting = sorted(ratio)
    while waiting:
        cell = next((c for c in waiting if c[0] in by_sector or c[1] in by_size), waiting[0])
        waiting.remove(cell)
        sector, size = cell
        if sector not in by_sector and size not in by_size:
            by_sector[sector] = Fraction(1) if "sector" not in kept else ratio[cell]
            by_size[size] = ratio[cell] / by_sector[sector]
        elif size not in by_size:
            by_size[size] = ratio[cell] / by_sector[sector]
        elif sector not in by_sector:
            by_sector[sector] = ratio[cell] / by_size[size]
        product = by_sector[sector] * by_size[size]
        if abs(product - ratio[cell]) > _NEAR * product:
            yield Fault(code="not_raked", where=" ".join(cell), message="the weight is not the frame's times two factors.")
    for margin, factors in (("sector", by_sector), ("size", by_size)):
        if margin not in kept and factors and max(factors.values()) - min(factors.values()) > _NEAR * max(factors.values()):
            yield Fault(code="not_raked", where=margin, message="is not a margin to which is raked, yet it has factors.")


def _fits(margins: dict[tuple[str, str], tuple[int, Fraction]], made: DemandRecommendation) -> Iterator[Fault]:
    told = {(fit.margin, fit.category): (fit.organisations, Fraction(fit.represented)) for fit in made.margins}
    if told != margins or len(told) != len(made.margins):
        yield Fault(code="wrong_margin", where="$.margins", message="they are not the sums of the weights, or not all there.")
    for (margin, category), (there, represented) in margins.items():
        if abs(represented - there) > Fraction(there, 1_000_000):
            message = f"{float(represented):.3f} stand for {there}."
            yield Fault(code="margin_not_met", where=f"{margin} {category}", message=message)
