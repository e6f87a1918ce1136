"""outcomes: what the GPU-hours produced, by sector and use; feeds `shares` as r."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from dure.formats.kinds import Amount, Count, Date, Exact, Facts, Id, Money, Part, Positive, Recommendation, Rules, Share, Text

Kind = Literal["paper", "model", "patent", "product", "revenue", "people_trained"]


class GrantUse(Part, frozen=True, kw_only=True):
    """What one grant used, and whether its report was received."""

    id: Annotated[Id, Meta(description="unique in the file; achievements refer to it")]
    organisation: Annotated[Id, Meta(description="holder of the grant")]
    sector: Annotated[Id, Meta(description="field of users that the results count towards")]
    use: Annotated[Id, Meta(description="purpose under which the results are also listed")]
    gpu_hours: Annotated[Amount, Meta(description="consumption so far, from metering")]
    report_due_on: Annotated[Date, Meta(description="last day for the report")]
    report_received_on: Annotated[Date | None, Meta(description="day of receipt; null or after `as_of`: still missing")] = None


class Achievement(Part, frozen=True, kw_only=True):
    """One reported result; it counts only with evidence that someone verified."""

    id: Annotated[Id, Meta(description="unique in the file")]
    grant: Annotated[Id, Meta(description="id of the grant in `grants` that produced it")]
    kind: Annotated[Kind, Meta(description="form of the result, with points of its own")]
    count: Annotated[Count, Meta(description="results achieved, for every kind but `revenue`; 0 there")] = 0
    revenue_amount: Annotated[Money, Meta(description="amount earned, for `revenue`; 0 for other kinds")] = 0
    evidence: Annotated[
        Text,
        Meta(description="identifier such as a DOI or patent number; equal evidence counts once per kind; empty: not counted"),
    ] = ""
    verified: Annotated[bool, Meta(description="whether someone checked the evidence")] = False


class OutcomesFacts(Facts, frozen=True, kw_only=True):
    as_of: Annotated[Date, Meta(description="day for which due and missing reports are judged")]
    sectors: Annotated[tuple[Id, ...], Meta(description="ids of all fields of users, those without grants included")]
    grants: Annotated[tuple[GrantUse, ...], Meta(description="consumption and reports so far")]
    achievements: Annotated[tuple[Achievement, ...], Meta(description="results reported so far")]


class OutcomesRules(Rules, frozen=True, kw_only=True):
    topic: ClassVar[str] = "outcomes"
    points: Annotated[
        dict[str, Amount], Meta(description="earned by one result of each kind; for `revenue`, by each `revenue_unit`")
    ]
    revenue_unit: Annotated[Positive, Meta(description="revenue that earns the points of one result")]
    decimals: Annotated[int, Meta(ge=2, le=12), Meta(description="places to which parts and points are rounded")]
    smallest_part: Annotated[Share, Meta(description="least part of the results that any sector is given")]


class SectorOutcome(Part, frozen=True, kw_only=True):
    """Results of a sector, or of one use within it."""

    sector: Annotated[Id, Meta(description="field of users")]
    use: Annotated[str, Meta(description="restriction to one purpose; empty: the whole sector")]
    gpu_hours: Annotated[Amount, Meta(description="consumption of its grants")]
    points: Annotated[Amount, Meta(description="earned by results that count")]
    points_per_million_gpu_hours: Annotated[
        Amount | None, Meta(description="yield by which sectors are compared; null: no GPU-hours were used")
    ]
    counted: Annotated[Count, Meta(description="achievements that earn points")]
    not_counted: Annotated[Count, Meta(description="achievements set aside, each with a reason")]
    reports_due: Annotated[Count, Meta(description="reports whose last day is not after `as_of`")]
    reports_missing: Annotated[Count, Meta(description="of those due, not received by `as_of`")]


class OutcomesRecommendation(Recommendation, frozen=True, kw_only=True):
    sectors: Annotated[tuple[SectorOutcome, ...], Meta(description="results of every sector, in order of id")]
    uses: Annotated[tuple[SectorOutcome, ...], Meta(description="results of every sector and purpose with grants")]
    results: Annotated[
        dict[str, Share],
        Meta(description="rounded part of each sector, summing to one; becomes `results` in the facts of `shares`"),
    ]
    exact: Annotated[dict[str, Exact], Meta(description="part of each sector before rounding")]
    unjudged: Annotated[tuple[Id, ...], Meta(description="sectors without GPU-hours, which are given an even part")]
    lifted: Annotated[tuple[Id, ...], Meta(description="sectors raised to the smallest part")]
