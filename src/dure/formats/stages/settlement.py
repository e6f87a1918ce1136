"""settlement: usage and burden become invoices, a statement, corrections and clawback."""

from typing import Annotated, ClassVar

from msgspec import Meta

from dure.formats.kinds import (
    SPAN,
    Amount,
    Count,
    Date,
    Digest,
    Id,
    Instant,
    Money,
    Part,
    Positive,
    Recommendation,
    Share,
    SignedMoney,
    Zone,
)
from dure.formats.stages.burden import BurdenFacts, BurdenRules, Invoice, Line, Totals


class PreviousLine(Part, frozen=True, kw_only=True):
    """A line billed before, which stands until its period is rated again."""

    organisation: Annotated[Id, Meta(description="party billed")]
    line: Annotated[Line, Meta(description="charge as it was billed")]


class MeteringGap(Part, frozen=True, kw_only=True, rename=SPAN):
    """Time without metering; it takes its part, by time, of the lease's usage."""

    lease: Annotated[Id, Meta(description="id in `usage`")]
    from_at: Annotated[Instant, Meta(description="first instant without data")]
    to_at: Annotated[Instant, Meta(description="first instant with data again")]


class OffPurposeUse(Part, frozen=True, kw_only=True):
    """Part of a lease's use that was off purpose, as confirmed by a person."""

    lease: Annotated[Id, Meta(description="id in `usage` or `previous`")]
    share: Annotated[Share, Meta(description="part of its use that was off purpose")]


class ProviderDuty(Part, frozen=True, kw_only=True):
    """A provider's month: what was promised and what was delivered."""

    provider: Annotated[Id, Meta(description="unique in the file")]
    fee_amount: Annotated[Money, Meta(description="payment for full service")]
    promised_share: Annotated[Share, Meta(description="service level agreed, such as the part of server-hours to be available")]
    delivered_share: Annotated[Share, Meta(description="service level reached, measured the same way")]
    own_use_contracted: Annotated[Share, Meta(description="part of the GPUs that the provider may use itself")]
    own_use_used: Annotated[Share, Meta(description="part that it did use, from metering")]


class SettlementFacts(BurdenFacts, frozen=True, kw_only=True):
    """`usage` for a period billed before (the same lease, `from` and `to`) corrects that line."""

    zone: Annotated[Zone, Meta(description="zone by whose calendar the days of payment are counted")]
    previous: Annotated[tuple[PreviousLine, ...], Meta(description="all lines billed so far, as they stand")] = ()
    gaps: Annotated[tuple[MeteringGap, ...], Meta(description="times without metering; empty: everything was measured")] = ()
    off_purpose: Annotated[tuple[OffPurposeUse, ...], Meta(description="findings of misuse, at most one for each lease")] = ()
    providers: Annotated[tuple[ProviderDuty, ...], Meta(description="duties to be paid for; empty: no statement is due")] = ()


class SettlementRules(BurdenRules, frozen=True, kw_only=True):
    topic: ClassVar[str] = "settlement"
    gap_billed_share: Annotated[Share, Meta(description="part of a lease's unmetered hours that is billed")]
    gap_hour_decimals: Annotated[Count, Meta(description="places to which the hours left after a gap are rounded down")]
    clawback_share: Annotated[Share, Meta(description="part of the support for off-purpose use that must be returned")]
    deduction_per_missing_share: Annotated[
        Amount, Meta(description="factor on promised less delivered, giving the part of the fee withheld")
    ]
    deduction_per_own_use_excess: Annotated[
        Amount, Meta(description="factor on used less contracted, giving the part of the fee withheld")
    ]
    payment_days: Annotated[
        Positive, Meta(description="days from the end of the latest period in the file to the last day for payment")
    ]


class Correction(Part, frozen=True, kw_only=True, rename=SPAN):
    """A reversal of an earlier line, and the new line in its place."""

    organisation: Annotated[Id, Meta(description="party credited and charged")]
    lease: Annotated[Id, Meta(description="grant whose period is rated again")]
    from_at: Annotated[Instant, Meta(description="first instant of the period")]
    to_at: Annotated[Instant, Meta(description="first instant after the period")]
    reversed_amount: Annotated[SignedMoney, Meta(description="credit for the earlier line, zero or negative")]
    rebilled_amount: Annotated[Money, Meta(description="charge of the new line")]
    difference_amount: Annotated[SignedMoney, Meta(description="reversed plus rebilled")]
    support_difference_amount: Annotated[SignedMoney, Meta(description="change of the programme's part")]
    line: Annotated[
        Line | None, Meta(description="new charge; null: it belongs to another organisation, and nothing is rebilled here")
    ]


class Clawback(Part, frozen=True, kw_only=True):
    """Support to be returned, on the lease's lines as they stand after corrections."""

    organisation: Annotated[Id, Meta(description="party that must return it")]
    lease: Annotated[Id, Meta(description="grant that was used off purpose")]
    support_amount: Annotated[Money, Meta(description="programme's part of the lease's lines")]
    share: Annotated[Share, Meta(description="off-purpose part of the use, times the rule `clawback_share`")]
    amount: Annotated[Money, Meta(description="support_amount x share, rounded half up once")]


class Balance(Part, frozen=True, kw_only=True):
    """due = billed + corrected + clawback - paid."""

    organisation: Annotated[Id, Meta(description="payer")]
    billed_amount: Annotated[Money, Meta(description="previous lines as billed, plus this invoice")]
    billed_before_amount: Annotated[Money, Meta(description="of that, the previous lines")]
    corrected_amount: Annotated[SignedMoney, Meta(description="sum of the corrections' differences")]
    clawback_amount: Annotated[Money, Meta(description="support to be returned")]
    paid_amount: Annotated[SignedMoney, Meta(description="received less refunded")]
    due_amount: Annotated[SignedMoney, Meta(description="amount owed; negative: a credit")]
    pay_by: Annotated[Date | None, Meta(description="last day for payment; null: nothing is owed")]


class ProviderStatement(Part, frozen=True, kw_only=True):
    """payable = fee - deducted."""

    provider: Annotated[Id, Meta(description="payee")]
    fee_amount: Annotated[Money, Meta(description="payment for full service")]
    for_missing_amount: Annotated[Money, Meta(description="withheld for service not delivered")]
    for_own_use_amount: Annotated[Money, Meta(description="withheld for own use beyond the contract")]
    deducted_amount: Annotated[Money, Meta(description="both deductions together, at most the fee")]
    payable_amount: Annotated[Money, Meta(description="amount to be paid out")]


class SettlementRecommendation(Recommendation, frozen=True, kw_only=True):
    invoices: Annotated[tuple[Invoice, ...], Meta(description="charges for periods not billed before, by organisation")]
    corrections: Annotated[tuple[Correction, ...], Meta(description="reversals and new charges for periods billed before")]
    clawbacks: Annotated[tuple[Clawback, ...], Meta(description="support to be returned, by organisation and lease")]
    balances: Annotated[tuple[Balance, ...], Meta(description="amount that every organisation owes in the end")]
    providers: Annotated[tuple[ProviderStatement, ...], Meta(description="payment due to every provider")]
    totals: Annotated[Totals, Meta(description="sums over the invoices, corrections apart")]
    usage_digest: Annotated[Digest, Meta(description="SHA-256 of all usage in the form of `usage_form`, by lease and start")]
    policy_digest: Annotated[Digest, Meta(description="SHA-256 of the rules read, so that a re-rating can be compared")]
    price_digest: Annotated[Digest, Meta(description="SHA-256 of the price book, so that a re-rating can be compared")]
