"""settlement: usage and burden become invoices, a statement, corrections and clawback."""

from typing import ClassVar

from dure.formats.kinds import SPAN, Digest, Id, Instant, Part, Positive, Recommendation, Share, SignedWon, Won
from dure.formats.stages.burden import BurdenFacts, BurdenRules, Invoice, Line, Totals


class PreviousLine(Part, frozen=True, kw_only=True):
    """A line billed before for the same period; what differs now is corrected by reversal."""

    organisation: Id
    line: Line


class MeteringGap(Part, frozen=True, kw_only=True, rename=SPAN):
    """A time without metering: billed by the published rule, in the user's favour."""

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
    previous: tuple[PreviousLine, ...] = ()
    gaps: tuple[MeteringGap, ...] = ()
    off_purpose: tuple[OffPurposeUse, ...] = ()
    providers: tuple[ProviderDuty, ...] = ()


class SettlementRules(BurdenRules, frozen=True, kw_only=True):
    """`gap_billed_share`: part of a lease's unmetered hours that is billed. `deduction_*`: per won of fee."""

    topic: ClassVar[str] = "settlement"
    gap_billed_share: Share
    clawback_share: Share
    deduction_per_missing_share: Share
    deduction_per_own_use_excess: Share
    payment_days: Positive


class Correction(Part, frozen=True, kw_only=True, rename=SPAN):
    """A reversal of an earlier line, or the new line in its place."""

    organisation: Id
    lease: Id
    from_at: Instant
    to_at: Instant
    reversed_won: SignedWon
    rebilled_won: Won
    difference_won: SignedWon


class Clawback(Part, frozen=True, kw_only=True):
    """Support to be given back for off-purpose use."""

    organisation: Id
    lease: Id
    won: Won


class Balance(Part, frozen=True, kw_only=True):
    """billed + corrections + clawback - paid, per organisation."""

    organisation: Id
    billed_won: Won
    corrected_won: SignedWon
    clawback_won: Won
    paid_won: SignedWon
    due_won: SignedWon


class ProviderStatement(Part, frozen=True, kw_only=True):
    provider: Id
    fee_won: Won
    deducted_won: Won
    payable_won: Won


class SettlementRecommendation(Recommendation, frozen=True, kw_only=True):
    """`usage_digest`: SHA-256 of the usage in canonical order, so a re-rating can be compared."""

    invoices: tuple[Invoice, ...]
    corrections: tuple[Correction, ...]
    clawbacks: tuple[Clawback, ...]
    balances: tuple[Balance, ...]
    providers: tuple[ProviderStatement, ...]
    totals: Totals
    usage_digest: Digest
