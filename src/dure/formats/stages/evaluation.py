"""evaluation: score sheets become a ranking (used for proposals and for applications)."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from dure.formats.kinds import Amount, Count, Decimal, Facts, Id, Part, Positive, Recommendation, Rules, Share


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


class Reviewer(Part, frozen=True, kw_only=True):
    """Under `distributed`: an applicant's own reviewer, and what they were asked to assess."""

    evaluator: Annotated[Id, Meta(description="applicant's own, and entered in `evaluators` too")]
    own: Annotated[
        tuple[Id, ...], Meta(description="items of the applicant whom the reviewer speaks for, never assessed by them")
    ]
    asked: Annotated[tuple[Id, ...], Meta(description="items of others that the draw gave them to assess")]


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
    reviewers: Annotated[
        tuple[Reviewer, ...], Meta(description="one for each evaluator under `distributed`; empty: a panel was appointed")
    ] = ()
    draw_seed: Annotated[Id, Meta(description="public value from which the order of the draw is derived")]


Drop = Literal["by_evaluator", "by_item", "none"]
Values = Annotated[int, Meta(ge=1, le=99, description="whole number from 1 to 99")]


class EvaluationRules(Rules, frozen=True, kw_only=True):
    """The technical score is judged criteria and site inspection; computed criteria count in the total only."""

    topic: ClassVar[str] = "evaluation"
    method: Annotated[
        Literal["panel", "tiers_with_draw"],
        Meta(description="providers' proposals: `panel` ranks by points; `tiers_with_draw` draws within published tiers"),
    ]
    application_method: Annotated[
        Literal["panel", "tiers_with_draw", "distributed"],
        Meta(description="as `method`, for users' applications; `distributed`: applicants assess each other's"),
    ]
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
    tiers: Annotated[
        tuple[Share, ...] | None,
        Meta(
            description="parts of the technical maximum where a tier begins, the highest first; what passes below the last "
            "is one tier more; null: no method in force asks for it"
        ),
    ] = None
    reviews_each: Annotated[
        Values | None,
        Meta(description="applications of others that each reviewer assesses; null: no method in force asks for it"),
    ] = None
    undelivered: Annotated[
        Literal["named", "out"] | None,
        Meta(
            description="applicant whose reviewer left a sheet out: `named` in the result, or `out` of the ranking; "
            "null: no method in force asks for it"
        ),
    ] = None


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
    passed: Annotated[
        bool,
        Meta(
            description="whether the technical score reaches the threshold; equality passes; "
            "false also where undelivered reviews put it out"
        ),
    ]
    criteria: Annotated[dict[str, Amount], Meta(description="published points, by criterion")]
    site_points: Annotated[
        Amount | None, Meta(description="result of the site inspection as published; null: none took place")
    ] = None
    values_kept: Annotated[Count, Meta(description="evaluators' values that each mean rests on after dropping")]
    dropped: Annotated[tuple[Dropped, ...], Meta(description="values left out of the means")]
    recused: Annotated[tuple[Id, ...], Meta(description="evaluators whose sheet was set aside")] = ()
    tie_broken_by: Annotated[str, Meta(description="last key of the tie order that was needed; empty: no tie")] = ""
    tier: Annotated[
        Positive | None, Meta(description="published tier from 1, the best; null: the method has none, or it did not pass")
    ] = None
    standing: Annotated[
        Amount | None,
        Meta(description="mean part of the items next to it that reviewers place below it, in percent; null: not so ranked"),
    ] = None


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


class ReviewerCount(Part, frozen=True, kw_only=True):
    """Under `distributed`: whether a reviewer's sheets count. They do as a whole set, or not at all."""

    evaluator: Annotated[Id, Meta(description="whose set of sheets it is")]
    due: Annotated[Count, Meta(description="items to assess, without recusals and items that failed the gate")]
    delivered: Annotated[Count, Meta(description="sheets handed in for them")]
    set_aside_because: Annotated[
        Literal["", "reviews_not_delivered", "nothing_to_compare"],
        Meta(description="why none of them counts: one is absent, or there are fewer than two; empty: all count"),
    ] = ""


class EvaluationRecommendation(Recommendation, frozen=True, kw_only=True):
    ranking: Annotated[
        tuple[Ranked, ...], Meta(description="in order of rank, then those below the threshold, then those not assessed")
    ]
    technical_maximum: Annotated[Amount, Meta(description="most points of judged criteria and site inspection")]
    maximum: Annotated[Amount, Meta(description="most points in total, computed criteria included")]
    threshold_points: Annotated[Amount, Meta(description="technical score needed to pass")]
    advice: Annotated[PanelAdvice, Meta(description="reliability of the panel; for information only")]
    reviewers: Annotated[
        tuple[ReviewerCount, ...] | None, Meta(description="how each reviewer's sheets count; null: a panel was appointed")
    ] = None
