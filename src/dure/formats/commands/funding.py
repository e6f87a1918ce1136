"""The programme's money: what is appropriated and what is paid."""

from typing import Annotated

from msgspec import Meta

from dure.formats.commands.kinds import Command, Key
from dure.formats.kinds import Date, Won


class Appropriate(Command, frozen=True, kw_only=True):
    """Record what the budget act gives the programme."""

    amount: Annotated[
        int, Meta(ge=1, le=2**53 - 1, description="appropriated amount in the smallest unit of the programme's currency")
    ]
    appropriated_on: Annotated[Date, Meta(description="day of the appropriation")]


class PayCommitment(Command, frozen=True, kw_only=True):
    """Pay an instalment of a commitment; refused beyond what was committed."""

    commitment: Annotated[Key, Meta(description="reference of the commitment")]
    reference: Annotated[Key, Meta(description="reference of the payment, unique")]
    amount: Annotated[Won, Meta(description="amount paid in the smallest unit of the programme's currency")]
    paid_on: Annotated[Date, Meta(description="day of the payment")]
