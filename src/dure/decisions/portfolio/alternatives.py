"""What else could be taken: near-equals of the best, the trade-offs, and what-ifs. Advice for the budget committee.

A program that silently takes the best of two portfolios 0.1 % apart decides a question that
belongs to people; so all within 1 % are counted and the first of them shown.
"""

from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from dure.decisions.portfolio.enumeration import Compared
from dure.decisions.portfolio.offers import Offers, Picks
from dure.decisions.portfolio.sheet import DECIMALS, Totals, awards, objective_text, totals
from dure.formats.kinds import Date, decimal_text
from dure.formats.stages.portfolio import Alternative

MOST_SHOWN = 40


class Alternatives(NamedTuple):
    """How many there are of each kind (empty where not every portfolio was compared), and those shown."""

    within_one_percent: int | None
    on_pareto_front: int | None
    shown: tuple[Alternative, ...]


def alternatives(offers: Offers, compared: list[Compared] | None, *, walked: Picks, best: Picks, more: Picks) -> Alternatives:
    """The walk, the best, the best with a billion more; and of all compared, those within 1 % and the Pareto front."""
    named = [("rank_walk", walked), ("best_portfolio", best), ("one_more_billion", more)]
    shown = [_alternative(offers, label, picks) for label, picks in named]
    if compared is None:
        return Alternatives(None, None, tuple(shown))
    near = [each.picks for each in compared if 100 * each.minus_value <= 99 * compared[0].minus_value]
    front = pareto_front(offers, (each.picks for each in compared))
    for label, found in (("within_one_percent", near), ("pareto_front", front)):
        shown += [_alternative(offers, f"{label}/{number}", picks) for number, picks in enumerate(found[:MOST_SHOWN], 1)]
    return Alternatives(len(near), len(front), tuple(shown))


def pareto_front(offers: Offers, portfolios: Iterable[Picks]) -> list[Picks]:
    """Portfolios that no other matches or beats in compute, first service date and own-use share together.

    Most compute first. Of portfolios equal in all three only the first given is kept; nothing awarded is no portfolio.
    """
    figures = [(totals(offers, picks), picks) for picks in portfolios]
    dated = [(made, made.first_service_on, picks) for made, picks in figures if made.first_service_on is not None]
    dated.sort(key=lambda each: (-each[0].compute, each[1], _own_use(each[0])))  # a stable sort keeps the best of equals first
    lowest: dict[Date, Fraction] = {}
    front = []
    for made, first, picks in dated:
        share = _own_use(made)
        if all(day > first or share < other for day, other in lowest.items()):
            front.append(picks)
            lowest[first] = share
    return front


def _own_use(made: Totals) -> Fraction:
    return Fraction(made.gpus - made.public_gpus, made.gpus) if made.gpus else Fraction(0)


def _alternative(offers: Offers, label: str, picks: Picks) -> Alternative:
    made = totals(offers, picks)
    return Alternative(
        label=label,
        awards=awards(offers, picks),
        spent_amount=made.spent_amount,
        gpus=made.gpus,
        public_gpus=made.public_gpus,
        compute=decimal_text(Fraction(made.compute, offers.compute_unit), DECIMALS),
        objective=objective_text(offers, made.value),
        first_service_on=made.first_service_on,
        own_use_share=decimal_text(_own_use(made), DECIMALS),
    )
