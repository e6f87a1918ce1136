"""buildout: orders and site readiness become a capacity calendar (plan, P50, P90).

Published definitions that the decision and its checker both follow, each in its own code:

*Working days* run from Monday to Friday, `holidays` excepted. A step begins on the working day on which
the one before has ended; service begins on the working day after the last day of `stabilise`.

*Random numbers.* The key of a distribution is the first eight bytes (big-endian) of SHA-256 over the seed
and its names, joined by a zero byte: (`delivery`, cluster, delivery) or (`step`, site, step, place in the
queue). Run r draws mix(key + (r + 1) * 0x9E3779B97F4A7C15), where mix is the finaliser of SplitMix64,
all modulo 2^64; its upper 32 bits, times the total weight, shifted right by 32, is looked up in the
running sum of the weights.

*Weights* of the days from a (least) over m (likely) to b (most) are a triangle in whole numbers:
(d - a + 1) * (b - m + 1) up to m, (b - d + 1) * (m - a + 1) after it.
"""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from dure.formats.kinds import Count, Date, Facts, Id, Part, Positive, Recommendation, Rules

Step = Literal["rack", "cable", "power", "test", "accept", "stabilise"]
STEPS: tuple[Step, ...] = ("rack", "cable", "power", "test", "accept", "stabilise")
Holder = Literal["delivery", "milestone", "power", "cooling", "racks", "network", "crews", "nothing"]


class LevelFrom(Part, frozen=True, kw_only=True):
    """One step of a step function."""

    from_on: Annotated[Date, Meta(description="first day with this level")]
    value: Annotated[Count, Meta(description="amount from that day until the next step")]


class Site(Part, frozen=True, kw_only=True):
    """What a data centre can carry, by date; levels never fall."""

    id: Annotated[Id, Meta(description="unique in the file; clusters refer to it")]
    power_kw: Annotated[tuple[LevelFrom, ...], Meta(description="electrical power for servers, in kW")]
    cooling_kw: Annotated[tuple[LevelFrom, ...], Meta(description="heat that can be removed, in kW")]
    racks: Annotated[tuple[LevelFrom, ...], Meta(description="rack positions ready for use")]
    network_ports: Annotated[tuple[LevelFrom, ...], Meta(description="switch ports ready for use")]
    crews: Annotated[tuple[LevelFrom, ...], Meta(description="installation teams; each works on one batch at a time")]


class Delivery(Part, frozen=True, kw_only=True):
    """One consignment of servers."""

    id: Annotated[Id, Meta(description="unique in its cluster")]
    servers: Annotated[Positive, Meta(description="servers in the consignment")]
    earliest_on: Annotated[Date, Meta(description="optimistic forecast, the least of a triangular distribution")]
    likely_on: Annotated[Date, Meta(description="most likely day, used by the plan")]
    latest_on: Annotated[Date, Meta(description="pessimistic forecast, the most of a triangular distribution")]
    actual_on: Annotated[Date | None, Meta(description="day of arrival, which replaces the forecast; null: not yet arrived")] = (
        None
    )
    after: Annotated[
        Id | None,
        Meta(description="milestone that the forecast assumes met on time; each day it is late moves the forecast; null: none"),
    ] = None


class Cluster(Part, frozen=True, kw_only=True):
    """Servers of one provider, installed at one site."""

    id: Annotated[Id, Meta(description="unique in the file")]
    provider: Annotated[Id, Meta(description="organisation that ordered the servers")]
    site: Annotated[Id, Meta(description="data centre that they are installed in")]
    gpu_model: Annotated[Id, Meta(description="type of GPU in its servers; not used in the schedule")]
    gpus_per_server: Annotated[Positive, Meta(description="GPUs in each server; not used in the schedule")]
    servers: Annotated[Positive, Meta(description="size when complete; deliveries may bring fewer so far")]
    servers_per_rack: Annotated[Positive, Meta(description="servers that one rack position takes")]
    ports_per_server: Annotated[Positive, Meta(description="switch ports that each server occupies")]
    power_w_per_server: Annotated[Positive, Meta(description="draw of each server in W, all of which must also be cooled")]
    promised_on: Annotated[Date, Meta(description="day of first service in the agreement")]
    deliveries: Annotated[tuple[Delivery, ...], Meta(description="consignments ordered so far")]
    actual_service: Annotated[
        tuple[LevelFrom, ...], Meta(description="servers known to be in service, from each day on; empty: none yet")
    ] = ()


class Cause(Part, frozen=True, kw_only=True):
    """A milestone by which slip is explained, such as a late award."""

    id: Annotated[Id, Meta(description="unique in the file; deliveries refer to it by `after`")]
    milestone: Annotated[Id, Meta(description="name of the programme's milestone")]
    promised_on: Annotated[Date, Meta(description="day announced for it")]
    actual_on: Annotated[Date | None, Meta(description="day on which it was met; null: still open")]
    before_clusters: Annotated[tuple[Id, ...], Meta(description="clusters that cannot start before it is met; empty: all")] = ()


class BuildoutFacts(Facts, frozen=True, kw_only=True):
    as_of: Annotated[
        Date, Meta(description="last day that counts as known; later entries are ignored, even where the file has them")
    ]
    start_on: Annotated[Date, Meta(description="first day of week 0")]
    weeks: Annotated[int, Meta(ge=1, le=520), Meta(description="length of the capacity calendar")]
    seed: Annotated[Id, Meta(description="text from which all random numbers are derived")]
    sites: Annotated[tuple[Site, ...], Meta(description="data centres with their power, space and crews")]
    clusters: Annotated[tuple[Cluster, ...], Meta(description="orders to be installed, over all sites")]
    causes: Annotated[tuple[Cause, ...], Meta(description="milestones that installation or delivery waits for; empty: none")] = ()
    holidays: Annotated[tuple[Date, ...], Meta(description="days without work, besides Saturdays and Sundays")] = ()


