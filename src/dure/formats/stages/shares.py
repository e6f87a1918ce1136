"""shares: demand, priority and results become each sector's share of the public GPUs."""

from typing import Annotated, ClassVar

from msgspec import Meta

from dure.formats.kinds import Decimal, Exact, Facts, Id, Part, Recommendation, Rules, Share


class SectorSignals(Part, frozen=True, kw_only=True):
    """One sector's part of the current shares and of each signal; every column sums to one."""

    id: Id
    current: Share
    demand: Share
    priority: Share
    results: Share


class SharesFacts(Facts, frozen=True, kw_only=True):
    sectors: tuple[SectorSignals, ...]


class SharesRules(Rules, frozen=True, kw_only=True):
    """`step`: the most by which one decision may move a sector. `decimals`: of the published shares."""

    topic: ClassVar[str] = "shares"
    weights: dict[str, Share]
    floor: dict[str, Share]
    ceiling: dict[str, Share]
    step: Share
    decimals: Annotated[int, Meta(ge=2, le=12)]


class Move(Part, frozen=True, kw_only=True):
    """Why a sector moved: each signal's pull, the common correction, and the bound that held it."""

    sector: Id
    from_demand: Decimal
    from_priority: Decimal
    from_results: Decimal
    correction: Decimal
    held_by: str = ""


class SharesRecommendation(Recommendation, frozen=True, kw_only=True):
    """`shares` sum to one at the published decimals; `exact` are the fractions before rounding."""

    shares: dict[str, Share]
    exact: dict[str, Exact]
    target: dict[str, Exact]
    moves: tuple[Move, ...]
    objective: Exact
