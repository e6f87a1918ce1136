"""The figures of one portfolio, and how they are printed."""

from fractions import Fraction
from typing import NamedTuple

from dure.decisions.portfolio.offers import Offer, Offers, Option, Picks
from dure.formats.kinds import Date, decimal_text
from dure.formats.stages.portfolio import Award

DECIMALS = 6


class Totals(NamedTuple):
    """Sums over the awards."""

    spent_amount: int
    gpus: int
    public_gpus: int
    value: int
    compute: int
    first_service_on: Date | None


def taken(offers: Offers, picks: Picks) -> list[tuple[Offer, Option]]:
    """The lots awarded, each with its step."""
    return [(lot, lot.options[pick]) for lot, pick in zip(offers.lots, picks, strict=True) if pick < len(lot.options)]


def step_taken(lot: Offer, pick: int) -> Option | None:
    """The lot's step in a portfolio; None where the lot is left out."""
    return lot.options[pick] if pick < len(lot.options) else None


def totals(offers: Offers, picks: Picks) -> Totals:
    """The portfolio's sums."""
    chosen = taken(offers, picks)
    return Totals(
        spent_amount=sum(option.price_amount for _, option in chosen),
        gpus=sum(option.gpus for _, option in chosen),
        public_gpus=sum(option.public_gpus for _, option in chosen),
        value=sum(option.value for _, option in chosen),
        compute=sum(option.compute for _, option in chosen),
        first_service_on=min((lot.service_on for lot, _ in chosen), default=None),
    )


def awards(offers: Offers, picks: Picks) -> tuple[Award, ...]:
    """The awards in the order of the walk."""
    return tuple(
        Award(
            proposal=lot.proposal,
            lot=lot.lot,
            servers=option.servers,
            price_amount=option.price_amount,
            own_use_servers=option.own_use_servers,
        )
        for lot, option in taken(offers, picks)
    )


def objective_text(offers: Offers, value: int) -> str:
    """The objective as it is printed."""
    return decimal_text(Fraction(value, offers.value_unit), DECIMALS)