class StepDays(Part, frozen=True, kw_only=True):
    """Working days that a step takes for one batch, as a triangular distribution."""

    least: Annotated[int, Meta(ge=0, le=366), Meta(description="shortest duration drawn")]
    likely: Annotated[int, Meta(ge=0, le=366), Meta(description="mode, used by the plan")]
    most: Annotated[int, Meta(ge=0, le=366), Meta(description="longest duration drawn")]


class BuildoutRules(Rules, frozen=True, kw_only=True):
    topic: ClassVar[str] = "buildout"
    step_days: Annotated[dict[Step, StepDays], Meta(description="working days per batch, by installation step")]
    batch_servers: Annotated[Positive, Meta(description="servers that one crew racks, cables and powers together")]
    runs: Annotated[int, Meta(ge=100, le=100_000), Meta(description="Monte Carlo runs behind P50 and P90")]
    what_if: Annotated[
        dict[Literal["crews", "site_days", "delivery_days"], Annotated[int, Meta(ge=0, le=366)]],
        Meta(description="size of each change that is tried: crews added, days by which sites or deliveries come earlier"),
    ]


class PlannedBatch(Part, frozen=True, kw_only=True):
    """Servers that go through the steps together, in the plan."""

    cluster: Annotated[Id, Meta(description="cluster that the servers belong to")]
    number: Annotated[Positive, Meta(description="place in the cluster's sequence, from 1")]
    servers: Annotated[Positive, Meta(description="size of the batch")]
    delivered_on: Annotated[Date | None, Meta(description="day by which all its servers have arrived; null: not in sight")]
    begins_on: Annotated[
        dict[Step, Date | None],
        Meta(description="first working day of each step; null: room, power, crew or delivery is not in sight"),
    ]
    service_on: Annotated[Date | None, Meta(description="working day after the last step; null: not in sight")]


class ClusterCalendar(Part, frozen=True, kw_only=True):
    """Capacity of one cluster by week, and its slip."""

    cluster: Annotated[Id, Meta(description="id in `clusters` of the facts")]
    plan: Annotated[tuple[Count, ...], Meta(description="servers in service at the end of each week, with likely days")]
    p50: Annotated[tuple[Count, ...], Meta(description="servers in service at the end of each week in at least 50 of 100 runs")]
    p90: Annotated[tuple[Count, ...], Meta(description="servers in service at the end of each week in at least 90 of 100 runs")]
    first_service: Annotated[
        dict[Literal["promised", "plan", "p50", "p90"], Date | None],
        Meta(description="day on which the first server serves, as promised, planned, and by runs; null: not in sight"),
    ]
    full_service: Annotated[
        dict[Literal["plan", "p50", "p90"], Date | None],
        Meta(description="day on which all servers serve, as planned and by runs; null: not in sight"),
    ]
    slip_days: Annotated[
        int | None, Meta(description="planned first service less the promise, in days; null: the plan never gets there")
    ]
    first_cause: Annotated[
        str,
        Meta(
            description="a cause's id, `delivery/ID`, a resource as `power/SITE`, `steps` (only the work "
            "is overdue); empty: on time"
        ),
    ]


class BindingWeek(Part, frozen=True, kw_only=True):
    """What installation at a site was waiting for at the end of a week, in the plan."""

    week: Annotated[Count, Meta(description="counted from 0 at `start_on`")]
    site: Annotated[Id, Meta(description="data centre observed")]
    resource: Annotated[Holder, Meta(description="last thing missing for the next batch; `nothing`: no batch is waiting")]


class TimeWon(Part, frozen=True, kw_only=True):
    """What one change, from the day after `as_of` on, would win in the plan."""

    change: Annotated[
        Literal["crews", "power", "cooling", "racks", "network", "delivery"],
        Meta(description="resource that is added or becomes available earlier"),
    ]
    at: Annotated[Id, Meta(description="site, or cluster for `delivery`")]
    amount: Annotated[Count, Meta(description="crews added, or days earlier, by the rule `buildout/what_if`")]
    days: Annotated[
        int | None,
        Meta(description="days by which the programme's full service comes earlier; null: only the change makes it possible"),
    ]
    first_service_days: Annotated[
        int | None, Meta(description="days by which its first service comes earlier; null: only the change makes it possible")
    ]
    server_weeks: Annotated[int, Meta(description="servers in service, summed over the weeks, more than without the change")]


class BuildoutRecommendation(Recommendation, frozen=True, kw_only=True):
    clusters: Annotated[tuple[ClusterCalendar, ...], Meta(description="capacity calendar of each, by id")]
    batches: Annotated[tuple[PlannedBatch, ...], Meta(description="installation schedule of the plan")]
    first_service: Annotated[
        dict[Literal["promised", "plan", "p50", "p90"], Date | None],
        Meta(description="first server of the whole programme, as promised, planned, and by runs; null: not in sight"),
    ]
    full_service: Annotated[
        dict[Literal["plan", "p50", "p90"], Date | None],
        Meta(description="last server of the whole programme, as planned and by runs; null: not in sight"),
    ]
    binding: Annotated[tuple[BindingWeek, ...], Meta(description="resource that held installation back, by week and site")]
    time_won: Annotated[tuple[TimeWon, ...], Meta(description="each change tried alone, the most effective first")]
