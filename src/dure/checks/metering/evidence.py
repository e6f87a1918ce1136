"""Which records can be believed, and what do they add up to, lease by lease and server by server?"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from fractions import Fraction
from typing import NamedTuple

from dure.checks.metering.timeline import Timeline, second
from dure.formats.stages.metering import Job, MeteringFacts, Telemetry


class Evidence(NamedTuple):
    """`reasons`: (item, code) of each record set aside; `doubtful`: leases with such a job."""

    jobs: list[Job]
    telemetry: dict[str, list[Telemetry]]
    repeated: int
    reasons: Counter[tuple[str, str]]
    doubtful: set[str]


class Sums(NamedTuple):
    """`used` and `ran` by lease; of each server the seconds that are astray, and whose; and when it ran."""

    used: Counter[str]
    ran: dict[str, set[str]]
    astray: dict[str, list[tuple[int, int]]]
    astray_leases: dict[str, set[str]]
    running: dict[str, list[tuple[int, int]]]


def believed(facts: MeteringFacts) -> Evidence:
    """The records of the period that neither contradict one another nor themselves."""
    period = second(facts.from_at), second(facts.to_at)
    gpus = {server.id: server.gpus for server in facts.servers}
    leases = {lease.id for lease in facts.leases}
    groups: dict[tuple[str, str, int], dict[tuple[object, ...], Job]] = defaultdict(dict)
    for job in facts.jobs:
        content = (job.lease, frozenset(job.servers), job.gpus, job.from_at, job.to_at)
        groups[job.source, job.id, job.segment][content] = job
    repeated = len(facts.jobs) - sum(map(len, groups.values()))
    made = Evidence([], defaultdict(list), repeated, Counter(), set())
    for (_, name, _), versions in groups.items():
        inside = [
            job
            for job in versions.values()
            if min(second(job.from_at), second(job.to_at)) < period[1] and max(second(job.from_at), second(job.to_at)) > period[0]
        ]
        if not inside:
            continue
        job = inside[0]
        if len(versions) > 1:
            code = "conflicting_record"
        elif job.to_at < job.from_at:
            code = "ends_before_it_starts"
        elif not set(job.servers) <= set(gpus):
            code = "unknown_server"
        elif job.gpus > sum(gpus[server] for server in set(job.servers)):
            code = "more_gpus_than_its_servers_have"
        else:
            code = ""
            made.jobs.append(job)
            if job.lease not in leases:
                made.reasons[name, "unknown_lease"] += 1
        if code:
            made.reasons[name, code] += 1
            made.doubtful.update({version.lease for version in versions.values()} & leases)
    return made._replace(repeated=repeated + _telemetry(facts, made, gpus, period))


def _telemetry(facts: MeteringFacts, made: Evidence, gpus: dict[str, int], period: tuple[int, int]) -> int:
    rows: dict[str, dict[tuple[object, ...], Telemetry]] = defaultdict(dict)
    for row in facts.telemetry:
        rows[row.server][row.from_at, row.to_at, Fraction(row.busy), row.energy_wh] = row
    for server, found in rows.items():
        if server not in gpus:
            made.reasons[server, "unknown_server"] += 1
            continue
        forward = [row for row in found.values() if row.from_at < row.to_at]
        if len(forward) < len(found):
            made.reasons[server, "ends_before_it_starts"] += 1
        starts, ends = sorted(second(row.from_at) for row in forward), sorted(second(row.to_at) for row in forward)
        alone = [r for r in forward if bisect_left(starts, second(r.to_at)) - bisect_right(ends, second(r.from_at)) == 1]
        if len(alone) < len(forward):
            made.reasons[server, "overlapping_telemetry"] += 1
        made.telemetry[server] = [r for r in alone if second(r.from_at) < period[1] and second(r.to_at) > period[0]]
    return len(facts.telemetry) - sum(map(len, rows.values()))


def added_up(evidence: Evidence, lines: dict[str, Timeline], period: tuple[int, int]) -> Sums:
    """Each job's seconds, asked at every instant at which one of its servers changes."""
    sums = Sums(Counter(), defaultdict(set), defaultdict(list), defaultdict(set), defaultdict(list))
    for job in evidence.jobs:
        start, end = max(period[0], second(job.from_at)), min(period[1], second(job.to_at))
        servers = set(job.servers)
        if start >= end or not servers:
            continue
        wrong: set[tuple[int, int]] = set()
        for server in servers:
            sums.running[server].append((start, end))
            for moment in lines[server].between(start, end):
                mine = moment.state == "leased" and moment.lease == job.lease
                if not mine:
                    sums.astray[server].append((moment.start, moment.end))
                    sums.astray_leases[server].add(job.lease)
                if not mine or moment.gap:
                    wrong.add((moment.start, moment.end))
        counted = (end - start) - covered(list(wrong))
        if counted:
            sums.used[job.lease] += job.gpus * counted
            sums.ran[job.lease] |= servers
    return sums


def covered(spans: list[tuple[int, int]]) -> int:
    """Seconds that lie in at least one of the spans."""
    total, reached = 0, 0
    for start, end in sorted(spans):
        total += max(0, end - max(start, reached))
        reached = max(reached, end)
    return total
