"""evaluation: score sheets become a ranking (used for proposals and for applications)."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from dure.formats.kinds import Amount, Count, Decimal, Facts, Id, Part, Recommendation, Rules, Share


class Criterion(Part, frozen=True, kw_only=True):
    """`reference`: for a computed criterion, the published value that earns the full weight."""

    id: Id
    weight: Amount
    kind: Literal["judged", "computed"]
    reference: Amount | None = None


class Proposal(Part, frozen=True, kw_only=True):
    """`values`: the measured value per computed criterion. `site_points`: site inspection."""

    id: Id
    gate: Literal["pass", "fail"] = "pass"
    values: dict[str, Amount] = {}
    site_points: Amount | None = None


class ScoreSheet(Part, frozen=True, kw_only=True):
    """One evaluator's points for one proposal, per judged criterion (0 to its weight)."""

    evaluator: Id
    proposal: Id
    points: dict[str, Amount]


class Recusal(Part, frozen=True, kw_only=True):
    """The evaluator's sheet for that proposal, if there is one, is set aside."""

    evaluator: Id
    proposal: Id


class EvaluationFacts(Facts, frozen=True, kw_only=True):
    """`subject`: whether providers' proposals or users' applications are ranked; each has its own rules of dropping."""

    subject: Literal["proposals", "applications"] = "proposals"
    criteria: tuple[Criterion, ...]
    proposals: tuple[Proposal, ...]
    evaluators: tuple[Id, ...]
    scores: tuple[ScoreSheet, ...]
    recusals: tuple[Recusal, ...] = ()
    draw_seed: Id


Drop = Literal["by_evaluator", "by_item", "none"]
Values = Annotated[int, Meta(ge=1, le=99)]


class EvaluationRules(Rules, frozen=True, kw_only=True):
    """`threshold`: part of the technical maximum that must be reached; on the line passes.

    The technical score is the judged criteria and the site inspection; computed criteria count in
    the total only. `tie_break` names, in order, `technical`, criteria by id, `heaviest_criterion`,
    and at its end `draw`. `point_step`: sheets off this step are named in the advice.
    """

    topic: ClassVar[str] = "evaluation"
    drop: Drop
    minimum_values: Values
    threshold: Share
    application_drop: Drop
    application_minimum_values: Values
    application_threshold: Share
    decimals: Annotated[int, Meta(ge=0, le=9)]
    site_points_maximum: Amount
    point_step: Amount
    tie_break: tuple[Id, ...]


class Dropped(Part, frozen=True, kw_only=True):
    """What the drop rule left out: a whole sheet (criterion empty) or one item's value."""

    evaluator: Id
    which: Literal["highest", "lowest"]
    criterion: str = ""


class Ranked(Part, frozen=True, kw_only=True):
    """One proposal; `rank` is empty for one that is out. Figures are the rounded, published numbers.

    `total` and `technical` are empty where nothing could be averaged (gate failed, panel
    incomplete): not assessed is not zero. `tie_broken_by`: the last step of the tie order that was
    needed to place it among equals. `recused`: evaluators whose sheet was set aside.
    """

    proposal: Id
    rank: int | None
    total: Amount | None
    technical: Amount | None
    passed: bool
    criteria: dict[str, Amount]
    site_points: Amount | None = None
    values_kept: Count
    dropped: tuple[Dropped, ...]
    recused: tuple[Id, ...] = ()
    tie_broken_by: str = ""


class AdjustedScore(Part, frozen=True, kw_only=True):
    """Mean of the sheets as given, and without the reviewers' estimated leniency."""

    proposal: Id
    raw: Decimal
    adjusted: Decimal


class PanelAdvice(Part, frozen=True, kw_only=True):
    """Never official: how far the panel agrees, and how firm the order is.

    `reliability` is an intraclass correlation of single sheets: `icc_two_way` when every evaluator
    scored every proposal, otherwise `icc_one_way`. `ranks_moved_without`: how many proposals change
    place when one evaluator is left out. `adjusted` is given for unequal panels only; proposals in
    `further_review` are those for which the adjustment matters. `off_step`: sheets
    (`evaluator/proposal`) whose points do not keep the rule `point_step`.
    """

    outlier_evaluators: tuple[Id, ...]
    order_changes_without: tuple[Id, ...]
    ranks_moved_without: dict[str, Count]
    reliability: Decimal | None
    reliability_kind: Literal["", "icc_two_way", "icc_one_way"]
    adjusted: tuple[AdjustedScore, ...]
    further_review: tuple[Id, ...]
    off_step: tuple[str, ...]


class EvaluationRecommendation(Recommendation, frozen=True, kw_only=True):
    """`ranking`: in order of rank, then those below the threshold, then those not assessed."""

    ranking: tuple[Ranked, ...]
    technical_maximum: Amount
    maximum: Amount
    threshold_points: Amount
    advice: PanelAdvice
