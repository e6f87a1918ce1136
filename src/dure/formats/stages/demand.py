"""demand: a survey becomes estimates with their error, and a forecast.

Published definitions that the decision and its checker both follow, each in its own code:

*One need, one answer.* An answer that names another by `same_need_as` is not counted; of the answers of
one organisation for one use and model only the largest (servers, then weeks, then the id that sorts
first) is. An organisation has answered even when nothing of it is counted.

*Weights.* In each cell of the frame (sector and size) those who answered stand for all: N / n. Cells in
which nobody answered are made up for by raking, each margin of `rake` in turn, the organisations of a
cell being rounded half up to twelve decimals, until a whole round changes nothing or `raking_rounds` are
over. A sector or size in which nobody at all answered cannot be made up for and is left out. Where the
margins cannot all be met (to a millionth, everyone standing at least for themselves), the last is given up.

*Variance.* Answers in one cell are a simple random sample of it without replacement: over the strata,
(1 - n / N) * n / (n - 1) * sum of squared deviations of weight times value from their mean. A cell with
one answer (N above 1) is pooled with the other such cells of its sector; a sector with only one such
cell joins the other sectors' left over ones; one left over by all joins the first stratum in order of
sector and size, pools after cells. Pools go without the factor 1 - n / N. For a sector's share R the
value is y_sector - R y_all (Taylor), over the total. Half-widths are `confidence_z` standard errors; an
interval begins at 0 at the lowest.
"""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from dure.formats.kinds import Amount, Count, Date, Decimal, Exact, Facts, Id, Part, Positive, Recommendation, Rules, Share, Won

Margin = Literal["sector", "size"]


class FrameCell(Part, frozen=True, kw_only=True):
    """How many organisations of that sector and size there are."""

    sector: Id
    size: Id
    organisations: Annotated[int, Meta(ge=1, le=100_000_000)]


class Response(Part, frozen=True, kw_only=True):
    """One answer; `servers` 0: wants none. `organisation` comes twice when two departments answered for the same need."""

    id: Id
    organisation: Id
    sector: Id
    size: Id
    region: Id
    use: Id
    gpu_model: Id
    servers: Annotated[int, Meta(ge=0, le=1_000_000)]
    weeks: Annotated[int, Meta(ge=0, le=520)]
    start_on: Date
    would_pay_won_per_gpu_hour: Won | None = None
    same_need_as: Id | None = None


class PastEstimate(Part, frozen=True, kw_only=True):
    """What the last survey said and what then came, in GPUs."""

    sector: Id
    estimated_gpus: Count
    applied_gpus: Count


class DemandFacts(Facts, frozen=True, kw_only=True):
    """`invited`: organisations that were asked."""

    frame: tuple[FrameCell, ...]
    invited: Positive
    responses: tuple[Response, ...]
    past: tuple[PastEstimate, ...] = ()


class DemandRules(Rules, frozen=True, kw_only=True):
    """`rake`: margins to which weights are raked, in turn; `confidence_z`: 1.96 for 95 %."""

    topic: ClassVar[str] = "demand"
    rake: tuple[Margin, ...]
    confidence_z: Amount
    raking_rounds: Annotated[int, Meta(ge=1, le=1000)]
    gpus_per_server: Positive
    gpu_decimals: Annotated[int, Meta(ge=0, le=6)]
    share_decimals: Annotated[int, Meta(ge=2, le=12)]


class CellResponse(Part, frozen=True, kw_only=True):
    """Who answered in one cell of the frame, and for how many organisations each of them stands."""

    sector: Id
    size: Id
    organisations: Positive
    respondents: Count
    weight: Exact


class MarginFit(Part, frozen=True, kw_only=True):
    """One margin after raking: organisations there are, and organisations that the answers stand for."""

    margin: Margin
    category: Id
    organisations: Positive
    represented: Exact


class Estimate(Part, frozen=True, kw_only=True):
    """GPUs wanted in one cell (an empty key sums over it), with a 95 % interval; who wants some there."""

    sector: str
    size: str
    use: str
    gpu_model: str
    respondents: Count
    gpus: Amount
    low: Amount
    high: Amount


class MonthForecast(Part, frozen=True, kw_only=True):
    """GPUs wanted by a sector in a month, as the mean over its days; `month` is its first day."""

    month: Date
    sector: Id
    gpus: Amount


class PriceStep(Part, frozen=True, kw_only=True):
    """GPUs wanted by those of a sector who said that they would pay at least that price."""

    sector: Id
    won_per_gpu_hour: Won
    gpus: Amount


class PastError(Part, frozen=True, kw_only=True):
    """(estimate - applied) / applied, as decimal text; null when nobody applied."""

    sector: Id
    error: Decimal | None


class DemandRecommendation(Recommendation, frozen=True, kw_only=True):
    """`shares`: each sector's part of the estimated total; feeds `shares` as d. `share_margins`: half-widths."""

    estimates: tuple[Estimate, ...]
    total: Estimate
    response_rate: Share
    shares: dict[str, Share]
    share_margins: dict[str, Amount]
    forecast: tuple[MonthForecast, ...]
    would_pay: tuple[PriceStep, ...]
    past_errors: tuple[PastError, ...]
    counted: tuple[Id, ...]
    cells: tuple[CellResponse, ...]
    margins: tuple[MarginFit, ...]
