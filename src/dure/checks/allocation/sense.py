"""Are these facts that a plan can be checked against at all? Read again from the file, like everything else here."""

from collections import Counter
from collections.abc import Iterable, Iterator

from dure.formats.errors import BadInput
from dure.formats.kinds import exact
from dure.formats.stages.allocation import (
    MOST_APPLICATIONS,
    MOST_LEASES,
    MOST_OPTIONS,
    MOST_POD_WEEKS,
    MOST_SERVERS,
    AllocationFacts,
    AllocationRules,
    Application,
    Lease,
    Pool,
    held_servers,
)

Problem = tuple[str, str]  # where, what
ORDERS = {"score", "priority", "servers", "arrived_at", "draw"}


def refuse_impossible(facts: AllocationFacts, rules: AllocationRules) -> None:
    """Raise BadInput at the first thing that makes the facts mean nothing; servers are looked at when laid out."""
    for where, what in _problems(facts, rules):
        raise BadInput(what, where=where, todo="No recommendation can be checked against such facts; correct them.")


def _problems(facts: AllocationFacts, rules: AllocationRules) -> Iterator[Problem]:
    yield from _too_many(facts)
    for name, entries in (
        ("pools", facts.pools),
        ("applications", facts.applications),
        ("leases", facts.leases),
        ("sectors", facts.sectors),
    ):
        yield from _twice(f"$.{name}", [entry.id for entry in entries])
    if strange := set(rules.tie_break) - ORDERS:
        yield "rule allocation/tie_break", f"{min(strange)!r} orders nothing."
    for sector in facts.sectors:
        if exact(sector.floor) > exact(sector.ceiling):
            yield f"sector {sector.id}", f"the floor {sector.floor} is above the ceiling {sector.ceiling}."
    for pool in facts.pools:
        yield from _of_pool(pool)
    sectors, pools = {sector.id for sector in facts.sectors}, {pool.id for pool in facts.pools}
    for application in facts.applications:
        yield from _of_application(application, sectors)
    for lease in facts.leases:
        yield from _of_lease(lease, sectors, pools)


def _too_many(facts: AllocationFacts) -> Iterator[Problem]:
    """Counts first, so that nothing long is gone through."""
    servers = sum(held_servers(pool) for pool in facts.pools)
    yield from _beyond(len(facts.applications), MOST_APPLICATIONS, "applications")
    yield from _beyond(len(facts.leases), MOST_LEASES, "leases")
    yield from _beyond(servers, MOST_SERVERS, "servers")
    pools, options, durations = Counter(pool.gpu_model for pool in facts.pools), 0, set()
    for application in facts.applications:
        starts = max(0, min(application.latest_week + 1, facts.weeks) - application.earliest_week)
        options += starts * sum(pools[model] for model in application.models)
        durations.add(min(application.weeks, facts.weeks))
    yield from _beyond(options, MOST_OPTIONS, "options")
    pods = sum(len(pool.pods) for pool in facts.pools)
    yield from _beyond(pods * len(durations) * facts.weeks, MOST_POD_WEEKS, "pods times durations times weeks")


def _beyond(count: int, most: int, what: str) -> Iterator[Problem]:
    if count > most:
        yield "$", f"{count:,} {what}; at most {most:,} are handled."


def _of_lease(lease: Lease, sectors: set[str], pools: set[str]) -> Iterator[Problem]:
    place = f"lease {lease.id}"
    if lease.pool not in pools or lease.sector not in sectors:
        yield place, "its pool or its sector is not defined in this file."
    if not lease.servers or lease.from_week >= lease.to_week:
        yield place, "holds no server or no week."
    yield from _twice(place, lease.servers)


def _of_pool(pool: Pool) -> Iterator[Problem]:
    place, pods = f"pool {pool.id}", {pod.id for pod in pool.pods}
    yield from _twice(place, [pod.id for pod in pool.pods])
    yield from _twice(f"{place}, in_service", [str(step.from_week) for step in pool.in_service])
    have = held_servers(pool)
    for step in pool.in_service:
        if step.servers > have:
            yield place, f"{step.servers} servers in service, but the pods hold {have}."
    for outage in pool.outages:
        if (outage.server is None) == (outage.pod is None) or (outage.pod is not None and outage.pod not in pods):
            yield f"{place}, outages", "an outage names one server or one pod of the pool."
        if outage.from_week >= outage.to_week:
            yield f"{place}, outages", f"[{outage.from_week}, {outage.to_week}) is not a span of weeks."


def _of_application(application: Application, sectors: set[str]) -> Iterator[Problem]:
    place = f"application {application.id}"
    if application.sector not in sectors:
        yield place, f"the sector {application.sector!r} is not defined in this file."
    if application.minimum_servers > application.servers or application.earliest_week > application.latest_week:
        yield place, "its smallest size or its earliest week is beyond the largest."
    if exact(application.score) > 100:
        yield place, f"the score {application.score} is above 100."
    if not application.models or any(exact(value) == 0 for value in application.models.values()):
        yield place, "accepts no GPU model, or one that is worth nothing to it."


def _twice(where: str, ids: Iterable[str]) -> Iterator[Problem]:
    for name, times in Counter(ids).items():
        if times > 1:
            yield where, f"{name!r} comes twice."
