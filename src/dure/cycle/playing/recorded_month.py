"""What did scheduler and telemetry record in a month? A profile and the leases make it, the same on every run.

No record of use is public, and who holds which servers is known only after allocation. So a fact of the programme says how
leases are used, and this module lays out jobs, telemetry, maintenance and own use in metering's shapes. Each lease has a stream
of its own, so one lease less moves no other's jobs.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from dure.decisions.quantities import draw_key, stream
from dure.formats.canonical import plain
from dure.formats.folder.usage import MonthOfUse
from dure.formats.kinds import Part, decimal_text
from dure.formats.reading import as_struct
from dure.formats.stages.metering import Interval, Job, MeteredLease, MeteredServer, OwnUseContract, Telemetry
from dure.formats.stages.reclaim import Appeal, DayUse, LeaseUse, Notice, OffPurpose
from dure.formats.stages.settlement import MeteringGap

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
STEP = dt.timedelta(minutes=10)
TEAM_SERVERS = (1, 2, 4, 8)
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
RECORDS = ("jobs", "telemetry", "maintenance", "gaps", "own_use", "own_use_contracts")

Span = tuple[dt.datetime, dt.datetime]


class RecordedMonth(NamedTuple):
    """`own_servers` are metered in addition to the public ones. `idle` and `off_purpose`: leases in the published order."""

    from_at: dt.datetime
    to_at: dt.datetime
    jobs: tuple[Job, ...]
    telemetry: tuple[Telemetry, ...]
    maintenance: tuple[Interval, ...]
    gaps: tuple[Interval, ...]
    lease_gaps: tuple[MeteringGap, ...]
    own_servers: tuple[MeteredServer, ...]
    own_use: tuple[Interval, ...]
    own_use_contracts: tuple[OwnUseContract, ...]
    idle: tuple[str, ...]
    off_purpose: tuple[str, ...]


class Run(NamedTuple):
    """A job before it is written down; `lost`: telemetry saw it, the scheduler's record is missing."""

    servers: tuple[str, ...]
    from_at: dt.datetime
    to_at: dt.datetime
    gpu_percent: int
    busy_percent: int
    lost: bool = False


class Cases(NamedTuple):
    """Which leases and servers the profile's exceptions fall on, drawn without regard to their order in the file."""

    idle: tuple[str, ...]
    partly_idle: tuple[str, ...]
    off_purpose: tuple[str, ...]
    lost: tuple[str, ...]
    gaps: dict[str, Span]
    maintenance: dict[str, Span]


def month_of_use(given: Mapping[str, Any]) -> dict[str, Any]:
    """The month as commands take it: `records`, `days`, `lease_gaps`, and the papers of the leases that were drawn.

    `given`: as the format `MonthOfUse` says.
    """
    profile = {key: each for key, each in given["profile"].items() if key != "about"}
    asked = as_struct({**given, "profile": profile}, MonthOfUse, where="what month_of_use is given")
    own = {each.pool for each in asked.profile.own_use}
    servers = [each for each in asked.servers if each.pool not in own]
    month = recorded_usage(leases=asked.leases, servers=servers, profile={**profile, "rest_days": asked.rest_days})
    off_purpose, notices, appeals = reclaim_papers(month, asked.papers)
    share = dict(zip(month.off_purpose, (each["share"] for each in asked.papers["off_purpose"]), strict=False))
    return {
        "records": {name: [plain(each) for each in getattr(month, name)] for name in RECORDS},
        "days": [
            {"grant": use.id, "day": d.day.isoformat(), "utilisation": d.utilisation, "busy_servers": d.busy_servers}
            for use in daily_use(leases=asked.leases, servers=servers, month=month)
            for d in use.days
        ],
        "lease_gaps": [plain(each) for each in month.lease_gaps],
        "off_purpose": [plain(each) | {"share": share[each.lease]} for each in off_purpose],
        "notices": [plain(each) for each in notices],
        "appeals": [plain(each) for each in appeals],
    }


