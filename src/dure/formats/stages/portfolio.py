"""portfolio: ranked proposals become awards within the budget."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from dure.formats.kinds import Amount, Count, Date, Exact, Facts, Id, Money, Part, Positive, Recommendation, Rules, Share


class Step(Part, frozen=True, kw_only=True):
    """One quantity in which a lot is offered: all its servers for one price."""

    servers: Annotated[Positive, Meta(description="quantity, those for own use included")]
    price_amount: Annotated[Money, Meta(description="price of the whole step")]
    own_use_servers: Annotated[Count, Meta(description="servers that the provider would keep for itself")] = 0


class Lot(Part, frozen=True, kw_only=True):
    """Servers of one model from one proposal; at most one step is taken."""

    id: Annotated[Id, Meta(description="unique in its proposal")]
    gpu_model: Annotated[Id, Meta(description="key of `gpu_models`")]
    gpus_per_server: Annotated[Positive, Meta(description="factor from servers to GPUs, the same for every step")]
    steps: Annotated[tuple[Step, ...], Meta(description="quantities offered, in any order, with different numbers of servers")]
    cluster_sizes: Annotated[
        tuple[Positive, ...], Meta(description="public servers in each cluster at the largest step; empty: one cluster holds all")
    ] = ()
    service_on: Annotated[Date, Meta(description="first day of service offered")]
    declined: Annotated[bool, Meta(description="whether the bidder has refused an award, so that the lot is passed over")] = False


class RankedLot(Lot, frozen=True, kw_only=True):
    """A lot with what its bidder has answered since the ranking."""

    matches_lowest: Annotated[
        bool | None,
        Meta(
            description="whether the bidder supplies it at the lowest price of its model, under `lowest_price_matched`; "
            "null: not asked yet, or no answer"
        ),
    ] = None


class RankedProposal(Part, frozen=True, kw_only=True):
    """One provider's proposal."""

    id: Annotated[Id, Meta(description="unique in the file")]
    provider: Annotated[Id, Meta(description="organisation to whose ceiling its awards count")]
    rank: Annotated[Positive, Meta(description="place in the approved ranking, without ties")]
    score: Annotated[Amount, Meta(description="points out of 100, the weight in the objective")]
    spc_participant: Annotated[
        bool, Meta(description="shareholder of the special-purpose company; matters only under `spc_first`")
    ] = False
    lots: Annotated[tuple[RankedLot, ...], Meta(description="quantities on offer, model by model")]


class GpuModel(Part, frozen=True, kw_only=True):
    relative_compute: Annotated[Amount, Meta(description="throughput of one GPU against the model that the call sets to 1")]
    lowest_price: Annotated[
        Exact | None,
        Meta(description="lowest price of a GPU found before, in smallest units; null: none, the offers of this file tell it"),
    ] = None


class PortfolioFacts(Facts, frozen=True, kw_only=True):
    budget_amount: Annotated[Money, Meta(description="most that all awards may cost")]
    proposals: Annotated[tuple[RankedProposal, ...], Meta(description="those that passed evaluation")]
    gpu_models: Annotated[dict[str, GpuModel], Meta(description="properties of each model on offer, by name")]


class PortfolioRules(Rules, frozen=True, kw_only=True):
    """Each limit has a base that stays fixed during the walk, so that every line can be checked by hand."""

    topic: ClassVar[str] = "portfolio"
    # An offer beyond one of these is never taken, whatever its rank: bidders have to know them.
    hold_offers: ClassVar[tuple[str, ...]] = ("minimum_cluster_servers", "own_use_ceiling", "largest_provider_share")
    method: Annotated[
        Literal["rank_walk", "best_portfolio", "lowest_price_matched"],
        Meta(
            description="`rank_walk`: in order of rank; `best_portfolio`: the largest objective; `lowest_price_matched`: "
            "those who supply at the lowest price of the model"
        ),
    ]
    minimum_public_gpus: Annotated[Count, Meta(description="fewest public GPUs; below it there is no award at all")]
    largest_provider_share: Annotated[Share, Meta(description="part of the budget that all awards to one provider may cost")]
    own_use_ceiling: Annotated[Share, Meta(description="part of a step's servers that the provider may keep for itself")]
    minimum_cluster_servers: Annotated[
        Count, Meta(description="fewest public servers of a step, and of each cluster at the largest step")
    ]
    spc_first: Annotated[
        bool, Meta(description="whether participants of the special-purpose company come before all others in the walk")
    ]


