"""settlement: usage and burden become invoices, a statement, corrections and clawback."""

from typing import ClassVar

from dure.formats.kinds import (
    SPAN,
    Amount,
    Count,
    Date,
    Digest,
    Id,
    Instant,
    Part,
    Positive,
    Recommendation,
    Share,
    SignedWon,
    Won,
)
from dure.formats.stages.burden import BurdenFacts, BurdenRules, Invoice, Line, Totals


class PreviousLine(Part, frozen=True, kw_only=True):
    """A line billed before. It stands until its period is rated again; what differs then is reversed."""

    organisation: Id
    line: Line


class MeteringGap(Part, frozen=True, kw_only=True, rename=SPAN):
    """A time without metering: billed by the published rule, in the user's favour.

    The lease's usage counts its whole period, gaps included; a gap's part of it goes by time.
    """

    lease: Id
    from_at: Instant
    to_at: Instant


class OffPurposeUse(Part, frozen=True, kw_only=True):
    """Part of a lease's use that was off purpose, as confirmed by a person."""

    lease: Id
    share: Share


class ProviderDuty(Part, frozen=True, kw_only=True):
    """A provider's month: what was promised and what came."""

    provider: Id
    fee_won: Won
    promised_share: Share
    delivered_share: Share
    own_use_contracted: Share
    own_use_used: Share


class SettlementFacts(BurdenFacts, frozen=True, kw_only=True):
    """`usage` for a period billed before (the same lease, `from` and `to`) corrects that line."""

    previous: tuple[PreviousLine, ...] = ()
    gaps: tuple[MeteringGap, ...] = ()
    off_purpose: tuple[OffPurposeUse, ...] = ()
    providers: tuple[ProviderDuty, ...] = ()


class SettlementRules(BurdenRules, frozen=True, kw_only=True):
    """`gap_billed_share`: part of a lease's unmetered hours that is billed.

    `gap_hour_decimals`: hours left after a gap are rounded down there. `clawback_share`: part of the
    support for off-purpose use that is given back. `deduction_*`: part of the fee per part missing.
    """

    topic: ClassVar[str] = "settlement"
    gap_billed_share: Share
    gap_hour_decimals: Count
    clawback_share: Share
    deduction_per_missing_share: Amount
    deduction_per_own_use_excess: Amount
    payment_days: Positive


class Correction(Part, frozen=True, kw_only=True, rename=SPAN):
    """A reversal of an earlier line, and the new line in its place.

    `line` is empty, and nothing rebilled, where the bill had gone to the wrong organisation.
    """

    organisation: Id
    lease: Id
    from_at: Instant
    to_at: Instant
    reversed_won: SignedWon
    rebilled_won: Won
    difference_won: SignedWon
    support_difference_won: SignedWon
    line: Line | None


class Clawback(Part, frozen=True, kw_only=True):
    """Support to be given back: of the lease's lines in this file as they stand after corrections."""

    organisation: Id
    lease: Id
    support_won: Won
    share: Share
    won: Won


class Balance(Part, frozen=True, kw_only=True):
    """billed + corrected + clawback - paid, per organisation.

    `billed_won`: by the previous lines as billed (`billed_before_won`) and by this invoice.
    `pay_by`: for what is due; empty when nothing is.
    """

    organisation: Id
    billed_won: Won
    billed_before_won: Won
    corrected_won: SignedWon
    clawback_won: Won
    paid_won: SignedWon
    due_won: SignedWon
    pay_by: Date | None


class ProviderStatement(Part, frozen=True, kw_only=True):
    """payable = fee - deducted; deducted = for missing service + for own-use excess, at most the fee."""

    provider: Id
    fee_won: Won
    for_missing_won: Won
    for_own_use_won: Won
    deducted_won: Won
    payable_won: Won


class SettlementRecommendation(Recommendation, frozen=True, kw_only=True):
    """`invoices`: lines for what was not billed before; `totals`: their sum.

    `usage_digest`: SHA-256 of all usage in `usage_form`, sorted by lease and beginning; `policy_digest`
    of the rules read and `price_digest` of the price book, so that a re-rating can be compared.
    """

    invoices: tuple[Invoice, ...]
    corrections: tuple[Correction, ...]
    clawbacks: tuple[Clawback, ...]
    balances: tuple[Balance, ...]
    providers: tuple[ProviderStatement, ...]
    totals: Totals
    usage_digest: Digest
    policy_digest: Digest
    price_digest: Digest
