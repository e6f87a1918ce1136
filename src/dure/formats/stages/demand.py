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

from dure.formats.kinds import Amount, Count, Date, Decimal, Exact, Facts, Id, Money, Part, Positive, Recommendation, Rules, Share

Margin = Literal["sector", "size"]


class FrameCell(Part, frozen=True, kw_only=True):
    """Population of organisations in one cell of the frame."""

    sector: Annotated[Id, Meta(description="row of the frame")]
    size: Annotated[Id, Meta(description="column of the frame")]
    organisations: Annotated[int, Meta(ge=1, le=100_000_000), Meta(description="organisations that exist there, invited or not")]


class Response(Part, frozen=True, kw_only=True):
    """One answer; an organisation answers twice when two of its departments do."""

    id: Annotated[Id, Meta(description="unique in the file")]
    organisation: Annotated[Id, Meta(description="respondent; its answers for one use and model count once")]
    sector: Annotated[Id, Meta(description="row of the frame that the respondent belongs to")]
    size: Annotated[Id, Meta(description="column of the frame that the respondent belongs to")]
    region: Annotated[Id, Meta(description="location of the respondent; not used in the estimate")]
    use: Annotated[Id, Meta(description="purpose for which servers are wanted")]
    gpu_model: Annotated[Id, Meta(description="type of GPU wanted")]
    servers: Annotated[int, Meta(ge=0, le=1_000_000), Meta(description="servers wanted; 0: none")]
    weeks: Annotated[int, Meta(ge=0, le=520), Meta(description="duration of the need")]
    start_on: Annotated[Date, Meta(description="first day of the need")]
    would_pay_per_gpu_hour: Annotated[Money | None, Meta(description="highest acceptable price; null: not stated")] = None
    same_need_as: Annotated[
        Id | None, Meta(description="id of another answer that states the same need, so that this one is not counted; null: none")
    ] = None


class PastEstimate(Part, frozen=True, kw_only=True):
    """The last survey's forecast against the demand that came."""

    sector: Annotated[Id, Meta(description="as in the frame")]
    estimated_gpus: Annotated[Count, Meta(description="demand that the last survey stated")]
    applied_gpus: Annotated[Count, Meta(description="demand in the applications that followed")]


class DemandFacts(Facts, frozen=True, kw_only=True):
    frame: Annotated[
        tuple[FrameCell, ...], Meta(description="population by sector and size, for which the answers are made to stand")
    ]
    invited: Annotated[Positive, Meta(description="organisations that received the questionnaire")]
    responses: Annotated[tuple[Response, ...], Meta(description="all answers received, counted or not")]
    past: Annotated[tuple[PastEstimate, ...], Meta(description="accuracy of the last survey; empty: there was none")] = ()


class DemandRules(Rules, frozen=True, kw_only=True):
    topic: ClassVar[str] = "demand"
    rake: Annotated[tuple[Margin, ...], Meta(description="margins to which weights are raked, in turn")]
    confidence_z: Annotated[Amount, Meta(description="standard errors on each side of an interval; 1.96 for 95 %")]
    raking_rounds: Annotated[int, Meta(ge=1, le=1000), Meta(description="most iterations before the last margin is given up")]
    gpus_per_server: Annotated[Positive, Meta(description="factor from answers in servers to estimates in GPUs")]
    gpu_decimals: Annotated[int, Meta(ge=0, le=6), Meta(description="places to which estimates in GPUs are rounded")]
    share_decimals: Annotated[int, Meta(ge=2, le=12), Meta(description="places to which shares and rates are rounded")]


class CellResponse(Part, frozen=True, kw_only=True):
    """Response and weight of one cell of the frame."""

    sector: Annotated[Id, Meta(description="row of the frame")]
    size: Annotated[Id, Meta(description="column of the frame")]
    organisations: Annotated[Positive, Meta(description="population of the cell")]
    respondents: Annotated[Count, Meta(description="organisations in it that answered")]
    weight: Annotated[Exact, Meta(description="organisations that each respondent stands for, after raking")]


class MarginFit(Part, frozen=True, kw_only=True):
    """Fit of one margin after raking."""

    margin: Annotated[Margin, Meta(description="dimension of the frame")]
    category: Annotated[Id, Meta(description="sector or size within it")]
    organisations: Annotated[Positive, Meta(description="population in the frame")]
    represented: Annotated[Exact, Meta(description="population that the weighted answers stand for")]


class Estimate(Part, frozen=True, kw_only=True):
    """GPUs wanted in one cell, with a confidence interval."""

    sector: Annotated[str, Meta(description="restriction to one sector; empty: all")]
    size: Annotated[str, Meta(description="restriction to one size; empty: all")]
    use: Annotated[str, Meta(description="restriction to one purpose; empty: all")]
    gpu_model: Annotated[str, Meta(description="restriction to one type of GPU; empty: all")]
    respondents: Annotated[Count, Meta(description="organisations with a counted answer that wants some")]
    gpus: Annotated[Amount, Meta(description="weighted demand, the point estimate")]
    low: Annotated[Amount, Meta(description="lower end of the interval, at least 0")]
    high: Annotated[Amount, Meta(description="upper end of the interval")]


class MonthForecast(Part, frozen=True, kw_only=True):
    """GPUs wanted by a sector in a month, as the mean over its days; `month` is its first day."""

    month: Annotated[Date, Meta(description="its first day")]
    sector: Annotated[Id, Meta(description="field of users, as in the frame")]
    gpus: Annotated[Amount, Meta(description="mean over the days of the month")]


class PriceStep(Part, frozen=True, kw_only=True):
    """One point of a sector's demand curve."""

    sector: Annotated[Id, Meta(description="field of users, as in the frame")]
    price_per_gpu_hour: Annotated[Money, Meta(description="a price that some answer names")]
    gpus: Annotated[Amount, Meta(description="wanted by those who would pay at least this price")]


class PastError(Part, frozen=True, kw_only=True):
    """Accuracy of the last survey in one sector."""

    sector: Annotated[Id, Meta(description="as in the frame")]
    error: Annotated[Decimal | None, Meta(description="(estimated - applied) / applied; null: nobody applied")]


class DemandRecommendation(Recommendation, frozen=True, kw_only=True):
    estimates: Annotated[tuple[Estimate, ...], Meta(description="demand by each margin and by each full cell with demand")]
    total: Annotated[Estimate, Meta(description="demand over everything")]
    response_rate: Annotated[Share, Meta(description="organisations that answered, as a part of those invited")]
    shares: Annotated[
        dict[str, Share], Meta(description="part of the total demand, by sector; becomes `demand` in the facts of `shares`")
    ]
    share_margins: Annotated[dict[str, Amount], Meta(description="half-width of each share's interval, by sector")]
    forecast: Annotated[
        tuple[MonthForecast, ...], Meta(description="demand by month and sector; months without any are left out")
    ]
    would_pay: Annotated[tuple[PriceStep, ...], Meta(description="demand curve by sector; answers without a price are left out")]
    past_errors: Annotated[tuple[PastError, ...], Meta(description="accuracy of the last survey, by sector")]
    counted: Annotated[tuple[Id, ...], Meta(description="ids of answers that enter the estimate")]
    cells: Annotated[tuple[CellResponse, ...], Meta(description="response and weight of every cell of the frame")]
    margins: Annotated[tuple[MarginFit, ...], Meta(description="fit of the weighted answers to the frame")]
