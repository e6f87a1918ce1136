"""metering: scheduler records and telemetry become GPU-hours, utilisation and states."""

from typing import ClassVar, Literal

from dure.formats.kinds import SPAN, Amount, Count, Facts, Id, Instant, Part, Positive, Recommendation, Rules, Share


class MeteredServer(Part, frozen=True, kw_only=True):
    """In service in [in_service_from, in_service_to); `in_service_to` empty: still in service."""

    id: Id
    pool: Id
    provider: Id
    gpu_model: Id
    gpus: Positive
    in_service_from: Instant
    in_service_to: Instant | None = None


class MeteredLease(Part, frozen=True, kw_only=True, rename=SPAN):
    id: Id
    organisation: Id
    sector: Id
    servers: tuple[Id, ...]
    from_at: Instant
    to_at: Instant


class Interval(Part, frozen=True, kw_only=True, rename=SPAN):
    """Maintenance, or a provider's own use, of one server in [from_at, to_at)."""

    server: Id
    from_at: Instant
    to_at: Instant


class Job(Part, frozen=True, kw_only=True, rename=SPAN):
    """A scheduler record: GPUs held over all its servers together (`AllocTRES gres/gpu`)."""

    id: Id
    segment: Count = 0
    source: Id
    lease: Id
    servers: tuple[Id, ...]
    gpus: Count
    from_at: Instant
    to_at: Instant


class Telemetry(Part, frozen=True, kw_only=True, rename=SPAN):
    """Mean over the interval and the server's GPUs; `energy_wh` for the whole server."""

    server: Id
    from_at: Instant
    to_at: Instant
    busy: Share
    energy_wh: Count


class OwnUseContract(Part, frozen=True, kw_only=True):
    provider: Id
    share: Share


class MeteringFacts(Facts, frozen=True, kw_only=True, rename=SPAN):
    from_at: Instant
    to_at: Instant
    servers: tuple[MeteredServer, ...]
    leases: tuple[MeteredLease, ...]
    jobs: tuple[Job, ...]
    maintenance: tuple[Interval, ...] = ()
    own_use: tuple[Interval, ...] = ()
    telemetry: tuple[Telemetry, ...] = ()
    own_use_contracts: tuple[OwnUseContract, ...] = ()


class MeteringRules(Rules, frozen=True, kw_only=True):
    """`difference_held`: part of a server's time by which two sources may differ before it is held back."""

    topic: ClassVar[str] = "metering"
    difference_held: Share
    gpu_hour_decimals: Count
    busy_when_at_least: Share


class LeaseUsage(Part, frozen=True, kw_only=True, rename=SPAN):
    """Held: leased. Used: in jobs. Busy: by telemetry; empty when there is none, which is not zero."""

    lease: Id
    organisation: Id
    sector: Id
    model: Id
    from_at: Instant
    to_at: Instant
    held_gpu_seconds: Count
    used_gpu_seconds: Count
    gpu_hours: Amount
    utilisation: Share
    busy: Share | None
    telemetry_coverage: Share
    energy_wh: Count | None


class ServerStates(Part, frozen=True, kw_only=True):
    """Seconds in each state within the period; they add up to the seconds in service."""

    server: Id
    in_service: Count
    leased: Count
    idle: Count
    maintenance: Count
    own_use: Count


class Difference(Part, frozen=True, kw_only=True):
    """Two sources that disagree about one server by more than the rule allows."""

    server: Id
    between: Literal["lease_scheduler", "scheduler_telemetry", "lease_own_use", "lease_maintenance"]
    share: Share
    held: bool


class OwnUse(Part, frozen=True, kw_only=True):
    """A provider's own use: of its server-seconds in service, and the most at any instant."""

    provider: Id
    contracted: Share
    used: Share
    most_at_once: Share
    within: bool


class MeteringRecommendation(Recommendation, frozen=True, kw_only=True):
    usage: tuple[LeaseUsage, ...]
    states: tuple[ServerStates, ...]
    differences: tuple[Difference, ...]
    own_use: tuple[OwnUse, ...]
    duplicates_ignored: Count
