"""allocation: applications and capacity become grants on named servers.

How to read the figures, so that anyone can recompute them from facts, rules and recommendation:

- *Value* of an option, in whole milli-points, rounded down once: `floor(1000 * (score/100)^score_power
  * priority * model value * servers * weeks in the horizon * (1 - delay_per_week * (start - earliest_week)))`.
  An option worth nothing is no option.
- *Objective* = values of the grants less the cost of the shares: for each sector every GPU-week begun by
  which it lies below its floor or above its ceiling (as parts of all GPU-weeks granted and leased within
  the horizon) costs `share_penalty` milli-points.
- *Borrowing with return*: a sector may come with `owed` GPU-weeks, borrowed from the others in earlier rounds
  (below zero: lent to them; over all sectors they sum to 0). Floors and ceilings, and with them the objective and
  the bound, take them as GPU-weeks that it uses now: whoever borrowed has that much less room. `sector_balance`
  tells what to carry as `owed` into the next round: GPU-weeks granted and leased, plus owed, less the sector's
  share of all granted and leased. Shares are taken as parts of their sum; whole GPU-weeks by largest remainder,
  equal remainders in order of the sectors' ids; so the balances sum to 0 again, and nothing is forgotten.
- *Cap*: the GPU-weeks granted to and leased by one organisation within the horizon are at most
  `floor(largest_share * all GPU-weeks)`, where all GPU-weeks are those of servers in service over the
  horizon, outages taken off and leases included. Leases are never cut; beyond the cap nothing is added.
- *Pods and servers* are taken in the order of their ids, read as text; the first n of them are in service.
  Servers given as a number have the ids `POOL/POD/001`, `POOL/POD/002` and so on.
- *Bound*, from the certificate in one pass. Prices are whole micro-points (1,000 to the milli-point).
  A pool is priced as a whole (key `POOL`) or by pod (keys `POOL/POD`). For share prices w (from
  -share_penalty to share_penalty) let t = floor(sum of w * floor over w > 0 + sum of w * ceiling over w < 0).
  The price of an option of n servers is n * (unit + g * weeks * (cap price - w of its sector + t)), where
  unit is the sum of the pool's prices over the weeks covered (by pod: the least over the pods that have a
  free server throughout) and g the GPUs per server. Then in micro-points
  `bound = sum of prices * free servers + sum over applications of max(0, 1000 * value - price, over options)
  + sum of cap prices * what the cap leaves + sum over sectors of GPU-weeks leased or owed * (w - t)`,
  divided by 1,000 and rounded down. No plan can exceed it, whatever the prices. An option counts only if it
  could be had in an otherwise empty round: enough free servers throughout (in one pod, where required), within
  what the cap leaves, and worth something.
- *Branches*, where there are any, tighten it for small rounds: each splits the options of one application in
  two, and the bound is the largest over the leaves, each with its own prices (`Branch`).
- *By rank*: in order of score (equal ones: the order of the tie-break) each gets, of what those before it left, its
  full size at the earliest start (`by_rank`) or the option worth most (`by_rank_with_best_start`), or nothing.
- *Reasons*. Whoever got less than asked has one. Where no price could have changed it, the first of these that
  holds: `outside_window`, `no_capacity_of_model` (none in service), `larger_than_every_pool`, `larger_than_every_pod`,
  `no_size_step`, `worth_nothing`; then `no_free_window`. Else the reason names the option of largest surplus, of all
  that an empty round would have at their largest size, caps aside, with value, price (rounded up) and miss; and is
  `organisation_cap` where the cap leaves too little for the fewest servers at the last start, or the cap's part
  of the price decided; else `sector_share` where the shares' part decided; else `taken_by_higher_rank` where a method by
  rank is in force; else `price_above_value`, or `unlucky_in_rounding` where the value was above the price. `with_servers`,
  `from_week`, `with_model`: with this change alone it would have fitted beside everyone.
- *Waiting list*: first those whose option was worth more than its price, then the others, each by price over value, then
  those without a free window; equals in the order of the tie-break, then of SHA-256 over `draw_seed`, a zero byte and the id.
"""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from dure.formats.kinds import Amount, Count, Date, Facts, Id, Instant, Part, Positive, Recommendation, Rules, Share, Week

# What is declared to be handled; a national plan has 32,840 servers, 100,000 applications and a tenth of the rest.
MOST_SERVERS = 200_000
MOST_APPLICATIONS = 250_000
MOST_LEASES = 250_000
MOST_APPLICATION_WEEKS = 40_000_000  # by application and model: weeks from the earliest start to the latest end
MOST_OPTIONS = 1_000_000_000  # by application: starts times pools of the models it accepts
MOST_POD_WEEKS = 100_000_000  # pods times different durations times weeks
MOST_PARTS = 200_000_000  # applications times the parts that a pool must be counted in

SignedGpuWeeks = Annotated[int, Meta(ge=-(2**31) + 1, le=2**31 - 1, description="whole GPU-weeks")]
MilliPoints = Annotated[int, Meta(ge=0, le=2**53 - 1, description="whole milli-points")]


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


