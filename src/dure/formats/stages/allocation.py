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
  the bound, take them as GPU-weeks that it uses now: a sector that borrowed has that much less room. `sector_balance`
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
- *Reasons*. An application that got less than it asked for has one. Where no price could have changed it, the first of these that
  holds: `outside_window`, `no_capacity_of_model` (none in service), `larger_than_every_pool`, `larger_than_every_pod`,
  `no_size_step`, `worth_nothing`; then `no_free_window`. Else the reason names the option of largest surplus, of all
  that an empty round would have at their largest size, caps aside, with value, price (rounded up) and miss; and is
  `organisation_cap` where the cap leaves too little for the fewest servers at the last start, or the cap's part
  of the price decided; else `sector_share` where the shares' part decided; else `taken_by_higher_rank` where a method by
  rank is in force; else `price_above_value`, or `unlucky_in_rounding` where the value was above the price. `with_servers`,
  `from_week`, `with_model`: with this change alone it would have fitted with all other grants.
- *Waiting list*: first those whose option was worth more than its price, then the others, each by price over value, then
  those without a free window; equals in the order of the tie-break, then of SHA-256 over `draw_seed`, a zero byte and the id.
"""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from dure.formats.kinds import Amount, Count, Date, Facts, Id, Instant, Part, Positive, Recommendation, Rules, Share, Week

# What is declared to be handled; a national plan has 32,840 servers, 100,000 applications and a tenth of the rest.
SECTOR_REASONS = ("share_below_floor", "share_above_ceiling")  # these name a sector, all others an application
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
    """A block of servers."""

    id: Annotated[Id, Meta(description="unique in its pool; prices name the block as `POOL/POD`")]
    servers: Annotated[
        Positive | tuple[Id, ...], Meta(description="number of servers (ids are then counted from 001), or their ids")
    ]


class InService(Part, frozen=True, kw_only=True):
    """One step of a pool's ramp-up."""

    from_week: Annotated[Week, Meta(description="first week with this level")]
    servers: Annotated[
        Count, Meta(description="servers in service from then on: the first ones, pods and servers in order of id")
    ]


class Outage(Part, frozen=True, kw_only=True):
    """A server or a whole pod that cannot be used for some weeks."""

    from_week: Annotated[Week, Meta(description="first week without it")]
    to_week: Annotated[Week, Meta(description="first week in which it is back")]
    server: Annotated[Id | None, Meta(description="single server affected; null: `pod` names a whole block")] = None
    pod: Annotated[Id | None, Meta(description="block affected as a whole; null: `server` names a single one")] = None


class Pool(Part, frozen=True, kw_only=True):
    """Servers of one GPU model at one provider."""

    id: Annotated[Id, Meta(description="unique in the file; leases and grants refer to it")]
    provider: Annotated[Id, Meta(description="organisation that operates the servers")]
    gpu_model: Annotated[Id, Meta(description="matched against the models that an application accepts")]
    gpus_per_server: Annotated[Positive, Meta(description="GPUs in each server, alike throughout the pool")]
    pods: Annotated[tuple[Pod, ...], Meta(description="blocks that make up the pool")]
    in_service: Annotated[tuple[InService, ...], Meta(description="ramp-up by week; before the first step nothing is in service")]
    outages: Annotated[tuple[Outage, ...], Meta(description="planned unavailability; empty: none")] = ()


def held_servers(pool: Pool) -> int:
    """Servers that the pool's pods hold, in service or not."""
    return sum(pod.servers if isinstance(pod.servers, int) else len(pod.servers) for pod in pool.pods)


class Lease(Part, frozen=True, kw_only=True):
    """Granted in an earlier round, and not moved by this one."""

    id: Annotated[Id, Meta(description="unique in the file")]
    pool: Annotated[Id, Meta(description="pool that holds its servers")]
    servers: Annotated[tuple[Id, ...], Meta(description="ids of those occupied")]
    from_week: Annotated[Week, Meta(description="first week occupied; 0 also when that was before the horizon")]
    to_week: Annotated[Week, Meta(description="first week free again")]
    sector: Annotated[Id, Meta(description="sector whose GPU-weeks it uses")]
    organisation: Annotated[Id, Meta(description="organisation whose cap it uses up")]


