"""evaluation: score sheets become a ranking (used for proposals and for applications)."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from dure.formats.kinds import Amount, Count, Decimal, Facts, Id, Part, Recommendation, Rules, Share


class Criterion(Part, frozen=True, kw_only=True):
    """One source of points."""

    id: Annotated[Id, Meta(description="unique in the file; score sheets and results use it as a key")]
    weight: Annotated[Amount, Meta(description="most points that can be earned")]
    kind: Annotated[
        Literal["judged", "computed"],
        Meta(description="`judged`: evaluators give points; `computed`: points follow from a measured value"),
    ]
    reference: Annotated[
        Amount | None, Meta(description="measured value that earns the full weight; null for a judged criterion")
    ] = None


class Proposal(Part, frozen=True, kw_only=True):
    """What is ranked: a provider's proposal or a user's application."""

    id: Annotated[Id, Meta(description="unique in the file")]
    gate: Annotated[
        Literal["pass", "fail"], Meta(description="result of the admission check; `fail` excludes it from the ranking")
    ] = "pass"
    values: Annotated[dict[str, Amount], Meta(description="measured value, by computed criterion")] = {}
    site_points: Annotated[Amount | None, Meta(description="result of the site inspection; null: none took place")] = None


class ScoreSheet(Part, frozen=True, kw_only=True):
    """One evaluator's points for one proposal."""

    evaluator: Annotated[Id, Meta(description="author of the points")]
    proposal: Annotated[Id, Meta(description="subject of the sheet")]
    points: Annotated[dict[str, Amount], Meta(description="by judged criterion, from 0 to its weight")]


class Recusal(Part, frozen=True, kw_only=True):
    """A conflict of interest; the sheet, if there is one, is set aside."""

    evaluator: Annotated[Id, Meta(description="member of the panel who is excluded")]
    proposal: Annotated[Id, Meta(description="proposal that the conflict is about")]


class EvaluationFacts(Facts, frozen=True, kw_only=True):
    subject: Annotated[
        Literal["proposals", "applications"],
        Meta(description="kind of item ranked; proposals and applications have their own drop rules and thresholds"),
    ] = "proposals"
    criteria: Annotated[tuple[Criterion, ...], Meta(description="sources of points, judged and computed")]
    proposals: Annotated[tuple[Proposal, ...], Meta(description="everything that takes part in the call")]
    evaluators: Annotated[tuple[Id, ...], Meta(description="members of the panel, by id")]
    scores: Annotated[tuple[ScoreSheet, ...], Meta(description="sheets handed in, one for each evaluator and proposal")]
    recusals: Annotated[tuple[Recusal, ...], Meta(description="conflicts of interest; empty: none declared")] = ()
    draw_seed: Annotated[Id, Meta(description="public value from which the order of the draw is derived")]


Drop = Literal["by_evaluator", "by_item", "none"]
Values = Annotated[int, Meta(ge=1, le=99, description="whole number from 1 to 99")]


class EvaluationRules(Rules, frozen=True, kw_only=True):
    """The technical score is judged criteria and site inspection; computed criteria count in the total only."""

    topic: ClassVar[str] = "evaluation"
    drop: Annotated[
        Drop, Meta(description="values left out before averaging providers' proposals: whole sheets, single items, or none")
    ]
    minimum_values: Annotated[Values, Meta(description="values that must remain per criterion of a proposal after dropping")]
    threshold: Annotated[Share, Meta(description="part of the technical maximum that a proposal must reach")]
    application_drop: Annotated[Drop, Meta(description="as `drop`, for users' applications")]
    application_minimum_values: Annotated[Values, Meta(description="as `minimum_values`, for users' applications")]
    application_threshold: Annotated[Share, Meta(description="as `threshold`, for users' applications")]
    decimals: Annotated[int, Meta(ge=0, le=9), Meta(description="places to which criteria and scores are rounded half up")]
    site_points_maximum: Annotated[Amount, Meta(description="most points for the site inspection, part of the technical maximum")]
    point_step: Annotated[
        Amount, Meta(description="grid that points should keep to; sheets off it are named in the advice; 0: no grid")
    ]
    tie_break: Annotated[
        tuple[Id, ...],
        Meta(description="keys in order: `technical`, criteria by id, `heaviest_criterion`, and at the end `draw`"),
    ]


