"""buildout: orders and site readiness become a capacity calendar (plan, P50, P90)."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from dure.formats.kinds import Count, Date, Facts, Id, Part, Positive, Recommendation, Rules


class LevelFrom(Part, frozen=True, kw_only=True):
    """A step function: the level from that day on."""

    from_on: Date
    value: Count


class Site(Part, frozen=True, kw_only=True):
    """What a data centre can carry, by date, and how many installation crews work there."""

    id: Id
    power_kw: tuple[LevelFrom, ...]
    cooling_kw: tuple[LevelFrom, ...]
    racks: tuple[LevelFrom, ...]
    network_ports: tuple[LevelFrom, ...]
    crews: tuple[LevelFrom, ...]


class Delivery(Part, frozen=True, kw_only=True):
    """One consignment; `actual_on`, once known, replaces the forecast."""

    id: Id
    servers: Positive
    earliest_on: Date
    likely_on: Date
    latest_on: Date
    actual_on: Date | None = None


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
    """A late fact that is already known, by which slip is explained (e.g. a late award)."""

    id: Id
    milestone: Id
    promised_on: Date
    actual_on: Date | None
    before_clusters: tuple[Id, ...] = ()


class BuildoutFacts(Facts, frozen=True, kw_only=True):
    as_of: Date
    start_on: Date
    weeks: Positive
    seed: Id
    sites: tuple[Site, ...]
    clusters: tuple[Cluster, ...]
    causes: tuple[Cause, ...] = ()


class StepDays(Part, frozen=True, kw_only=True):
    """How long a step takes for one batch, in working days: at the least, likely, at the most."""

    least: Count
    likely: Count
    most: Count


class BuildoutRules(Rules, frozen=True, kw_only=True):
    """`batch_servers`: servers that one crew takes through rack, cable, power together."""

    topic: ClassVar[str] = "buildout"
    step_days: dict[Literal["rack", "cable", "power", "test", "accept", "stabilise"], StepDays]
    batch_servers: Positive
    runs: Annotated[int, Meta(ge=100, le=100_000)]


class ClusterCalendar(Part, frozen=True, kw_only=True):
    """Servers in service at the end of each week; service dates; slip in days against the promise."""

    cluster: Id
    plan: tuple[Count, ...]
    p50: tuple[Count, ...]
    p90: tuple[Count, ...]
    first_service: dict[Literal["promised", "plan", "p50", "p90"], Date | None]
    full_service: dict[Literal["plan", "p50", "p90"], Date | None]
    slip_days: int
    first_cause: str


class BindingWeek(Part, frozen=True, kw_only=True):
    """What held the build back in that week at that site."""

    week: Count
    site: Id
    resource: Literal["delivery", "power", "cooling", "racks", "network", "crews", "nothing"]


class TimeWon(Part, frozen=True, kw_only=True):
    """What a change would win in the planned full service of the programme."""

    change: Id
    days: int


class BuildoutRecommendation(Recommendation, frozen=True, kw_only=True):
    clusters: tuple[ClusterCalendar, ...]
    first_service: dict[Literal["promised", "plan", "p50", "p90"], Date | None]
    full_service: dict[Literal["plan", "p50", "p90"], Date | None]
    binding: tuple[BindingWeek, ...]
    time_won: tuple[TimeWon, ...]