def held_servers(pool: Pool) -> int:
    """Servers that the pool's pods hold, in service or not."""
    return sum(pod.servers if isinstance(pod.servers, int) else len(pod.servers) for pod in pool.pods)


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
    """`owed`: GPU-weeks borrowed from the other sectors in earlier rounds; below zero: lent to them."""

    id: Id
    share: Share
    floor: Share
    ceiling: Share
    owed: SignedGpuWeeks = 0


class AllocationFacts(Facts, frozen=True, kw_only=True):
    tables: ClassVar[tuple[str, ...]] = ("applications", "leases")
    start_on: Date
    weeks: Annotated[int, Meta(ge=1, le=520)]
    pools: tuple[Pool, ...]
    leases: tuple[Lease, ...] = ()
    applications: tuple[Application, ...]
    sectors: tuple[Sector, ...]
    draw_seed: Id


class AllocationRules(Rules, frozen=True, kw_only=True):
    """`size_steps`: allowed sizes in servers, or empty for any. `share_penalty`: milli-points per GPU-week.

    `tie_break`: in order, of `score`, `priority`, `servers` (fewer first), `arrived_at` and `draw`.
    """

    topic: ClassVar[str] = "allocation"
    method: Literal["best_value", "by_rank", "by_rank_with_best_start"]
    score_power: Annotated[int, Meta(ge=0, le=4)]
    delay_per_week: Share
    size_steps: tuple[Positive, ...]
    share_penalty: Count
    largest_share: Share
    tie_break: tuple[Id, ...]


class Grant(Part, frozen=True, kw_only=True):
    """[from_week, to_week) as asked; `to_week` may lie beyond the horizon. `value` counts the weeks within."""

    application: Id
    pool: Id
    servers: tuple[Id, ...]
    from_week: Week
    to_week: Annotated[int, Meta(ge=0, le=2**32)]
    value: MilliPoints


class Branch(Part, frozen=True, kw_only=True):
    """One node of the proof by cases. Node 0 is the root; `below` are the indices of its two halves.

    An inner node splits the options of `application` that are left to it: `granted` (any option) against
    none; or, by `pool`, those in that pool against those in others or none; `start`, those that begin
    before week `at` against the rest; `size`, those of fewer than `at` servers against the rest. A leaf has
    `prices`: the index of its certificate in `leaf_prices`.
    """

    application: Id | None = None
    kind: Literal["granted", "pool", "start", "size", "leaf"]
    pool: Id | None = None
    at: Count = 0
    below: tuple[Count, ...] = ()
    prices: Count = 0


class Prices(Part, frozen=True, kw_only=True):
    """Prices in whole micro-points, from which a bound follows in one pass.

    `prices`: per pool (or pod) and week, for one server; `share_prices`: per sector, for one
    GPU-week; `cap_prices`: per organisation, for one GPU-week.
    """

    prices: dict[str, tuple[int, ...]]
    share_prices: dict[str, int] = {}
    cap_prices: dict[str, int] = {}


class Certificate(Prices, frozen=True, kw_only=True):
    """The prices that prove the bound; for small rounds also a proof by cases."""

    branches: tuple[Branch, ...] = ()
    leaf_prices: tuple[Prices, ...] = ()


class Placement(Part, frozen=True, kw_only=True):
    """`largest_free_block`: the most servers of one pod that are free in one and the same week."""

    cross_pod_grants: Count
    largest_free_block: Count


class MethodResult(Part, frozen=True, kw_only=True):
    """What a method would have given; each figure means what it means for the recommendation itself."""

    objective: int
    served: Count
    idle_gpu_weeks: Count
    sector_use: dict[str, Count]


class StoppedAfter(Part, frozen=True, kw_only=True):
    """A person stopped the search at its report number `reports` from that stage; stopped there again, it gives the same."""

    stage: Id
    reports: Positive


class AllocationRecommendation(Recommendation, frozen=True, kw_only=True):
    """`objective` in milli-points; `bound` is never below any plan's objective; `gap` = (bound - objective) / bound.

    `gap` has six decimals; where the bound is not positive it is 0 if the objective meets it, else 1.
    `sector_use`: GPU-weeks by sector within the horizon, leased or granted.
    `sector_use`: GPU-weeks granted and leased. `sector_balance`: what to carry into the next round as `owed`.
    `idle_gpu_weeks`: of servers in service, not under outage, neither leased nor granted.
    `stopped_after`: only where a person stopped the search; what stands here is then the best plan found by that report.
    """

    tables: ClassVar[tuple[str, ...]] = ("grants", "reasons")
    grants: tuple[Grant, ...]
    objective: int
    bound: int
    gap: Amount
    sector_use: dict[str, Count]
    sector_balance: dict[str, int]
    certificate: Certificate
    placement: Placement
    other_methods: dict[str, MethodResult]
    idle_gpu_weeks: Count
    stopped_after: StoppedAfter | None = None
