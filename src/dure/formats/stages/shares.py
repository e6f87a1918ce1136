"""shares: demand, priority and results become each sector's share of the public GPUs."""

from typing import Annotated, ClassVar

from msgspec import Meta

from dure.formats.kinds import Decimal, Exact, Facts, Id, Part, Recommendation, Rules, Share


class SectorSignals(Part, frozen=True, kw_only=True):
    """One sector's part of the current shares and of each signal; every column sums to one."""

    id: Annotated[Id, Meta(description="unique in the file; the rules' floors and ceilings name it")]
    current: Annotated[Share, Meta(description="share in force")]
    demand: Annotated[Share, Meta(description="part of the estimated demand, from `demand`")]
    priority: Annotated[Share, Meta(description="part that policy gives to it")]
    results: Annotated[Share, Meta(description="part of the verified results, from `outcomes`")]


class SharesFacts(Facts, frozen=True, kw_only=True):
    sectors: Annotated[tuple[SectorSignals, ...], Meta(description="all of them; the new shares are divided among these")]


class SharesRules(Rules, frozen=True, kw_only=True):
    topic: ClassVar[str] = "shares"
    weights: Annotated[
        dict[str, Share], Meta(description="weight of each signal: `demand`, `priority`, `results`, summing to one")
    ]
    floor: Annotated[dict[str, Share], Meta(description="lowest share, by sector")]
    ceiling: Annotated[dict[str, Share], Meta(description="highest share, by sector")]
    step: Annotated[Share, Meta(description="most by which one decision may move a share, up or down")]
    decimals: Annotated[int, Meta(ge=2, le=12), Meta(description="places to which shares are published")]


class Move(Part, frozen=True, kw_only=True):
    """Why a sector moved."""

    sector: Annotated[Id, Meta(description="id in `sectors` of the facts")]
    from_demand: Annotated[Decimal, Meta(description="pull of demand: its weight times (signal less current share)")]
    from_priority: Annotated[Decimal, Meta(description="pull of priority: its weight times (signal less current share)")]
    from_results: Annotated[Decimal, Meta(description="pull of results: its weight times (signal less current share)")]
    correction: Annotated[Decimal, Meta(description="exact share less target")]
    held_by: Annotated[str, Meta(description="rule that stopped the move: `floor`, `ceiling` or `step`; empty: none")] = ""


class SharesRecommendation(Recommendation, frozen=True, kw_only=True):
    shares: Annotated[dict[str, Share], Meta(description="published share of each sector, summing to one")]
    exact: Annotated[dict[str, Exact], Meta(description="share of each sector before rounding")]
    target: Annotated[dict[str, Exact], Meta(description="weighted mean of the signals, by sector, before bounds")]
    moves: Annotated[tuple[Move, ...], Meta(description="decomposition of each sector's change")]
    objective: Annotated[Exact, Meta(description="squared distance of the exact shares from the target, summed over the sectors")]
