"""Which records count? Equal repeats are ignored, doubtful ones set aside with a reason.

One strange record must not stop the metering of a whole programme, so nothing here raises: a record
that contradicts another or makes no sense is not counted, and its lease is held until it is explained.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from dure.decisions.metering.intervals import Span, second_of
from dure.formats.kinds import Reason, exact
from dure.formats.stages.metering import Job, MeteredServer, MeteringFacts, Telemetry

PARTS = 10**18  # a Share has at most eighteen decimals, so busy shares are whole in these parts


class CountedJob(NamedTuple):
    """A job as it counts: each server once, GPUs over all of them together."""

    lease: str
    servers: tuple[str, ...]
    gpus: int
    start: int
    end: int


class CountedRow(NamedTuple):
    """Telemetry of one server; `busy` in PARTS."""

    start: int
    end: int
    busy: int
    energy_wh: int


class Records(NamedTuple):
    """What counts, how many repeats were ignored, whose lease waits for an explanation, and why."""

    jobs: list[CountedJob]
    telemetry: dict[str, list[CountedRow]]
    duplicates: int
    doubtful: set[str]
    reasons: list[Reason]


def admitted(facts: MeteringFacts, window: Span) -> Records:
    """Sort the records of the period into those that count and those that wait."""
    servers = {server.id: server for server in facts.servers}
    jobs, repeated_jobs, doubtful, reasons = _jobs(facts.jobs, servers, {lease.id for lease in facts.leases}, window)
    telemetry, repeated_rows, more = _telemetry(facts.telemetry, servers, window)
    return Records(jobs, telemetry, repeated_jobs + repeated_rows, doubtful, reasons + more)


def _jobs(
    records: Iterable[Job], servers: dict[str, MeteredServer], leases: set[str], window: Span
) -> tuple[list[CountedJob], int, set[str], list[Reason]]:
    versions: dict[tuple[str, str, int], set[CountedJob]] = defaultdict(set)
    handed_in = 0
    for job in records:
        handed_in += 1
        start, end = second_of(job.from_at, where=f"job {job.id}"), second_of(job.to_at, where=f"job {job.id}")
        made = CountedJob(job.lease, tuple(sorted(set(job.servers))), job.gpus, start, end)
        versions[job.source, job.id, job.segment].add(made)
    repeated = handed_in - sum(map(len, versions.values()))
    counted: list[CountedJob] = []
    doubtful: set[str] = set()
    reasons: list[Reason] = []
    for (source, name, segment), found in sorted(versions.items()):
        here = [job for job in found if min(job.start, job.end) < window[1] and max(job.start, job.end) > window[0]]
        if not here:
            continue
        code = "conflicting_record" if len(found) > 1 else _doubt(here[0], servers)
        if code:
            doubtful |= {job.lease for job in found} & leases
            reasons.append(Reason(item=name, code=code, detail={"source": source, "segment": str(segment)}))
        else:
            counted.append(here[0])
        if not code and here[0].lease not in leases:
            reasons.append(Reason(item=name, code="unknown_lease", detail={"source": source, "lease": here[0].lease}))
    return sorted(counted), repeated, doubtful, reasons


def _doubt(job: CountedJob, servers: dict[str, MeteredServer]) -> str:
    """Why one record makes no sense by itself; empty when it does."""
    if job.end < job.start:
        return "ends_before_it_starts"
    if any(server not in servers for server in job.servers):
        return "unknown_server"
    if job.gpus > sum(servers[server].gpus for server in job.servers):
        return "more_gpus_than_its_servers_have"
    return ""


def _telemetry(
    rows: Iterable[Telemetry], servers: dict[str, MeteredServer], window: Span
) -> tuple[dict[str, list[CountedRow]], int, list[Reason]]:
    by_server: dict[str, set[CountedRow]] = defaultdict(set)
    busy_parts: dict[str, int] = {}
    handed_in = 0
    for row in rows:
        handed_in += 1
        if row.busy not in busy_parts:
            busy_parts[row.busy] = int(exact(row.busy) * PARTS)
        start = second_of(row.from_at, where=f"telemetry of {row.server}")
        end = second_of(row.to_at, where=f"telemetry of {row.server}")
        by_server[row.server].add(CountedRow(start, end, busy_parts[row.busy], row.energy_wh))
    repeated = handed_in - sum(map(len, by_server.values()))
    counted: dict[str, list[CountedRow]] = {}
    reasons: list[Reason] = []
    for server, found in sorted(by_server.items()):
        if server not in servers:
            reasons.append(Reason(item=server, code="unknown_server", detail={"telemetry_rows": str(len(found))}))
            continue
        backward = [row for row in found if row.end <= row.start]
        forward = sorted(row for row in found if row.end > row.start)
        overlapping = _overlapping(forward)
        counted[server] = [row for row in forward if row not in overlapping and row.start < window[1] and row.end > window[0]]
        for code, rows_left_out in (("ends_before_it_starts", backward), ("overlapping_telemetry", sorted(overlapping))):
            if rows_left_out:
                reasons.append(Reason(item=server, code=code, detail={"telemetry_rows": str(len(rows_left_out))}))
    return counted, repeated, reasons


def _overlapping(rows: list[CountedRow]) -> set[CountedRow]:
    """All rows that share a second with another: which of them is right cannot be known, so none counts."""
    found: set[CountedRow] = set()
    furthest: CountedRow | None = None
    for row in rows:
        if furthest and row.start < furthest.end:
            found |= {row, furthest}
        if furthest is None or row.end > furthest.end:
            furthest = row
    return found