class Application(Part, frozen=True, kw_only=True):
    """What one applicant asks for, and in which form it would be of use."""

    id: Annotated[Id, Meta(description="unique in the file; grants and reasons refer to it")]
    organisation: Annotated[Id, Meta(description="applicant, to whom the cap on one organisation applies")]
    sector: Annotated[Id, Meta(description="sector whose floor and ceiling apply")]
    score: Annotated[Amount, Meta(description="points of the evaluation, out of 100")]
    priority: Annotated[Amount, Meta(description="factor on the value; 1 is neutral")] = "1"
    models: Annotated[
        dict[str, Share], Meta(description="acceptable GPU models, each with its worth relative to 1; others are never assigned")
    ]
    servers: Annotated[Positive, Meta(description="most that the project can use: the size asked for")]
    minimum_servers: Annotated[Positive, Meta(description="fewest that the project can use; a smaller grant is never made")]
    weeks: Annotated[Positive, Meta(description="duration asked for, which is never shortened")]
    earliest_week: Annotated[Week, Meta(description="first week in which it can start")]
    latest_week: Annotated[Week, Meta(description="last week in which it can start")]
    pod: Annotated[
        Literal["required", "preferred", "any"],
        Meta(description="`required`: all servers in one pod; `preferred`: where possible; `any`: no matter"),
    ] = "preferred"
    arrived_at: Annotated[Instant, Meta(description="when the application was received; may break ties")]


class Sector(Part, frozen=True, kw_only=True):
    """Part of the GPUs that a field of users is meant to have."""

    id: Annotated[Id, Meta(description="unique in the file; applications and leases refer to it")]
    share: Annotated[Share, Meta(description="target part of all GPU-weeks granted and leased, the base of the balance")]
    floor: Annotated[Share, Meta(description="part below which each missing GPU-week costs the penalty")]
    ceiling: Annotated[Share, Meta(description="part above which each excess GPU-week costs the penalty")]
    owed: Annotated[
        SignedGpuWeeks, Meta(description="GPU-weeks borrowed from other sectors in earlier rounds; negative: lent to them")
    ] = 0


class AllocationFacts(Facts, frozen=True, kw_only=True):
    tables: ClassVar[tuple[str, ...]] = ("applications", "leases")
    start_on: Annotated[Date, Meta(description="first day of week 0")]
    weeks: Annotated[int, Meta(ge=1, le=520), Meta(description="length of the planning horizon")]
    pools: Annotated[tuple[Pool, ...], Meta(description="supply, one entry for each GPU model and site")]
    leases: Annotated[
        tuple[Lease, ...], Meta(description="grants of earlier rounds that occupy servers; empty: a first round")
    ] = ()
    applications: Annotated[tuple[Application, ...], Meta(description="eligible requests with their scores")]
    sectors: Annotated[tuple[Sector, ...], Meta(description="all fields of users; the `owed` of all sum to 0")]
    draw_seed: Annotated[Id, Meta(description="public value from which the order of the draw is derived")]


class AllocationRules(Rules, frozen=True, kw_only=True):
    topic: ClassVar[str] = "allocation"
    method: Annotated[
        Literal["best_value", "by_rank", "by_rank_with_best_start"],
        Meta(description="`best_value` maximises the objective; `by_rank` and `by_rank_with_best_start` serve in order of score"),
    ]
    score_power: Annotated[
        int, Meta(ge=0, le=4), Meta(description="exponent of score / 100 in the value; 0: the score does not count")
    ]
    delay_per_week: Annotated[Share, Meta(description="part of the value lost for each week of start after the earliest one")]
    size_steps: Annotated[tuple[Positive, ...], Meta(description="sizes in servers that may be granted; empty: any")]
    share_penalty: Annotated[
        Count, Meta(description="milli-points per GPU-week by which a sector misses its floor or exceeds its ceiling")
    ]
    largest_share: Annotated[
        Share, Meta(description="most of all GPU-weeks in service that one organisation may hold, leases included")
    ]
    tie_break: Annotated[
        tuple[Id, ...], Meta(description="keys in order: `score`, `priority`, `servers` (fewer first), `arrived_at`, `draw`")
    ]


class Grant(Part, frozen=True, kw_only=True):
    """Servers for one application."""

    application: Annotated[Id, Meta(description="request that is served")]
    pool: Annotated[Id, Meta(description="pool that holds all the servers")]
    servers: Annotated[tuple[Id, ...], Meta(description="ids of those granted, all in one pool")]
    from_week: Annotated[Week, Meta(description="first week of use")]
    to_week: Annotated[int, Meta(ge=0, le=2**32), Meta(description="first week after use, as asked; may be beyond the horizon")]
    value: Annotated[MilliPoints, Meta(description="worth to the objective, counted over the weeks within the horizon")]


