"""What is charged and paid."""

from typing import Annotated

from msgspec import Meta

from dure.formats.commands.kinds import Command, Key
from dure.formats.commands.operation import Period
from dure.formats.kinds import Date, Money, SignedMoney
from dure.formats.stages.burden import Comparable, Places, WillingToPay
from dure.formats.stages.settlement import MeteringGap, ProviderDuty


class IssuePriceBook(Command, frozen=True, kw_only=True):
    """Put list prices per GPU-hour in force from a month on; until a month is billed, they replace those issued before."""

    from_on: Annotated[Date, Meta(description="first day on which they hold: the first of a month")]
    prices: Annotated[dict[Key, Money], Meta(min_length=1, description="price of one GPU-hour by model, in the smallest unit")]
    source: Annotated[str, Meta(min_length=1, max_length=400, description="where the prices are written")]
    assumed: Annotated[bool, Meta(description="the prices are our assumption, not an official figure")] = True


class DesignBurden(Command, frozen=True, kw_only=True):
    """State what the users' burden is designed from."""

    period: Annotated[Period, Meta(description="month whose use shows what the rates would cost")]
    comparables: Annotated[tuple[Comparable, ...], Meta(description="what other programmes ask")] = ()
    survey: Annotated[tuple[WillingToPay, ...], Meta(description="stated willingness to pay")] = ()
    places: Annotated[tuple[Places, ...], Meta(description="GPUs offered by kind of organisation and model")] = ()


class NoteSettlement(Command, frozen=True, kw_only=True):
    """State what a month's settlement must respect and no other record holds."""

    period: Annotated[Period, Meta(description="month that is settled")]
    gaps: Annotated[
        tuple[MeteringGap, ...], Meta(description="spans of leases without records, billed in the user's favour")
    ] = ()
    providers: Annotated[tuple[ProviderDuty, ...], Meta(description="what providers promised and delivered, with their fee")] = ()


class RecordPayment(Command, frozen=True, kw_only=True):
    """Enter money that came in on an invoice, or went back (negative)."""

    invoice: Annotated[Key, Meta(description="number printed on it")]
    reference: Annotated[Key, Meta(description="reference of the transfer, unique")]
    amount: Annotated[SignedMoney, Meta(description="amount in the smallest unit; negative when paid back")]
    received_on: Annotated[Date, Meta(description="day on the bank statement")]