class Dropped(Part, frozen=True, kw_only=True):
    """What the drop rule left out."""

    evaluator: Annotated[Id, Meta(description="author of the value")]
    which: Annotated[Literal["highest", "lowest"], Meta(description="end of the order at which it stood")]
    criterion: Annotated[str, Meta(description="id of the criterion whose value was left out; empty: the whole sheet")] = ""


class Ranked(Part, frozen=True, kw_only=True):
    """One proposal's place; figures are the rounded, published numbers."""

    proposal: Annotated[Id, Meta(description="id in `proposals` of the facts")]
    rank: Annotated[int | None, Meta(description="place from 1; null: out of the ranking")]
    total: Annotated[
        Amount | None,
        Meta(description="technical score plus computed criteria; null: gate failed or panel incomplete, which is not zero"),
    ]
    technical: Annotated[
        Amount | None,
        Meta(description="judged criteria plus site points; null: gate failed or panel incomplete, which is not zero"),
    ]
    passed: Annotated[bool, Meta(description="whether the technical score reaches the threshold; equality passes")]
    criteria: Annotated[dict[str, Amount], Meta(description="published points, by criterion")]
    site_points: Annotated[
        Amount | None, Meta(description="result of the site inspection as published; null: none took place")
    ] = None
    values_kept: Annotated[Count, Meta(description="evaluators' values that each mean rests on after dropping")]
    dropped: Annotated[tuple[Dropped, ...], Meta(description="values left out of the means")]
    recused: Annotated[tuple[Id, ...], Meta(description="evaluators whose sheet was set aside")] = ()
    tie_broken_by: Annotated[str, Meta(description="last key of the tie order that was needed; empty: no tie")] = ""


class AdjustedScore(Part, frozen=True, kw_only=True):
    """Mean of the sheets, before and after correcting for lenient or severe evaluators."""

    proposal: Annotated[Id, Meta(description="id in `proposals` of the facts")]
    raw: Annotated[Decimal, Meta(description="mean of the judged totals as given")]
    adjusted: Annotated[Decimal, Meta(description="the same without the evaluators' estimated leniency")]


class PanelAdvice(Part, frozen=True, kw_only=True):
    """Never official: how far the panel agrees, and how firm the order is."""

    outlier_evaluators: Annotated[
        tuple[Id, ...], Meta(description="those whose sheets are far from their colleagues' on the same proposals")
    ]
    order_changes_without: Annotated[tuple[Id, ...], Meta(description="evaluators without whom some proposal changes place")]
    ranks_moved_without: Annotated[
        dict[str, Count], Meta(description="by evaluator, how many proposals change place when their sheets are left out")
    ]
    reliability: Annotated[
        Decimal | None, Meta(description="intraclass correlation of single sheets; null: it cannot be computed")
    ]
    reliability_kind: Annotated[
        Literal["", "icc_two_way", "icc_one_way"],
        Meta(description="`icc_two_way`: every evaluator scored every proposal; `icc_one_way`: not; empty: one proposal at most"),
    ]
    adjusted: Annotated[tuple[AdjustedScore, ...], Meta(description="scores corrected for leniency; empty: panels are equal")]
    further_review: Annotated[
        tuple[Id, ...], Meta(description="proposals for which the correction is large or crosses the threshold")
    ]
    off_step: Annotated[tuple[str, ...], Meta(description="sheets that leave the grid `point_step`, as `evaluator/proposal`")]


class EvaluationRecommendation(Recommendation, frozen=True, kw_only=True):
    ranking: Annotated[
        tuple[Ranked, ...], Meta(description="in order of rank, then those below the threshold, then those not assessed")
    ]
    technical_maximum: Annotated[Amount, Meta(description="most points of judged criteria and site inspection")]
    maximum: Annotated[Amount, Meta(description="most points in total, computed criteria included")]
    threshold_points: Annotated[Amount, Meta(description="technical score needed to pass")]
    advice: Annotated[PanelAdvice, Meta(description="reliability of the panel; for information only")]
