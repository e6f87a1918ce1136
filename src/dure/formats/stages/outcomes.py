"""outcomes: what the GPU-hours produced, by sector and use; feeds `shares` as r."""

from typing import ClassVar, Literal

from dure.formats.kinds import Amount, Count, Date, Facts, Id, Part, Recommendation, Rules, Share, Text, Won


class GrantUse(Part, frozen=True, kw_only=True):
    id: Id
    organisation: Id
    sector: Id
    use: Id
    gpu_hours: Amount
    report_due_on: Date
    report_received_on: Date | None = None


class Achievement(Part, frozen=True, kw_only=True):
    """One reported result; counted only with evidence that someone verified."""

    id: Id
    grant: Id
    kind: Literal["paper", "model", "patent", "product", "revenue", "people_trained"]
    count: Count = 0
    revenue_won: Won = 0
    evidence: Text = ""
    verified: bool = False


class OutcomesFacts(Facts, frozen=True, kw_only=True):
    as_of: Date
    sectors: tuple[Id, ...]
    grants: tuple[GrantUse, ...]
    achievements: tuple[Achievement, ...]


class OutcomesRules(Rules, frozen=True, kw_only=True):
    """`points` per kind: for one, or for `revenue_unit_won` of revenue. `smallest_part`: of results, per sector."""

    topic: ClassVar[str] = "outcomes"
    points: dict[str, Amount]
    revenue_unit_won: Won
    decimals: Count
    smallest_part: Share


class SectorOutcome(Part, frozen=True, kw_only=True):
    """Points per million GPU-hours; reports due and missing by now."""

    sector: Id
    use: str
    gpu_hours: Amount
    points: Amount
    points_per_million_gpu_hours: Amount | None
    counted: Count
    not_counted: Count
    reports_due: Count
    reports_missing: Count


class OutcomesRecommendation(Recommendation, frozen=True, kw_only=True):
    """`results`: each sector's part, summing to one; an even split while there is nothing to judge by."""

    sectors: tuple[SectorOutcome, ...]
    uses: tuple[SectorOutcome, ...]
    results: dict[str, Share]
