"""portfolio: ranked proposals become awards within the budget."""

from typing import ClassVar, Literal

from dure.formats.kinds import Amount, Count, Date, Facts, Id, Part, Positive, Recommendation, Rules, Share, Won


class Step(Part, frozen=True, kw_only=True):
    """One quantity that a lot can be taken in: all its servers for one price."""

    servers: Positive
    price_won: Won
    own_use_servers: Count = 0


class Lot(Part, frozen=True, kw_only=True):
    """At most one step of a lot is taken. `cluster_sizes`: public servers per cluster at the largest step.

    `declined`: the bidder refused the offer; what it would have cost goes down the list.
    """

    id: Id
    gpu_model: Id
    gpus_per_server: Positive
    steps: tuple[Step, ...]
    cluster_sizes: tuple[Positive, ...] = ()
    service_on: Date
    declined: bool = False


class RankedProposal(Part, frozen=True, kw_only=True):
    """`score` is on 100 and weighs the objective; `rank` is the place in the approved ranking, without ties."""

    id: Id
    provider: Id
    rank: Positive
    score: Amount
    spc_participant: bool = False
    lots: tuple[Lot, ...]


class GpuModel(Part, frozen=True, kw_only=True):
    """`relative_compute`: of one GPU, against the model that the call publishes as 1."""

    relative_compute: Amount


class PortfolioFacts(Facts, frozen=True, kw_only=True):
    budget_won: Won
    proposals: tuple[RankedProposal, ...]
    gpu_models: dict[str, GpuModel]


class PortfolioRules(Rules, frozen=True, kw_only=True):
    """Every limit has a base that does not move during the walk, so that each line can be checked by hand.

    `largest_provider_share`: of the budget, what all awards to one provider may cost. `own_use_ceiling`:
    of a step's servers, what the provider may keep for its own use. `minimum_cluster_servers`: the
    least public servers of a step, and of each cluster at the largest step. `minimum_public_gpus`:
    without them there is no award at all. `spc_first`: participants of the special-purpose company
    are walked before all others.
    """

    topic: ClassVar[str] = "portfolio"
    method: Literal["rank_walk", "best_portfolio"]
    minimum_public_gpus: Count
    largest_provider_share: Share
    own_use_ceiling: Share
    minimum_cluster_servers: Count
    spc_first: bool


class Award(Part, frozen=True, kw_only=True):
    """One step of one lot."""

    proposal: Id
    lot: Id
    servers: Positive
    price_won: Won
    own_use_servers: Count


class Alternative(Part, frozen=True, kw_only=True):
    """Another portfolio within the rules.

    `label`: `rank_walk`, `best_portfolio`, `one_more_billion` (what the best one would be with a
    billion won more), `within_one_percent/N` and `pareto_front/N`. `compute`: public GPUs by
    relative compute, unweighted by score.
    """

    label: Id
    awards: tuple[Award, ...]
    spent_won: Won
    gpus: Count
    public_gpus: Count
    compute: Amount
    objective: Amount
    first_service_on: Date | None
    own_use_share: Share


class PortfolioRecommendation(Recommendation, frozen=True, kw_only=True):
    """`objective`: score-weighted public compute of the awards; `bound`: the most that any portfolio within the rules reaches.

    `price_of_rank_order`: what the rank walk falls short of the bound; empty when the walk misses
    the minimum of public GPUs. `next_billion_won_buys`: by how much the bound rises with a billion
    won more. `proof`: whether every portfolio was compared, or branches that cannot reach the bound
    were cut; `portfolios`, `within_one_percent` and `on_pareto_front` count them where every one
    was compared, and `alternatives` shows the first forty of each kind.
    """

    awards: tuple[Award, ...]
    spent_won: Won
    remaining_won: Won
    gpus: Count
    public_gpus: Count
    own_use_gpus: Count
    objective: Amount
    bound: Amount
    proof: Literal["complete_enumeration", "branch_and_bound"]
    portfolios: Count | None
    within_one_percent: Count | None
    on_pareto_front: Count | None
    price_of_rank_order: Amount | None
    next_billion_won_buys: Amount
    alternatives: tuple[Alternative, ...]
