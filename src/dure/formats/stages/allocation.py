"""allocation: applications and capacity become grants on named servers."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from dure.formats.kinds import Amount, Count, Date, Facts, Id, Instant, Part, Positive, Recommendation, Rules, Share, Week


class Pod(Part, frozen=True, kw_only=True):
    """A block of servers: how many (ids are counted from 001), or their ids."""

    id: Id
    servers: Positive | tuple[Id, ...]


class InService(Part, frozen=True, kw_only=True):
    """From that week on, the first `servers` in pod order are in service."""

    from_week: Week
    servers: Count


class Outage(Part, frozen=True, kw_only=True):
    """A server or a whole pod that is not to be had in [from_week, to_week)."""

    from_week: Week
    to_week: Week
    server: Id | None = None
    pod: Id | None = None


class Pool(Part, frozen=True, kw_only=True):
    id: Id
    provider: Id
    gpu_model: Id
    gpus_per_server: Positive
    pods: tuple[Pod, ...]
    in_service: tuple[InService, ...]
    outages: tuple[Outage, ...] = ()


class Lease(Part, frozen=True, kw_only=True):
    """Already given, and not to be moved: these servers in [from_week, to_week)."""

    id: Id
    pool: Id
    servers: tuple[Id, ...]
    from_week: Week
    to_week: Week
    sector: Id
    organisation: Id


class Application(Part, frozen=True, kw_only=True):
    """`models`: value of each acceptable GPU model; `latest_week`: latest start."""

    id: Id
    organisation: Id
    sector: Id
    score: Amount
    priority: Amount = "1"
    models: dict[str, Share]
    servers: Positive
    minimum_servers: Positive
    weeks: Positive
    earliest_week: Week
    latest_week: Week
    pod: Literal["required", "preferred", "any"] = "preferred"
    arrived_at: Instant


class Sector(Part, frozen=True, kw_only=True):
    id: Id
    share: Share
    floor: Share
    ceiling: Share


class AllocationFacts(Facts, frozen=True, kw_only=True):
    start_on: Date
    weeks: Annotated[int, Meta(ge=1, le=520)]
    pools: tuple[Pool, ...]
    leases: tuple[Lease, ...] = ()
    applications: tuple[Application, ...]
    sectors: tuple[Sector, ...]
    draw_seed: Id


class AllocationRules(Rules, frozen=True, kw_only=True):
    """`size_steps`: allowed sizes in servers, or empty for any. `share_penalty`: milli-points per GPU-week."""

    topic: ClassVar[str] = "allocation"
    method: Literal["best_value", "by_rank", "by_rank_with_best_start"]
    score_power: Annotated[int, Meta(ge=0, le=4)]
    delay_per_week: Share
    size_steps: tuple[Positive, ...]
    share_penalty: Count
    largest_share: Share
    tie_break: tuple[Id, ...]


class Grant(Part, frozen=True, kw_only=True):
    application: Id
    pool: Id
    servers: tuple[Id, ...]
    from_week: Week
    to_week: Week
    value: Count


class Certificate(Part, frozen=True, kw_only=True):
    """Prices in whole micro-points, from which the bound follows in one pass.

    `prices`: per pool (or pod) and week, for one server; `share_prices`: per sector, for one
    GPU-week; `cap_prices`: per organisation, for one GPU-week.
    """

    prices: dict[str, tuple[int, ...]]
    share_prices: dict[str, int] = {}
    cap_prices: dict[str, Count] = {}


class Placement(Part, frozen=True, kw_only=True):
    cross_pod_grants: Count
    largest_free_block: Count


class MethodResult(Part, frozen=True, kw_only=True):
    objective: int
    served: Count
    idle_gpu_weeks: Count


class AllocationRecommendation(Recommendation, frozen=True, kw_only=True):
    """`objective` in milli-points; `bound` is never below any plan's objective; `gap` = (bound - objective) / bound."""

    grants: tuple[Grant, ...]
    objective: int
    bound: int
    gap: Amount
    sector_use: dict[str, Count]
    certificate: Certificate
    placement: Placement
    other_methods: dict[str, MethodResult]
    idle_gpu_weeks: Count