class Award(Part, frozen=True, kw_only=True):
    """One step of one lot."""

    proposal: Annotated[Id, Meta(description="id in `proposals` of the facts")]
    lot: Annotated[Id, Meta(description="id in `lots` of the proposal")]
    servers: Annotated[Positive, Meta(description="quantity, those for own use included")]
    price_amount: Annotated[Money, Meta(description="price of the step")]
    own_use_servers: Annotated[Count, Meta(description="servers that the provider keeps for itself")]


class Alternative(Part, frozen=True, kw_only=True):
    """Another portfolio within the rules."""

    label: Annotated[
        Id,
        Meta(
            description="`rank_walk`, `best_portfolio`, `one_more_billion` (the best with 10^9 smallest "
            "units more), `within_one_percent/N`, `pareto_front/N`"
        ),
    ]
    awards: Annotated[tuple[Award, ...], Meta(description="steps taken, in the order of the walk")]
    spent_amount: Annotated[Money, Meta(description="price of all awards")]
    gpus: Annotated[Count, Meta(description="GPUs in all servers awarded")]
    public_gpus: Annotated[Count, Meta(description="GPUs awarded and not kept by the providers")]
    compute: Annotated[Amount, Meta(description="public GPUs by relative compute, unweighted by score")]
    objective: Annotated[Amount, Meta(description="public GPUs by relative compute, weighted by score / 100")]
    first_service_on: Annotated[
        Date | None, Meta(description="earliest day of service among the awards; null: nothing is awarded")
    ]
    own_use_share: Annotated[Share, Meta(description="part of the GPUs kept by the providers")]


class ToAsk(Part, frozen=True, kw_only=True):
    """A bidder who has not said whether they supply a lot at the lowest price of its model."""

    proposal: Annotated[Id, Meta(description="id in `proposals` of the facts")]
    lot: Annotated[Id, Meta(description="id in `lots` of the proposal")]
    offered_price: Annotated[Exact, Meta(description="lowest price of a GPU that the lot offers, in smallest units")]
    lowest_price: Annotated[Exact, Meta(description="lowest price of a GPU of that model, which they are asked to match")]


class PortfolioRecommendation(Recommendation, frozen=True, kw_only=True):
    awards: Annotated[tuple[Award, ...], Meta(description="steps taken, in the order of the walk")]
    spent_amount: Annotated[Money, Meta(description="price of all awards")]
    remaining_amount: Annotated[Money, Meta(description="budget left over")]
    gpus: Annotated[Count, Meta(description="GPUs in all servers awarded")]
    public_gpus: Annotated[Count, Meta(description="GPUs awarded and not kept by the providers")]
    own_use_gpus: Annotated[Count, Meta(description="GPUs awarded and kept by the providers")]
    objective: Annotated[Amount, Meta(description="public GPUs of the awards by relative compute, weighted by score / 100")]
    bound: Annotated[Amount, Meta(description="largest objective of any portfolio within the rules")]
    proof: Annotated[
        Literal["complete_enumeration", "branch_and_bound"],
        Meta(description="`complete_enumeration`: every portfolio was compared; `branch_and_bound`: hopeless branches were cut"),
    ]
    portfolios: Annotated[Count | None, Meta(description="portfolios within the rules; null: too many to compare")]
    within_one_percent: Annotated[
        Count | None, Meta(description="portfolios that reach at least 99 % of the bound; null: too many to compare")
    ]
    on_pareto_front: Annotated[
        Count | None,
        Meta(description="portfolios not dominated in compute, first service and own use; null: too many to compare"),
    ]
    price_of_rank_order: Annotated[
        Amount | None, Meta(description="bound less the rank walk's objective; null: the walk has too few public GPUs")
    ]
    next_billion_buys: Annotated[Amount, Meta(description="rise of the bound with 10^9 smallest units more")]
    alternatives: Annotated[tuple[Alternative, ...], Meta(description="other portfolios, at most forty of each kind")]
    lowest_prices: Annotated[
        dict[str, Exact] | None,
        Meta(description="lowest price of a GPU, by model, in smallest units; null: the method compares none"),
    ] = None
    to_ask: Annotated[
        tuple[ToAsk, ...] | None,
        Meta(description="whom to ask next, in order; empty: every answer is known; null: the method asks nobody"),
    ] = None
