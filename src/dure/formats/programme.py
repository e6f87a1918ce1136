"""programme: what the programme promised, and the numbers that belong to no single stage."""

from typing import Annotated, ClassVar

from msgspec import Meta

from dure.formats.kinds import Count, Date, Positive, Rules, Share


class AgreementRules(Rules, frozen=True, kw_only=True):
    """How long agreements with providers run."""

    topic: ClassVar[str] = "programme"
    agreement_months: Annotated[
        Positive, Meta(description="months for which providers operate the servers, from the start of the agreement")
    ]


class ProgrammeRules(AgreementRules, frozen=True, kw_only=True):
    """Sectors' published shares, the promised calendar, and the goal in GPUs."""

    topic: ClassVar[str] = "programme"
    target_gpus: Annotated[Count, Meta(description="GPUs that the programme promised to secure")]
    sector_shares: Annotated[
        dict[str, Share],
        Meta(description="part of the public GPUs announced for each sector, by sector id; it stands until shares are approved"),
    ]
    milestones_promised: Annotated[
        dict[str, Date], Meta(description="day announced for each milestone, by milestone id; slip is measured against it")
    ]
