"""What would this schedule bring: who would come at these prices, which places stay empty, what is earned?"""

from collections import defaultdict
from fractions import Fraction
from typing import NamedTuple

from dure.decisions.burden.rating import finite_decimal, whole_money
from dure.decisions.burden.schedule import Schedule
from dure.decisions.quantities import split_by_largest_remainder
from dure.formats.errors import BadInput
from dure.formats.kinds import Reason, exact
from dure.formats.reading import require_known, require_unique
from dure.formats.stages.burden import BurdenFacts, Compared, Expected, Filled, Standing


class Cell(NamedTuple):
    """Those who face one price."""

    kind: str
    model: str
    size: str
    youth_led: bool


def expected_demand(facts: BurdenFacts, schedule: Schedule) -> tuple[Expected, ...]:
    """Demand, takers and revenue per cell, from the survey's stated limits."""
    prices = {cell: _price(cell, facts, schedule) for cell in _cells(facts)}
    wanted: dict[Cell, int] = defaultdict(int)
    willing: dict[Cell, int] = defaultdict(int)
    for answer in facts.survey:
        cell = Cell(answer.kind, answer.model, answer.size, answer.youth_led)
        wanted[cell] += answer.gpus
        willing[cell] += answer.gpus if prices[cell] <= answer.limit_price_per_gpu_hour else 0
    taken = dict(willing)
    for place in facts.places:
        takers = {cell: willing[cell] for cell in prices if (cell.kind, cell.model) == (place.kind, place.model)}
        if sum(takers.values()) > place.gpus:
            names = {f"{cell.size}\x00{cell.youth_led}": cell for cell in takers}
            parts = split_by_largest_remainder(place.gpus, {name: Fraction(takers[cell]) for name, cell in names.items()})
            taken.update({cell: parts[name] for name, cell in names.items()})
    return tuple(
        Expected(
            kind=cell.kind,
            size=cell.size,
            youth_led=cell.youth_led,
            model=cell.model,
            price_per_gpu_hour=finite_decimal(prices[cell]),
            gpus_wanted=wanted[cell],
            gpus_willing=willing[cell],
            gpus_taken=taken[cell],
            revenue_amount_per_hour=whole_money(taken[cell] * prices[cell], where="$.survey"),
        )
        for cell in sorted(prices)
    )


def filled_places(facts: BurdenFacts, expected: tuple[Expected, ...]) -> tuple[Filled, ...]:
    """Per kind and model with places on offer, how many would be taken."""
    rows = []
    for place in sorted(facts.places, key=lambda p: (p.kind, p.model)):
        taken = sum(row.gpus_taken for row in expected if (row.kind, row.model) == (place.kind, place.model))
        rows.append(
            Filled(
                kind=place.kind,
                model=place.model,
                gpus_offered=place.gpus,
                gpus_taken=taken,
                gpus_unfilled=place.gpus - taken,
            )
        )
    return tuple(rows)


def unmet(expected: tuple[Expected, ...]) -> tuple[Reason, ...]:
    """Why a cell would not take all that it wants: the price, or too few places."""
    reasons = []
    for row in expected:
        item = "/".join((row.kind, row.size, row.model, *(["youth_led"] if row.youth_led else [])))
        detail = {"wanted": str(row.gpus_wanted), "willing": str(row.gpus_willing), "taken": str(row.gpus_taken)}
        if row.gpus_willing < row.gpus_wanted:
            reasons.append(Reason(item=item, code="price_above_limit", detail={**detail, "price": row.price_per_gpu_hour}))
        elif row.gpus_taken < row.gpus_willing:
            reasons.append(Reason(item=item, code="too_few_places", detail=detail))
    return tuple(reasons)


def compared(facts: BurdenFacts, schedule: Schedule) -> tuple[Compared, ...]:
    """Our rates compared with those of similar programmes."""
    rows, payers = [], schedule.payers()
    for other in sorted(facts.comparables, key=lambda c: (c.kind, c.size, c.programme)):
        sizes = [size for kind, size, youth_led in payers if kind == other.kind and not youth_led] if other.size == "any" else []
        ours = [schedule.rating(other.kind, size, youth_led=False).base for size in sizes or [other.size]]
        low, high = min(ours), max(ours)
        rows.append(
            Compared(
                programme=other.programme,
                kind=other.kind,
                size=other.size,
                share_low=other.share_low,
                share_high=other.share_high,
                our_low=finite_decimal(low),
                our_high=finite_decimal(high),
                ours=_against(low, high, other.share_low, other.share_high),
            )
        )
    return tuple(rows)


def refuse_bad_design(facts: BurdenFacts) -> None:
    """Raise when survey, places or comparables cannot be read together."""
    require_unique((answer.id for answer in facts.survey), where="$.survey")
    require_unique((f"{p.kind}/{p.model}" for p in facts.places), where="$.places")
    require_unique((f"{c.programme}/{c.kind}/{c.size}" for c in facts.comparables), where="$.comparables")
    require_known((answer.model for answer in facts.survey), facts.price_book, where="$.survey (model, against the price book)")
    require_known((place.model for place in facts.places), facts.price_book, where="$.places (model, against the price book)")
    for other in facts.comparables:
        if other.share_low is not None and other.share_high is not None and exact(other.share_low) > exact(other.share_high):
            raise BadInput(
                f"{other.programme}: share_low {other.share_low} is above share_high {other.share_high}.", where="$.comparables"
            )


def _cells(facts: BurdenFacts) -> set[Cell]:
    return {Cell(answer.kind, answer.model, answer.size, answer.youth_led) for answer in facts.survey}


def _price(cell: Cell, facts: BurdenFacts, schedule: Schedule) -> Fraction:
    return facts.price_book[cell.model] * schedule.rating(cell.kind, cell.size, youth_led=cell.youth_led).rate


def _against(low: Fraction, high: Fraction, other_low: str | None, other_high: str | None) -> Standing:
    """Where our range lies; an open end of theirs is unknown unless the other end already tells."""
    if other_high is not None and low > exact(other_high):
        return "above"
    if other_low is not None and high < exact(other_low):
        return "below"
    if other_low is None or other_high is None:
        return "unknown"
    return "within" if exact(other_low) <= low and high <= exact(other_high) else "overlapping"
