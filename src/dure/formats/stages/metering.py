"""metering: scheduler records and telemetry become GPU-hours, utilisation and states.

Instants are whole seconds, with any offset. A server in service is at every second in exactly one
state; where records overlap the first of these counts: the provider's own use, maintenance, leased,
idle. So nobody pays for a server that was not theirs, and own use cannot hide behind maintenance.
"""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from dure.formats.kinds import SPAN, Amount, Count, Facts, Id, Instant, Part, Positive, Recommendation, Rules, Share

Total = Annotated[int, Meta(ge=0, le=2**53 - 1, description="whole number from 0")]


class MeteredServer(Part, frozen=True, kw_only=True):
    """A server and its time in service."""

    id: Annotated[Id, Meta(description="unique in the file; leases, jobs and telemetry refer to it")]
    pool: Annotated[Id, Meta(description="pool of the capacity plan that it belongs to")]
    provider: Annotated[Id, Meta(description="organisation that operates it")]
    gpu_model: Annotated[Id, Meta(description="type of its GPUs; a lease holds one type only")]
    gpus: Annotated[Positive, Meta(description="built into the server")]
    in_service_from: Annotated[Instant, Meta(description="first instant in service")]
    in_service_to: Annotated[Instant | None, Meta(description="first instant out of service; null: still in service")] = None


class MeteredLease(Part, frozen=True, kw_only=True, rename=SPAN):
    """Dedicated servers of one GPU model."""

    id: Annotated[Id, Meta(description="unique in the file; jobs refer to it")]
    organisation: Annotated[Id, Meta(description="holder of the servers")]
    sector: Annotated[Id, Meta(description="field of users that the hours count towards")]
    servers: Annotated[tuple[Id, ...], Meta(description="ids of those dedicated to it")]
    from_at: Annotated[Instant, Meta(description="first instant of the lease, possibly before the period")]
    to_at: Annotated[Instant, Meta(description="first instant after the lease, possibly after the period")]


class Interval(Part, frozen=True, kw_only=True, rename=SPAN):
    """Maintenance, a provider's own use, or a gap in the scheduler's records, of one server."""

    server: Annotated[Id, Meta(description="id in `servers` of the facts")]
    from_at: Annotated[Instant, Meta(description="first instant")]
    to_at: Annotated[Instant, Meta(description="first instant after it")]


class Job(Part, frozen=True, kw_only=True, rename=SPAN):
    """One run of a job in the scheduler's records."""

    id: Annotated[Id, Meta(description="job number; unique together with source and segment")]
    segment: Annotated[Count, Meta(description="counts the records of one run that the source wrote in parts; 0: the first")] = 0
    source: Annotated[Id, Meta(description="scheduler that wrote the record")]
    lease: Annotated[Id, Meta(description="grant under whose account the job ran; an unknown one is reported")]
    servers: Annotated[tuple[Id, ...], Meta(description="nodes it ran on, by server id")]
    gpus: Annotated[Count, Meta(description="held over all its servers together (`AllocTRES gres/gpu`)")]
    from_at: Annotated[Instant, Meta(description="start of the run")]
    to_at: Annotated[Instant, Meta(description="end of the run")]


class Telemetry(Part, frozen=True, kw_only=True, rename=SPAN):
    """One row of measurements of one server."""

    server: Annotated[Id, Meta(description="id in `servers` of the facts")]
    from_at: Annotated[Instant, Meta(description="first instant measured")]
    to_at: Annotated[Instant, Meta(description="first instant after the measurement")]
    busy: Annotated[Share, Meta(description="GPU utilisation, as the mean over the interval and the server's GPUs")]
    energy_wh: Annotated[Count, Meta(description="consumption of the whole server in Wh")]


class OwnUseContract(Part, frozen=True, kw_only=True):
    """What a provider may use itself, and what it has used."""

    provider: Annotated[Id, Meta(description="organisation with the contract")]
    share: Annotated[Share, Meta(description="part of its GPU-seconds in service that it may use")]
    own_before_gpu_seconds: Annotated[Total, Meta(description="own use before this period, from the last recommendation")] = 0
    in_service_before_gpu_seconds: Annotated[
        Total, Meta(description="time in service before this period, from the last recommendation")
    ] = 0


class MeteringFacts(Facts, frozen=True, kw_only=True, rename=SPAN):
    from_at: Annotated[Instant, Meta(description="first instant of the period")]
    to_at: Annotated[Instant, Meta(description="first instant after the period")]
    servers: Annotated[tuple[MeteredServer, ...], Meta(description="all those that leases, jobs and telemetry refer to")]
    leases: Annotated[tuple[MeteredLease, ...], Meta(description="every one that touches the period")]
    jobs: Annotated[tuple[Job, ...], Meta(description="scheduler records; equal repeats are ignored")]
    maintenance: Annotated[tuple[Interval, ...], Meta(description="times in which a server was under repair")] = ()
    own_use: Annotated[tuple[Interval, ...], Meta(description="times in which a provider used a server itself")] = ()
    gaps: Annotated[tuple[Interval, ...], Meta(description="times without scheduler records")] = ()
    telemetry: Annotated[
        tuple[Telemetry, ...], Meta(description="measurements, in any order; rows of a server that overlap are set aside")
    ] = ()
    own_use_contracts: Annotated[
        tuple[OwnUseContract, ...], Meta(description="agreed limits; a provider without one may use nothing")
    ] = ()


