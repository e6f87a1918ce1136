"""metering: scheduler records and telemetry become GPU-hours, utilisation and states.

Instants are whole seconds, with any offset. A server in service is at every second in exactly one
state; where records overlap the first of these counts: the provider's own use, maintenance, leased,
idle. So nobody pays for a server that was not theirs, and own use cannot hide behind maintenance.
"""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from dure.formats.kinds import SPAN, Amount, Count, Facts, Id, Instant, Part, Positive, Recommendation, Rules, Share

Total = Annotated[int, Meta(ge=0, le=2**53 - 1, description="GPU-seconds, seconds or watt-hours, whole")]


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
    """Dedicated servers of one GPU model in [from, to)."""

    id: Id
    organisation: Id
    sector: Id
    servers: tuple[Id, ...]
    from_at: Instant
    to_at: Instant


class Interval(Part, frozen=True, kw_only=True, rename=SPAN):
    """Maintenance, a provider's own use, or a gap in the scheduler's records, of one server in [from, to)."""

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
    """The part of its GPUs that a provider may use itself; `*_before_*`: totals up to this period."""

    provider: Id
    share: Share
    own_before_gpu_seconds: Total = 0
    in_service_before_gpu_seconds: Total = 0


class MeteringFacts(Facts, frozen=True, kw_only=True, rename=SPAN):
    from_at: Instant
    to_at: Instant
    servers: tuple[MeteredServer, ...]
    leases: tuple[MeteredLease, ...]
    jobs: tuple[Job, ...]
    maintenance: tuple[Interval, ...] = ()
    own_use: tuple[Interval, ...] = ()
    gaps: tuple[Interval, ...] = ()
    telemetry: tuple[Telemetry, ...] = ()
    own_use_contracts: tuple[OwnUseContract, ...] = ()


class MeteringRules(Rules, frozen=True, kw_only=True):
    """`difference_held`: part of a server's time by which two sources may differ before it is held back.

    `busy_when_at_least`: telemetry below it is the noise of an idle server.
    """

    topic: ClassVar[str] = "metering"
    difference_held: Share
    gpu_hour_decimals: Annotated[int, Meta(ge=0, le=9)]
    busy_when_at_least: Share


class LeaseUsage(Part, frozen=True, kw_only=True, rename=SPAN):
    """One lease within the period: what it held, what ran, what was busy.

    `held_gpu_seconds`: its servers in the state leased; `gpu_hours` are these, as whole servers were
    granted and nobody else could use them. `gap_gpu_seconds`: of these, without scheduler records.
    `used_gpu_seconds`: in jobs while all servers of the job were held and measured. `utilisation` is
    used / (held - gap); `busy` the mean of the telemetry over the part of the held time that it covers
    (`telemetry_coverage`). Empty: there is no data, which is not zero. `busy_servers`: ran a job, or
    were busy by telemetry. `on_hold`: not to be billed before a difference or a record is explained.
    """

    lease: Id
    organisation: Id
    sector: Id
    model: Id
    from_at: Instant
    to_at: Instant
    servers: Count
    held_gpu_seconds: Total
    gap_gpu_seconds: Total
    used_gpu_seconds: Total
    gpu_hours: Amount
    utilisation: Share | None
    busy: Share | None
    busy_servers: Count | None
    telemetry_coverage: Share
    energy_wh: Total | None
    on_hold: bool


class ServerStates(Part, frozen=True, kw_only=True):
    """Seconds in each state within the period; they add up to the seconds in service."""

    server: Id
    in_service: Total
    leased: Total
    idle: Total
    maintenance: Total
    own_use: Total


class Difference(Part, frozen=True, kw_only=True):
    """Two sources that disagree about a server for part of its time in service; above the rule it is held.

    lease_scheduler: a job ran where its lease did not hold the server. scheduler_telemetry: busier than
    jobs, maintenance and own use together can explain (a job that computes little is poor use, not a
    difference). lease_own_use: the provider used a leased server. lease_maintenance: shown, never held,
    for nobody is billed for it.
    """

    server: Id
    between: Literal["lease_scheduler", "scheduler_telemetry", "lease_own_use", "lease_maintenance"]
    share: Share
    held: bool


class OwnUse(Part, frozen=True, kw_only=True):
    """A provider's own use, as a part of its GPU-seconds in service.

    `used`: in this period; `most_at_once`: at the worst instant; `cumulative`: with what was before.
    The two totals are cumulative, to be handed to the next period.
    """

    provider: Id
    contracted: Share
    used: Share
    most_at_once: Share
    cumulative: Share
    own_gpu_seconds: Total
    in_service_gpu_seconds: Total
    within: bool


class MeteringRecommendation(Recommendation, frozen=True, kw_only=True):
    """`duplicates_ignored`: records handed in again without a difference."""

    usage: tuple[LeaseUsage, ...]
    states: tuple[ServerStates, ...]
    differences: tuple[Difference, ...]
    own_use: tuple[OwnUse, ...]
    duplicates_ignored: Count
