"""programme: what the programme promised, and the numbers that belong to no single stage."""

from typing import ClassVar

from dure.formats.kinds import Count, Date, Positive, Rules, Share, Won


class ProgrammeRules(Rules, frozen=True, kw_only=True):
    """Sectors' published shares, the promised calendar, and the goal in GPUs."""

    topic: ClassVar[str] = "programme"
    budget_won: Won
    target_gpus: Count
    agreement_months: Positive
    sector_shares: dict[str, Share]
    milestones_promised: dict[str, Date]
    largest_share_per_applicant: Share
