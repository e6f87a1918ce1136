"""What did each lease hold, and what ran on it?

A job counts while every one of its servers is held by its lease and measured, with the GPUs that the
record gives for all servers together: so a job over four servers is not counted four times.
"""

import datetime as dt
from collections import defaultdict
from fractions import Fraction
from typing import NamedTuple

from dure.decisions.metering.intervals import Span, Spans, common, instant_of, second_of, seconds
from dure.decisions.metering.records import PARTS, CountedRow, Records
from dure.decisions.metering.states import ServerTime
from dure.formats.kinds import Reason, decimal_text, exact
from dure.formats.stages.metering import LeaseUsage, MeteredLease, MeteringRules

SHARE_DECIMALS = 6


class Work(NamedTuple):
    """What the scheduler saw.

    `used`: GPU-seconds by lease; `ran`: its servers that worked; `running`: when a server had a job;
    `astray`: when it had one of a lease that did not hold it, and `astray_leases` whose.
    """

    used: dict[str, int]
    ran: dict[str, set[str]]
    running: dict[str, Spans]
    astray: dict[str, Spans]
    astray_leases: dict[str, set[str]]


class Period(NamedTuple):
    """Everything known of the period; `zone`: the offset in which its instants are spelt."""

    window: Span
    zone: dt.tzinfo | None
    times: dict[str, ServerTime]
    records: Records
    work: Work


class Readings(NamedTuple):
    """What telemetry says of a lease's held time, in GPU-seconds; `busy` in PARTS of them."""

    covered: int
    busy: int
    energy_wh: int
    busy_servers: set[str]


def work(records: Records, times: dict[str, ServerTime], window: Span) -> Work:
    """Follow each job through its servers."""
    made = Work(defaultdict(int), defaultdict(set), defaultdict(list), defaultdict(list), defaultdict(set))
    for job in records.jobs:
        span = max(job.start, window[0]), min(job.end, window[1])
        if span[0] >= span[1]:
            continue
        counts: Spans = [span] if job.servers else []
        for server in job.servers:
            time = times[server]
            made.running[server].append(span)
            counts = common(counts, time.measured.get(job.lease, []))
            inside = common([span], time.held.get(job.lease, []))
            if inside != [span]:
                made.astray[server] += _rest(span, inside)
                made.astray_leases[server].add(job.lease)
        if counts:
            made.used[job.lease] += job.gpus * seconds(counts)
            made.ran[job.lease].update(job.servers)
    return made


def lease_usage(lease: MeteredLease, period: Period, rules: MeteringRules, *, on_hold: bool) -> LeaseUsage:
    """One lease's line; everything whole is exact, everything printed as decimal text rounded once."""
    window = period.window
    mine = [period.times[server] for server in sorted(lease.servers)]
    held = sum(seconds(time.held[lease.id]) * time.server.gpus for time in mine)
    measured = sum(seconds(time.measured[lease.id]) * time.server.gpus for time in mine)
    used = period.work.used[lease.id]
    read = _readings(mine, lease.id, period.records, exact(rules.busy_when_at_least))
    start = max(window[0], second_of(lease.from_at, where=lease.id))
    end = min(window[1], second_of(lease.to_at, where=lease.id))
    return LeaseUsage(
        lease=lease.id,
        organisation=lease.organisation,
        sector=lease.sector,
        model=mine[0].server.gpu_model,
        from_at=instant_of(start, period.zone),
        to_at=instant_of(end, period.zone),
        servers=len(mine),
        held_gpu_seconds=held,
        gap_gpu_seconds=held - measured,
        used_gpu_seconds=used,
        gpu_hours=decimal_text(Fraction(held, 3600), rules.gpu_hour_decimals),
        utilisation=share_text(used, measured) if measured else None,
        busy=share_text(read.busy, read.covered * PARTS) if read.covered else None,
        busy_servers=len(period.work.ran[lease.id] | read.busy_servers) if measured or read.covered else None,
        telemetry_coverage=share_text(read.covered, held) if held else share_text(0, 1),
        energy_wh=read.energy_wh if read.covered else None,
        on_hold=on_hold,
    )


def share_text(part: int, whole: int) -> str:
    """The part as a share, never above one: more used than held is a contradiction that a reason tells."""
    return decimal_text(min(Fraction(part, whole), Fraction(1)), SHARE_DECIMALS)


def held_less(lease: MeteredLease, times: dict[str, ServerTime]) -> Reason | None:
    """Why a lease held its servers for less than it was promised within the period."""
    seconds_lost: dict[str, int] = defaultdict(int)
    for server in lease.servers:
        time = times[server]
        claimed = time.claimed[lease.id]
        serving = common(claimed, time.in_service)
        seconds_lost["out_of_service_seconds"] += seconds(claimed) - seconds(serving)
        seconds_lost["own_use_seconds"] += seconds(common(serving, time.own_use))
        seconds_lost["maintenance_seconds"] += seconds(common(serving, time.maintenance))
    detail = {cause: str(lost) for cause, lost in seconds_lost.items() if lost}
    return Reason(item=lease.id, code="held_less_than_leased", detail=detail) if detail else None


def energy_between(row: CountedRow, start: int, end: int) -> int:
    """Energy of a part of a row: differences of one rounded running total, so parts add up to the whole."""
    length = row.end - row.start
    return row.energy_wh * (end - row.start) // length - row.energy_wh * (start - row.start) // length


def _readings(mine: list[ServerTime], lease: str, records: Records, threshold: Fraction) -> Readings:
    covered = busy = energy = 0
    servers: set[str] = set()
    least = threshold * PARTS
    for time in mine:
        for row in records.telemetry.get(time.server.id, []):
            parts = common([(row.start, row.end)], time.held[lease])
            if not parts:
                continue
            length = seconds(parts) * time.server.gpus
            covered += length
            busy += row.busy * length
            energy += sum(energy_between(row, start, end) for start, end in parts)
            if row.busy >= least and row.busy:
                servers.add(time.server.id)
    return Readings(covered, busy, energy, servers)


def _rest(span: Span, inside: Spans) -> Spans:
    """The span without the parts of it that lie inside."""
    edges = [span[0], *(edge for part in inside for edge in part), span[1]]
    return [(one, two) for one, two in zip(edges[::2], edges[1::2], strict=True) if one < two]
