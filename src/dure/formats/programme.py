"""programme: what the programme promised, and the numbers that belong to no single stage."""

from typing import ClassVar

from dure.formats.kinds import Count, Date, Positive, Rules, Share, Won


class AgreementRules(Rules, frozen=True, kw_only=True):
    """How long agreements with providers run."""

    topic: ClassVar[str] = "programme"
    agreement_months: Positive


class ProgrammeRules(AgreementRules, frozen=True, kw_only=True):
    """Sectors' published shares, the promised calendar, and the goal in GPUs."""

    topic: ClassVar[str] = "programme"
    budget_won: Won
    target_gpus: Count
    sector_shares: dict[str, Share]
    milestones_promised: dict[str, Date]
    largest_share_per_applicant: Share
