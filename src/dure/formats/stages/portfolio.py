"""portfolio: ranked proposals become awards within the budget."""

from typing import ClassVar, Literal

from dure.formats.kinds import Amount, Count, Date, Facts, Id, Part, Positive, Recommendation, Rules, Share, Won


class Step(Part, frozen=True, kw_only=True):
    """One quantity that a lot can be taken in: all its servers for one price."""

    servers: Positive
    price_won: Won
    own_use_servers: Count = 0


class Lot(Part, frozen=True, kw_only=True):
    """`cluster_sizes`: public servers per cluster at the largest step; `declined`: the bidder refused the offer."""

    id: Id
    gpu_model: Id
    gpus_per_server: Positive
    steps: tuple[Step, ...]
    cluster_sizes: tuple[Positive, ...] = ()
    service_on: Date
    declined: bool = False


class RankedProposal(Part, frozen=True, kw_only=True):
    id: Id
    provider: Id
    rank: Positive
    score: Amount
    spc_participant: bool = False
    lots: tuple[Lot, ...]


class GpuModel(Part, frozen=True, kw_only=True):
    relative_compute: Amount


class PortfolioFacts(Facts, frozen=True, kw_only=True):
    budget_won: Won
    proposals: tuple[RankedProposal, ...]
    gpu_models: dict[str, GpuModel]


class PortfolioRules(Rules, frozen=True, kw_only=True):
    """Shares are of the GPUs awarded; `minimum_cluster_servers` is the smallest cluster that counts."""

    topic: ClassVar[str] = "portfolio"
    method: Literal["rank_walk", "best_portfolio"]
    minimum_public_gpus: Count
    largest_provider_share: Share
    own_use_ceiling: Share
    minimum_cluster_servers: Count
    spc_first: bool


class Award(Part, frozen=True, kw_only=True):
    proposal: Id
    lot: Id
    servers: Positive
    price_won: Won
    own_use_servers: Count


class Alternative(Part, frozen=True, kw_only=True):
    """Another portfolio: within 1 % of the best, or on the Pareto front, or a what-if."""

    label: Id
    awards: tuple[Award, ...]
    spent_won: Won
    public_gpus: Count
    objective: Amount
    first_service_on: Date | None
    own_use_share: Share


class PortfolioRecommendation(Recommendation, frozen=True, kw_only=True):
    """`objective`: score-weighted public compute; `bound`: the most that any portfolio within the rules reaches."""

    awards: tuple[Award, ...]
    spent_won: Won
    remaining_won: Won
    gpus: Count
    public_gpus: Count
    own_use_gpus: Count
    objective: Amount
    bound: Amount
    price_of_rank_order: Amount
    next_billion_won_buys: Amount
    alternatives: tuple[Alternative, ...]