class Branch(Part, frozen=True, kw_only=True):
    """One node of the proof by cases. Node 0 is the root; `below` are the indices of its two halves.

    An inner node splits the options of `application` that are left to it: `granted` (any option) against
    none; or, by `pool`, those in that pool against those in others or none; `start`, those that begin
    before week `at` against the rest; `size`, those of fewer than `at` servers against the rest. A leaf has
    `prices`: the index of its certificate in `leaf_prices`.
    """

    application: Annotated[Id | None, Meta(description="application whose options an inner node splits; null in a leaf")] = None
    kind: Annotated[Literal["granted", "pool", "start", "size", "leaf"], Meta(description="criterion of the split, or `leaf`")]
    pool: Annotated[Id | None, Meta(description="pool on one side of a split by `pool`; null in other nodes")] = None
    at: Annotated[
        Count, Meta(description="week or number of servers from which a `start` or `size` split takes the second half; else 0")
    ] = 0
    below: Annotated[tuple[Count, ...], Meta(description="indices of the two halves; empty in a leaf")] = ()
    prices: Annotated[Count, Meta(description="index into `leaf_prices` of a leaf's certificate; 0 in inner nodes")] = 0


class Prices(Part, frozen=True, kw_only=True):
    """Dual prices in whole micro-points, from which a bound follows in one pass."""

    prices: Annotated[
        dict[str, tuple[int, ...]],
        Meta(description="by pool (`POOL`) or pod (`POOL/POD`): the price of one server in each week of the horizon"),
    ]
    share_prices: Annotated[
        dict[str, int], Meta(description="by sector: the price of one GPU-week against floor and ceiling; absent: 0")
    ] = {}
    cap_prices: Annotated[
        dict[str, int], Meta(description="by organisation: the price of one GPU-week against its cap; absent: 0")
    ] = {}


class Certificate(Prices, frozen=True, kw_only=True):
    """Dual prices that prove the bound."""

    branches: Annotated[
        tuple[Branch, ...], Meta(description="nodes of a proof by cases, the root first; empty: the prices alone prove the bound")
    ] = ()
    leaf_prices: Annotated[tuple[Prices, ...], Meta(description="a certificate for each leaf of the proof by cases")] = ()


class Placement(Part, frozen=True, kw_only=True):
    """How well the plan keeps servers together."""

    cross_pod_grants: Annotated[Count, Meta(description="grants whose servers are in more than one pod")]
    largest_free_block: Annotated[Count, Meta(description="most servers of one pod that are free in one and the same week")]


class MethodResult(Part, frozen=True, kw_only=True):
    """What another method would have given."""

    objective: Annotated[int, Meta(description="milli-points that its plan reaches")]
    served: Annotated[Count, Meta(description="applications that get a grant")]
    idle_gpu_weeks: Annotated[Count, Meta(description="GPU-weeks in service, under no outage, and neither leased nor granted")]
    sector_use: Annotated[dict[str, Count], Meta(description="GPU-weeks leased and granted within the horizon, by sector")]


class StoppedAfter(Part, frozen=True, kw_only=True):
    """Where a person stopped the search; stopped there again, it gives the same plan."""

    stage: Annotated[Id, Meta(description="phase of the search that was running")]
    reports: Annotated[Positive, Meta(description="number of the last progress report of that phase")]


class AllocationRecommendation(Recommendation, frozen=True, kw_only=True):
    tables: ClassVar[tuple[str, ...]] = ("grants", "reasons")
    grants: Annotated[tuple[Grant, ...], Meta(description="servers for each application that is served")]
    objective: Annotated[int, Meta(description="value of all grants less the cost of missed shares, in milli-points")]
    bound: Annotated[int, Meta(description="milli-points that no plan can exceed, proved by `certificate`")]
    gap: Annotated[
        Amount,
        Meta(description="(bound - objective) / bound, to six decimals; where the bound is not positive, 0 if met, else 1"),
    ]
    sector_use: Annotated[dict[str, Count], Meta(description="GPU-weeks leased and granted within the horizon, by sector")]
    sector_balance: Annotated[
        dict[str, int], Meta(description="GPU-weeks to carry into the next round as `owed`, by sector; they sum to 0")
    ]
    certificate: Annotated[Certificate, Meta(description="dual prices from which anyone can recompute the bound")]
    placement: Annotated[Placement, Meta(description="measures of how well servers were kept together in pods")]
    other_methods: Annotated[
        dict[str, MethodResult], Meta(description="outcome that each method not in force would have had, by method")
    ]
    idle_gpu_weeks: Annotated[Count, Meta(description="GPU-weeks in service, under no outage, and neither leased nor granted")]
    stopped_after: Annotated[
        StoppedAfter | None, Meta(description="report at which a person stopped the search; null: it ran to its end")
    ] = None
