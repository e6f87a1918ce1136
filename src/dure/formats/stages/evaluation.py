"""evaluation: score sheets become a ranking (used for proposals and for applications)."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from dure.formats.kinds import Amount, Count, Facts, Id, Part, Recommendation, Rules, Share


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
    evaluator: Id
    proposal: Id


class EvaluationFacts(Facts, frozen=True, kw_only=True):
    criteria: tuple[Criterion, ...]
    proposals: tuple[Proposal, ...]
    evaluators: tuple[Id, ...]
    scores: tuple[ScoreSheet, ...]
    recusals: tuple[Recusal, ...] = ()
    draw_seed: Id


class EvaluationRules(Rules, frozen=True, kw_only=True):
    """`threshold`: part of the technical maximum that must be reached; on the line passes."""

    topic: ClassVar[str] = "evaluation"
    drop: Literal["by_evaluator", "by_item", "none"]
    minimum_values: Annotated[int, Meta(ge=1, le=99)]
    threshold: Share
    decimals: Annotated[int, Meta(ge=0, le=9)]
    site_points_maximum: Amount
    tie_break: tuple[Id, ...]


class Dropped(Part, frozen=True, kw_only=True):
    """What the drop rule left out: a whole sheet (criterion empty) or one item's value."""

    evaluator: Id
    which: Literal["highest", "lowest"]
    criterion: str = ""


class Ranked(Part, frozen=True, kw_only=True):
    """`rank` is empty for a proposal that is out. Totals are the rounded, published numbers."""

    proposal: Id
    rank: int | None
    total: Amount
    technical: Amount
    passed: bool
    criteria: dict[str, Amount]
    values_kept: Count
    dropped: tuple[Dropped, ...]
    tie_broken_by: str = ""


class PanelAdvice(Part, frozen=True, kw_only=True):
    """Never official: how far the panel agrees, and how firm the order is."""

    outlier_evaluators: tuple[Id, ...]
    order_changes_without: tuple[Id, ...]
    reliability: str | None


class EvaluationRecommendation(Recommendation, frozen=True, kw_only=True):
    ranking: tuple[Ranked, ...]
    advice: PanelAdvice