def recorded_usage(
    *, leases: Sequence[MeteredLease], servers: Sequence[MeteredServer], profile: Mapping[str, Any]
) -> RecordedMonth:
    """The month's records for these leases; `servers` are the public ones in service."""
    from_at, to_at = (dt.datetime.fromisoformat(profile[key]) for key in ("from", "to"))
    known = {server.id: server for server in servers}
    held = [lease for lease in sorted(leases, key=lambda lease: lease.id) if lease.from_at < to_at and lease.to_at > from_at]
    cases = _cases(held, known, profile, (from_at, to_at))
    runs = {lease.id: list(_runs(lease, cases, profile, (from_at, to_at))) for lease in held}
    jobs = [job for lease in held for job in _jobs(lease, runs[lease.id], known, cases.gaps.get(lease.id))]
    sent_twice = sorted(jobs, key=lambda job: draw_key(profile["seed"], job.id))[: profile["records_sent_twice"]]
    without = {one: cases.gaps[lease.id] for lease in held if lease.id in cases.gaps for one in lease.servers}
    own_servers, own_use, own_telemetry = _own_use(profile, to_at)
    return RecordedMonth(
        from_at=from_at,
        to_at=to_at,
        jobs=(*jobs, *sent_twice),
        telemetry=(*_telemetry(held, runs, known, cases, profile), *own_telemetry),
        maintenance=tuple(Interval(server=name, from_at=a, to_at=b) for name, (a, b) in sorted(cases.maintenance.items())),
        gaps=tuple(Interval(server=one, from_at=a, to_at=b) for one, (a, b) in sorted(without.items())),
        lease_gaps=tuple(MeteringGap(lease=name, from_at=a, to_at=b) for name, (a, b) in sorted(cases.gaps.items())),
        own_servers=own_servers,
        own_use=own_use,
        own_use_contracts=tuple(OwnUseContract(**contract) for contract in profile["own_use_contracts"]),
        idle=cases.idle,
        off_purpose=cases.off_purpose,
    )


def daily_use(*, leases: Sequence[MeteredLease], servers: Sequence[MeteredServer], month: RecordedMonth) -> tuple[LeaseUse, ...]:
    """Each lease's utilisation by day of the profile's zone, as reclaim reads it; a day wholly without records has no data."""
    zone = month.from_at.tzinfo
    known = {server.id: server for server in servers}
    gaps = {gap.lease: gap for gap in month.lease_gaps}
    jobs: dict[str, list[Job]] = defaultdict(list)
    for job in {(job.source, job.id, job.segment): job for job in month.jobs}.values():
        jobs[job.lease].append(job)
    found = []
    for lease in sorted(leases, key=lambda lease: lease.id):
        gpus = sum(known[name].gpus for name in lease.servers)
        days = tuple(
            _day_use(start, end, jobs[lease.id], gpus=gpus, gap=gaps.get(lease.id))
            for start, end in _days(
                max(lease.from_at, month.from_at).astimezone(zone), min(lease.to_at, month.to_at).astimezone(zone)
            )
        )
        found.append(
            LeaseUse(
                id=lease.id,
                organisation=lease.organisation,
                gpu_model=known[lease.servers[0]].gpu_model,
                servers=len(lease.servers),
                from_on=lease.from_at.astimezone(zone).date(),
                to_on=lease.to_at.astimezone(zone).date(),
                days=days,
            )
        )
    return tuple(found)


def reclaim_papers(
    month: RecordedMonth, cases: Mapping[str, Any]
) -> tuple[tuple[OffPurpose, ...], tuple[Notice, ...], tuple[Appeal, ...]]:
    """What has been confirmed, sent and objected to, on the leases that the month's draw named (`reclaim.json`)."""
    papers: dict[type[Part], list[Any]] = {OffPurpose: [], Notice: [], Appeal: []}

    def file(kind: type[Part], named: Sequence[str], place: int, paper: Mapping[str, Any] | None) -> None:
        if paper and place <= len(named):
            papers[kind].append(as_struct({"lease": named[place - 1], **paper}, kind, where="the papers of the month"))

    for case in cases.get("off_purpose", ()):
        file(OffPurpose, month.off_purpose, case["place"], {key: case[key] for key in ("confirmed_on", "evidence")})
    for case in cases.get("idle", ()):
        file(Notice, month.idle, case["place"], case["notice"])
        file(Appeal, month.idle, case["place"], case["appeal"])
    return tuple(papers[OffPurpose]), tuple(papers[Notice]), tuple(papers[Appeal])


