"""What the generator `month_of_use` is given: how leases are used in a month of which nobody has records."""

from typing import Annotated, Any

from msgspec import Meta

from dure.formats.folder.calendar import Weekday
from dure.formats.kinds import Count, Instant, Part, Positive
from dure.formats.stages.metering import MeteredLease, MeteredServer, OwnUseContract

Range = Annotated[tuple[Count, Count], Meta(description="least and most")]
Percent = Annotated[int, Meta(ge=0, le=100, description="whole percent")]


class Pattern(Part, frozen=True, kw_only=True):
    """One way of using a lease."""

    id: Annotated[str, Meta(description="what people call it; nothing reads it")]
    weight: Annotated[Positive, Meta(description="how often it is drawn, against the others")]
    job_hours: Annotated[Range, Meta(description="hours that a job runs")]
    pause_hours: Annotated[Range, Meta(description="hours between two jobs")]
    gpu_percent: Annotated[Percent, Meta(description="part of the servers' GPUs that a job holds")]
    busy_percent: Annotated[tuple[Percent, Percent], Meta(description="how busy GPUs are in a job, least and most")]
    weekdays_only: Annotated[bool, Meta(description="no job begins on a day of rest")]


class Cases(Part, frozen=True, kw_only=True):
    """On how many leases or servers an exception falls."""

    leases: Annotated[Count, Meta(description="how many leases are drawn for it")] = 0
    servers: Annotated[Count, Meta(description="how many servers are drawn for it")] = 0
    jobs: Annotated[Count, Meta(description="jobs of each lease")] = 0
    hours: Annotated[Range, Meta(description="hours that it lasts")] = (1, 1)
    first_job_hours: Annotated[Range, Meta(description="hours of the one job of an idle lease")] = (1, 1)


class Watts(Part, frozen=True, kw_only=True):
    """What a server draws."""

    idle: Annotated[Count, Meta(description="watts when nothing runs")]
    full: Annotated[Count, Meta(description="watts when all GPUs are busy")]


class OwnUse(Part, frozen=True, kw_only=True):
    """Servers that a provider uses itself, all of them from the first day."""

    provider: Annotated[str, Meta(description="whose")]
    pool: Annotated[str, Meta(description="pool under which they are registered, apart from those that are leased")]
    gpu_model: Annotated[str, Meta(description="model as in `watts`")]
    gpus: Annotated[Positive, Meta(description="GPUs in one server")]
    servers: Annotated[Count, Meta(description="how many it keeps for itself")]
    busy_percent: Annotated[Percent, Meta(description="how busy they are")]


class Profile(Part, frozen=True, kw_only=True, rename={"from_at": "from", "to_at": "to"}):
    """`profile`: the month, what runs in it, and its exceptions."""

    seed: Annotated[str, Meta(description="name of the draw")]
    from_at: Annotated[Instant, Meta(description="the month's first instant")]
    to_at: Annotated[Instant, Meta(description="the instant after its last")]
    own_use_from: Annotated[Instant, Meta(description="from when providers use their own servers")]
    patterns: Annotated[tuple[Pattern, ...], Meta(min_length=1, description="ways of using a lease")]
    idle: Annotated[Cases, Meta(description="leases that run one short job")]
    partly_idle: Annotated[Cases, Meta(description="leases of which half the servers run nothing")]
    off_purpose: Annotated[Cases, Meta(description="leases used off purpose")]
    record_gaps: Annotated[Cases, Meta(description="leases without records for some hours")]
    maintenance: Annotated[Cases, Meta(description="servers under maintenance")]
    records_sent_twice: Annotated[Count, Meta(description="jobs that the scheduler reports twice")]
    scheduler_records_lost: Annotated[Cases, Meta(description="leases of which job records are missing")]
    busy_percent_when_idle: Annotated[Percent, Meta(description="how busy GPUs seem between jobs")]
    watts: Annotated[dict[str, Watts], Meta(description="what servers draw, by GPU model")]
    own_use: Annotated[tuple[OwnUse, ...], Meta(description="the providers' own servers")] = ()
    own_use_contracts: Annotated[tuple[OwnUseContract, ...], Meta(description="part of all servers that each may use")] = ()


class MonthOfUse(Part, frozen=True, kw_only=True):
    """What a script gives to `month_of_use`: leases and servers as metering reads them, and the facts of the programme."""

    leases: Annotated[tuple[MeteredLease, ...], Meta(description="leases of the month, as prepared for metering")]
    servers: Annotated[tuple[MeteredServer, ...], Meta(description="servers in service, as prepared for metering")]
    profile: Annotated[Profile, Meta(description="how leases are used")]
    papers: Annotated[
        dict[str, Any], Meta(description="`idle`, `off_purpose`: what was written about the leases drawn, by `place`")
    ]
    rest_days: Annotated[tuple[Weekday, ...], Meta(description="days of the week on which nobody works")]
