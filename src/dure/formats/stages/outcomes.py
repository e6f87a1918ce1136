"""outcomes: what the GPU-hours produced, by sector and use; feeds `shares` as r."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from dure.formats.kinds import Amount, Count, Date, Exact, Facts, Id, Part, Positive, Recommendation, Rules, Share, Text, Won

Kind = Literal["paper", "model", "patent", "product", "revenue", "people_trained"]


class GrantUse(Part, frozen=True, kw_only=True):
    """What one grant used, and whether its report came. A report received after `as_of` has not come yet."""

    id: Id
    organisation: Id
    sector: Id
    use: Id
    gpu_hours: Amount
    report_due_on: Date
    report_received_on: Date | None = None


class Achievement(Part, frozen=True, kw_only=True):
    """One reported result; counted only with evidence that someone verified.

    `evidence` identifies it (DOI, patent number, product registration): the same kind of result under
    the same evidence counts once. `count` is for all kinds but revenue, `revenue_won` for revenue.
    """

    id: Id
    grant: Id
    kind: Kind
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
    revenue_unit_won: Positive
    decimals: Annotated[int, Meta(ge=2, le=12)]
    smallest_part: Share


class SectorOutcome(Part, frozen=True, kw_only=True):
    """Points per million GPU-hours; reports due and missing by now.

    `use` is empty for a whole sector. Points per million are empty where no GPU-hours were used.
    """

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
    """`results`: each sector's part, summing to one; an even split while there is nothing to judge by.

    `exact`: the parts before rounding. `unjudged`: sectors without GPU-hours, which get an even part.
    `lifted`: sectors raised to the smallest part.
    """

    sectors: tuple[SectorOutcome, ...]
    uses: tuple[SectorOutcome, ...]
    results: dict[str, Share]
    exact: dict[str, Exact]
    unjudged: tuple[Id, ...]
    lifted: tuple[Id, ...]