def _cases(leases: Sequence[MeteredLease], known: Mapping[str, MeteredServer], profile: Mapping[str, Any], period: Span) -> Cases:
    """Long leases first: an exception on a lease of a few days would show nothing."""
    seed, (from_at, to_at) = profile["seed"], period
    long = [lease for lease in leases if min(lease.to_at, to_at) - max(lease.from_at, from_at) >= 21 * DAY]
    drawn = [lease.id for lease in sorted(long, key=lambda lease: draw_key(f"{seed}/exceptions", lease.id))]
    several = {lease.id for lease in long if len(lease.servers) > 1}

    def take(count: int, among: set[str] | None = None) -> tuple[str, ...]:
        taken = [name for name in drawn if among is None or name in among][:count]
        drawn[:] = [name for name in drawn if name not in taken]
        return tuple(taken)

    idle = take(profile["idle"]["leases"])
    partly = take(profile["partly_idle"]["leases"], several)
    off_purpose = take(profile["off_purpose"]["leases"])
    lost = take(profile["scheduler_records_lost"]["leases"])
    silent = take(profile["record_gaps"]["leases"])
    gaps = {name: _window(f"{seed}/gap", name, profile["record_gaps"]["hours"], period) for name in silent}
    leased = {name for lease in long for name in lease.servers if name in known}
    chosen = sorted(leased, key=lambda name: draw_key(f"{seed}/maintenance", name))[: profile["maintenance"]["servers"]]
    maintenance = {name: _window(f"{seed}/work", name, profile["maintenance"]["hours"], period) for name in chosen}
    return Cases(idle, partly, off_purpose, lost, gaps, maintenance)


def _window(seed: str, name: str, hours: Sequence[int], period: Span) -> Span:
    """A time of so many hours, well within the period and within leases that begin in its first week."""
    numbers = stream(seed, name)
    length = _between(numbers, *hours) * HOUR
    latest = (period[1] - period[0] - length) // HOUR - 24
    begins = period[0] + _between(numbers, 9 * 24, latest) * HOUR
    return begins, begins + length


def _between(numbers: Iterator[int], least: int, most: int) -> int:
    return least + next(numbers) % (most - least + 1)


