"""The programme's money: what is appropriated and what is paid."""

from typing import Annotated

from msgspec import Meta

from dure.formats.commands.kinds import Command, Key
from dure.formats.kinds import Date, Money

Appropriated = Annotated[int, Meta(ge=1, le=2**53 - 1)]


class Appropriate(Command, frozen=True, kw_only=True):
    """Record what a budget act gives the programme, or correct the amount as long as no approved budget divides it."""

    amount: Annotated[Appropriated, Meta(description="appropriated amount in the smallest unit of the programme's currency")]
    appropriated_on: Annotated[Date, Meta(description="day of the appropriation; a later act has a day of its own")]
    instead_of: Annotated[
        Appropriated | None, Meta(description="amount recorded before that this one corrects; null: a new appropriation")
    ] = None


class PayCommitment(Command, frozen=True, kw_only=True):
    """Pay an instalment of a commitment; refused beyond what was committed."""

    commitment: Annotated[Key, Meta(description="reference of the commitment")]
    reference: Annotated[Key, Meta(description="reference of the payment, unique")]
    amount: Annotated[Money, Meta(description="amount paid in the smallest unit of the programme's currency")]
    paid_on: Annotated[Date, Meta(description="day of the payment")]
