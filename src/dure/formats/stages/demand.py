"""demand: a survey becomes estimates with their error, and a forecast."""

from typing import ClassVar

from dure.formats.kinds import Amount, Count, Date, Decimal, Facts, Id, Part, Positive, Recommendation, Rules, Share, Won


class FrameCell(Part, frozen=True, kw_only=True):
    """How many organisations of that sector and size there are."""

    sector: Id
    size: Id
    organisations: Positive


class Response(Part, frozen=True, kw_only=True):
    """One answer. `organisation` comes twice when two departments answered for the same need."""

    id: Id
    organisation: Id
    sector: Id
    size: Id
    region: Id
    use: Id
    gpu_model: Id
    servers: Count
    weeks: Count
    start_on: Date
    would_pay_won_per_gpu_hour: Won | None = None
    same_need_as: Id | None = None


class PastEstimate(Part, frozen=True, kw_only=True):
    """What the last survey said and what then came, in GPUs."""

    sector: Id
    estimated_gpus: Count
    applied_gpus: Count


class DemandFacts(Facts, frozen=True, kw_only=True):
    frame: tuple[FrameCell, ...]
    invited: Positive
    responses: tuple[Response, ...]
    past: tuple[PastEstimate, ...] = ()


class DemandRules(Rules, frozen=True, kw_only=True):
    """`rake`: margins to which weights are raked, in turn; `confidence_z`: 1.96 for 95 %."""

    topic: ClassVar[str] = "demand"
    rake: tuple[Id, ...]
    confidence_z: Amount
    raking_rounds: Positive
    gpus_per_server: Positive


class Estimate(Part, frozen=True, kw_only=True):
    """GPUs wanted in one cell (an empty key sums over it), with a 95 % interval."""

    sector: str
    size: str
    use: str
    gpu_model: str
    respondents: Count
    gpus: Amount
    low: Amount
    high: Amount


class MonthForecast(Part, frozen=True, kw_only=True):
    month: Date
    sector: Id
    gpus: Amount


class PastError(Part, frozen=True, kw_only=True):
    """(estimate - applied) / applied, as decimal text."""

    sector: Id
    error: Decimal | None


class DemandRecommendation(Recommendation, frozen=True, kw_only=True):
    """`shares`: each sector's part of the estimated total; feeds `shares` as d."""

    estimates: tuple[Estimate, ...]
    total: Estimate
    response_rate: Share
    shares: dict[str, Share]
    forecast: tuple[MonthForecast, ...]
    past_errors: tuple[PastError, ...]