def _runs(lease: MeteredLease, cases: Cases, profile: Mapping[str, Any], period: Span) -> Iterator[Run]:
    """What the lease's holder runs: each team of servers on its own, one thing after the other."""
    numbers = stream(profile["seed"], lease.id)
    pattern = {**_pattern(numbers, profile["patterns"]), "rest_days": profile["rest_days"]}
    begins, ends = max(lease.from_at, period[0]), min(lease.to_at, period[1])
    servers = sorted(lease.servers)
    if lease.id in cases.idle:
        length = _between(numbers, *profile["idle"]["first_job_hours"]) * HOUR
        yield Run((servers[0],), begins + HOUR, min(begins + HOUR + length, ends), 100, 60)
        return
    if lease.id in cases.partly_idle:
        servers = servers[: len(servers) // 2]
    lost = profile["scheduler_records_lost"]["jobs"] if lease.id in cases.lost else 0
    size = TEAM_SERVERS[next(numbers) % len(TEAM_SERVERS)]
    for at in range(0, len(servers), size):
        team = tuple(servers[at : at + size])
        closed = sorted(cases.maintenance[name] for name in team if name in cases.maintenance)
        for number, run in enumerate(_team_runs(team, numbers, pattern, (begins, ends), closed)):
            yield run._replace(lost=at == 0 and 2 <= number < 2 + lost)


def _pattern(numbers: Iterator[int], patterns: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    place = next(numbers) % sum(pattern["weight"] for pattern in patterns)
    for pattern in patterns:
        place -= pattern["weight"]
        if place < 0:
            return pattern
    raise AssertionError("the weights cover every place")


def _team_runs(
    team: tuple[str, ...], numbers: Iterator[int], pattern: Mapping[str, Any], span: Span, closed: Sequence[Span]
) -> Iterator[Run]:
    """Job after pause after job; nothing runs while a server of the team is under maintenance."""
    at, ends = span
    while True:
        at += _between(numbers, pattern["pause_hours"][0] * 6, pattern["pause_hours"][1] * 6) * STEP
        while pattern["weekdays_only"] and WEEK[at.weekday()] in pattern["rest_days"]:
            at = at.replace(hour=8, minute=0) + DAY
        length = _between(numbers, pattern["job_hours"][0] * 6, pattern["job_hours"][1] * 6) * STEP
        busy = _between(numbers, *pattern["busy_percent"])
        at = max([at, *(until for since, until in closed if since <= at < until)])
        if at >= ends:
            return
        stops = min([at + length, ends, *(since for since, _ in closed if since > at)])
        yield Run(team, at, stops, pattern["gpu_percent"], busy)
        at = stops


def _jobs(lease: MeteredLease, runs: Sequence[Run], known: Mapping[str, MeteredServer], gap: Span | None) -> Iterator[Job]:
    """Scheduler records; a job that ran through a gap is known before it and after it."""
    for number, run in enumerate(runs, start=1):
        if run.lost:
            continue
        for segment, (start, end) in enumerate(_without(gap, (run.from_at, run.to_at))):
            yield Job(
                id=f"{lease.id}.{number}",
                segment=segment,
                source=known[run.servers[0]].pool,
                lease=lease.id,
                servers=run.servers,
                gpus=sum(known[name].gpus * run.gpu_percent // 100 for name in run.servers),
                from_at=start,
                to_at=end,
            )


def _telemetry(
    leases: Sequence[MeteredLease],
    runs: Mapping[str, Sequence[Run]],
    known: Mapping[str, MeteredServer],
    cases: Cases,
    profile: Mapping[str, Any],
) -> Iterator[Telemetry]:
    """For each leased server, one mean per job and per pause; nothing in a gap of the records."""
    idle = profile["busy_percent_when_idle"]
    from_at, to_at = (dt.datetime.fromisoformat(profile[key]) for key in ("from", "to"))
    for lease in leases:
        by_server: dict[str, list[Run]] = defaultdict(list)
        for run in runs[lease.id]:
            for name in run.servers:
                by_server[name].append(run)
        for name in sorted(lease.servers):
            at, ends = max(lease.from_at, from_at), min(lease.to_at, to_at)
            pieces = []
            for run in by_server[name]:
                pieces += [((at, run.from_at), idle), ((run.from_at, run.to_at), run.busy_percent)]
                at = run.to_at
            watts = profile["watts"][known[name].gpu_model]
            for piece, busy in [*pieces, ((at, ends), idle)]:
                for start, end in _without(cases.gaps.get(lease.id), piece):
                    yield _reading(name, start, end, busy, watts)


def _without(gap: Span | None, span: Span) -> list[Span]:
    """What is left of a span when the gap is cut out."""
    start, end = span
    parts = [(start, min(end, gap[0])), (max(start, gap[1]), end)] if gap else [span]
    return [(a, b) for a, b in parts if a < b]


def _reading(server: str, start: dt.datetime, end: dt.datetime, busy: int, watts: Mapping[str, int]) -> Telemetry:
    minutes = (end - start) // dt.timedelta(minutes=1)
    power = watts["idle"] + (watts["full"] - watts["idle"]) * busy // 100
    return Telemetry(
        server=server, from_at=start, to_at=end, busy=decimal_text(Fraction(busy, 100), 2), energy_wh=power * minutes // 60
    )


def _own_use(
    profile: Mapping[str, Any], to_at: dt.datetime
) -> tuple[tuple[MeteredServer, ...], tuple[Interval, ...], list[Telemetry]]:
    """The providers' own servers, all in use from the first day of service."""
    begins = dt.datetime.fromisoformat(profile["own_use_from"])
    servers, used, telemetry = [], [], []
    for part in profile["own_use"]:
        for number in range(1, part["servers"] + 1):
            name = f"{part['pool']}/a/{number:03d}"
            about = {key: part[key] for key in ("pool", "provider", "gpu_model", "gpus")}
            servers.append(MeteredServer(id=name, in_service_from=begins, **about))
            used.append(Interval(server=name, from_at=begins, to_at=to_at))
            telemetry.append(_reading(name, begins, to_at, part["busy_percent"], profile["watts"][part["gpu_model"]]))
    return tuple(servers), tuple(used), telemetry


def _days(start: dt.datetime, end: dt.datetime) -> Iterator[Span]:
    while start < end:
        midnight = start.replace(hour=0, minute=0, second=0, microsecond=0) + DAY
        yield start, min(midnight, end)
        start = midnight


def _day_use(start: dt.datetime, end: dt.datetime, jobs: Sequence[Job], *, gpus: int, gap: MeteringGap | None) -> DayUse:
    if gap and gap.from_at <= start and gap.to_at >= end:
        return DayUse(day=start.date(), utilisation=None)
    used = dt.timedelta()
    busy: set[str] = set()
    for job in jobs:
        if job.from_at < end and job.to_at > start:
            used += (min(job.to_at, end) - max(job.from_at, start)) * job.gpus
            busy.update(job.servers)
    second = dt.timedelta(seconds=1)
    part = Fraction(used // second, (end - start) // second * gpus)
    return DayUse(day=start.date(), utilisation=decimal_text(part, 4), busy_servers=len(busy))
