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
    """A step function: the level from that day on."""

    from_on: Date
    value: Count


class Site(Part, frozen=True, kw_only=True):
    """What a data centre can carry, by date, and how many installation crews work there. Levels never fall."""

    id: Id
    power_kw: tuple[LevelFrom, ...]
    cooling_kw: tuple[LevelFrom, ...]
    racks: tuple[LevelFrom, ...]
    network_ports: tuple[LevelFrom, ...]
    crews: tuple[LevelFrom, ...]


class Delivery(Part, frozen=True, kw_only=True):
    """One consignment; `actual_on`, once known, replaces the forecast.

    `after` names a milestone: the forecast was made as if that were met when promised, so each day by
    which the milestone is late moves the forecast by a day.
    """

    id: Id
    servers: Positive
    earliest_on: Date
    likely_on: Date
    latest_on: Date
    actual_on: Date | None = None
    after: Id | None = None


class Cluster(Part, frozen=True, kw_only=True):
    """`power_w_per_server` also has to be cooled. `promised_on`: first service promised. Facts already known: `actual_*`."""

    id: Id
    provider: Id
    site: Id
    gpu_model: Id
    gpus_per_server: Positive
    servers: Positive
    servers_per_rack: Positive
    ports_per_server: Positive
    power_w_per_server: Positive
    promised_on: Date
    deliveries: tuple[Delivery, ...]
    actual_service: tuple[LevelFrom, ...] = ()


class Cause(Part, frozen=True, kw_only=True):
    """A milestone by which slip is explained (e.g. a late award); the clusters named (none: all) cannot start before it."""

    id: Id
    milestone: Id
    promised_on: Date
    actual_on: Date | None
    before_clusters: tuple[Id, ...] = ()


class BuildoutFacts(Facts, frozen=True, kw_only=True):
    """`as_of`: what happened after that day is not known, even where the file says it."""

    as_of: Date
    start_on: Date
    weeks: Annotated[int, Meta(ge=1, le=520)]
    seed: Id
    sites: tuple[Site, ...]
    clusters: tuple[Cluster, ...]
    causes: tuple[Cause, ...] = ()
    holidays: tuple[Date, ...] = ()


class StepDays(Part, frozen=True, kw_only=True):
    """How long a step takes for one batch, in working days: at the least, likely, at the most."""

    least: Annotated[int, Meta(ge=0, le=366)]
    likely: Annotated[int, Meta(ge=0, le=366)]
    most: Annotated[int, Meta(ge=0, le=366)]


class BuildoutRules(Rules, frozen=True, kw_only=True):
    """`batch_servers`: servers that one crew takes through rack, cable, power together.

    `what_if`: by how many crews, and by how many days, the changes differ that are tried for winning time back.
    """

    topic: ClassVar[str] = "buildout"
    step_days: dict[Step, StepDays]
    batch_servers: Positive
    runs: Annotated[int, Meta(ge=100, le=100_000)]
    what_if: dict[Literal["crews", "site_days", "delivery_days"], Annotated[int, Meta(ge=0, le=366)]]


class PlannedBatch(Part, frozen=True, kw_only=True):
    """Servers that go through the steps together, and the days on which each step begins in the plan.

    Dates are null where the plan never gets there: not delivered, or no room, power or crew in sight.
    """

    cluster: Id
    number: Positive
    servers: Positive
    delivered_on: Date | None
    begins_on: dict[Step, Date | None]
    service_on: Date | None


class ClusterCalendar(Part, frozen=True, kw_only=True):
    """Servers in service at the end of each week; service dates; slip in days against the promise.

    P90: reached in at least 90 of 100 runs, so a later date and a smaller number than P50. `slip_days` is
    planned first service less the promise, null when the plan never gets there. `first_cause` is the id of
    a cause, `delivery/ID`, a resource as `power/SITE`, `steps` (only the work itself is overdue), or empty.
    """

    cluster: Id
    plan: tuple[Count, ...]
    p50: tuple[Count, ...]
    p90: tuple[Count, ...]
    first_service: dict[Literal["promised", "plan", "p50", "p90"], Date | None]
    full_service: dict[Literal["plan", "p50", "p90"], Date | None]
    slip_days: int | None
    first_cause: str


class BindingWeek(Part, frozen=True, kw_only=True):
    """What the next batch was waiting for at the end of that week at that site, in the plan."""

    week: Count
    site: Id
    resource: Holder


class TimeWon(Part, frozen=True, kw_only=True):
    """What a change from the day after `as_of` on would win in the plan.

    `days` and `first_service_days`: of the programme's full and first service (null when only the change
    makes it possible at all). `server_weeks`: more servers in service, summed over the weeks.
    """

    change: Literal["crews", "power", "cooling", "racks", "network", "delivery"]
    at: Id
    amount: Count
    days: int | None
    first_service_days: int | None
    server_weeks: int


class BuildoutRecommendation(Recommendation, frozen=True, kw_only=True):
    clusters: tuple[ClusterCalendar, ...]
    batches: tuple[PlannedBatch, ...]
    first_service: dict[Literal["promised", "plan", "p50", "p90"], Date | None]
    full_service: dict[Literal["plan", "p50", "p90"], Date | None]
    binding: tuple[BindingWeek, ...]
    time_won: tuple[TimeWon, ...]