class MeteringRules(Rules, frozen=True, kw_only=True):
    topic: ClassVar[str] = "metering"
    difference_held: Annotated[
        Share, Meta(description="part of a server's time by which two sources may differ before billing is held")
    ]
    gpu_hour_decimals: Annotated[
        int, Meta(ge=0, le=9), Meta(description="places to which GPU-hours are rounded, the only rounding")
    ]
    busy_when_at_least: Annotated[Share, Meta(description="telemetry below it is the noise of an idle server")]


class LeaseUsage(Part, frozen=True, kw_only=True, rename=SPAN):
    """What one lease held, ran and consumed within the period."""

    lease: Annotated[Id, Meta(description="id in `leases` of the facts")]
    organisation: Annotated[Id, Meta(description="holder of the lease")]
    sector: Annotated[Id, Meta(description="field of users that the hours count towards")]
    model: Annotated[Id, Meta(description="GPU model of its servers")]
    from_at: Annotated[Instant, Meta(description="start of the lease within the period")]
    to_at: Annotated[Instant, Meta(description="end of the lease within the period")]
    servers: Annotated[Count, Meta(description="size of the lease")]
    held_gpu_seconds: Annotated[Total, Meta(description="time in which its servers were in the state leased")]
    gap_gpu_seconds: Annotated[Total, Meta(description="part of the held time without scheduler records")]
    used_gpu_seconds: Annotated[Total, Meta(description="GPUs in jobs while all servers of the job were held and measured")]
    gpu_hours: Annotated[Amount, Meta(description="held time, the quantity billed: nobody else could use the servers")]
    utilisation: Annotated[Share | None, Meta(description="used / (held - gap); null: nothing was measured, which is not zero")]
    busy: Annotated[
        Share | None, Meta(description="mean telemetry over the part of the held time that it covers; null: it covers none")
    ]
    busy_servers: Annotated[Count | None, Meta(description="servers that ran a job or were busy by telemetry; null: no data")]
    telemetry_coverage: Annotated[Share, Meta(description="part of the held time with telemetry")]
    energy_wh: Annotated[
        Total | None, Meta(description="consumption over the covered part of the held time, in Wh; null: no telemetry")
    ]
    on_hold: Annotated[bool, Meta(description="not to be billed until a difference or a doubtful record is explained")]


class ServerStates(Part, frozen=True, kw_only=True):
    """Seconds in each state; the four states add up to the time in service."""

    server: Annotated[Id, Meta(description="id in `servers` of the facts")]
    in_service: Annotated[Total, Meta(description="seconds within the period")]
    leased: Annotated[Total, Meta(description="held by a lease, and in no other state")]
    idle: Annotated[Total, Meta(description="in none of the other states")]
    maintenance: Annotated[Total, Meta(description="under repair and not in own use")]
    own_use: Annotated[Total, Meta(description="used by the provider, whatever else was recorded")]


class Difference(Part, frozen=True, kw_only=True):
    """Two sources that disagree about a server for part of its time in service; above the rule it is held.

    lease_scheduler: a job ran where its lease did not hold the server. scheduler_telemetry: busier than
    jobs, maintenance and own use together can explain (a job that computes little is poor use, not a
    difference). lease_own_use: the provider used a leased server. lease_maintenance: shown, never held,
    for nobody is billed for it.
    """

    server: Annotated[Id, Meta(description="id in `servers` of the facts")]
    between: Annotated[
        Literal["lease_scheduler", "scheduler_telemetry", "lease_own_use", "lease_maintenance"],
        Meta(description="pair of sources, as defined above"),
    ]
    share: Annotated[Share, Meta(description="part of the time in service in which they disagree, at most 1")]
    held: Annotated[
        bool, Meta(description="whether the rule `difference_held` is exceeded, so that the leases concerned are not billed")
    ]


class OwnUse(Part, frozen=True, kw_only=True):
    """A provider's own use, as parts of its GPU-seconds in service."""

    provider: Annotated[Id, Meta(description="operator of the servers concerned")]
    contracted: Annotated[Share, Meta(description="part agreed; 0: no contract")]
    used: Annotated[Share, Meta(description="part in this period")]
    most_at_once: Annotated[Share, Meta(description="part at the instant at which it was largest")]
    cumulative: Annotated[Share, Meta(description="part since the contract began")]
    own_gpu_seconds: Annotated[Total, Meta(description="own use since the contract began, for the facts of the next period")]
    in_service_gpu_seconds: Annotated[
        Total, Meta(description="time in service since the contract began, for the facts of the next period")
    ]
    within: Annotated[bool, Meta(description="whether the agreed part is kept, both at every instant and cumulatively")]


class MeteringRecommendation(Recommendation, frozen=True, kw_only=True):
    usage: Annotated[tuple[LeaseUsage, ...], Meta(description="one entry for each lease that touches the period")]
    states: Annotated[tuple[ServerStates, ...], Meta(description="account of every second of every server in service")]
    differences: Annotated[tuple[Difference, ...], Meta(description="disagreements between sources, by server")]
    own_use: Annotated[tuple[OwnUse, ...], Meta(description="providers with a contract, and those that used servers without one")]
    duplicates_ignored: Annotated[Count, Meta(description="jobs and telemetry rows received again without a change")]
