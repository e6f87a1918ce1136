"""Validation of the facts of a round, before anything is computed from them."""

from collections import Counter
from collections.abc import Iterable

from dure.formats.errors import BadInput
from dure.formats.kinds import exact
from dure.formats.reading import require_known, require_unique
from dure.formats.stages.allocation import (
    MOST_APPLICATION_WEEKS,
    MOST_APPLICATIONS,
    MOST_LEASES,
    MOST_OPTIONS,
    MOST_PARTS,
    MOST_POD_WEEKS,
    MOST_SERVERS,
    AllocationFacts,
    AllocationRules,
    Application,
    Pool,
    held_servers,
)

TIE_BREAKS = ("score", "priority", "servers", "arrived_at", "draw")
SHARE_DECIMALS = 9
SPLIT = "Split the round, by sector or by part of the horizon, and give each its part of the servers."
LARGEST_OWED = 2**48  # GPU-weeks times milli-points: sums stay within 63 bits


def refuse_nonsense(facts: AllocationFacts, rules: AllocationRules) -> None:
    """Raise BadInput at the first thing that cannot be meant. Leases are looked at with the servers."""
    _refuse_many(len(facts.applications), MOST_APPLICATIONS, "applications", where="$.applications", todo=SPLIT)
    _refuse_many(len(facts.leases), MOST_LEASES, "leases", where="$.leases", todo="Merge leases of the same holder.")
    require_known(rules.tie_break, TIE_BREAKS, where="rule allocation/tie_break")
    require_unique(rules.tie_break, where="rule allocation/tie_break")
    require_unique((pool.id for pool in facts.pools), where="$.pools")
    require_unique((application.id for application in facts.applications), where="$.applications")
    require_unique((sector.id for sector in facts.sectors), where="$.sectors")
    require_unique((lease.id for lease in facts.leases), where="$.leases")
    sectors = {sector.id for sector in facts.sectors}
    require_known((application.sector for application in facts.applications), sectors, where="$.applications[].sector")
    require_known((lease.sector for lease in facts.leases), sectors, where="$.leases[].sector")
    if owed := sum(sector.owed for sector in facts.sectors):
        raise BadInput(
            f"what sectors owe sums to {owed} GPU-weeks, not to 0.",
            where="$.sectors",
            todo="Carry over the `sector_balance` of the last round, for every sector.",
        )
    if sum(abs(sector.owed) for sector in facts.sectors) * (rules.share_penalty + 1) >= LARGEST_OWED:
        raise BadInput("sectors owe more than is handled.", where="$.sectors", todo="Check the unit: whole GPU-weeks.")
    for sector in facts.sectors:
        place = f"sector {sector.id}"
        if exact(sector.floor) > exact(sector.ceiling):
            raise BadInput(f"the floor {sector.floor} is above the ceiling {sector.ceiling}.", where=place, todo="Correct one.")
        for text in (sector.floor, sector.ceiling):
            if len(text.partition(".")[2]) > SHARE_DECIMALS:
                raise BadInput(f"{text} has more than {SHARE_DECIMALS} decimals.", where=place, todo="Round the share.")
    total = sum(held_servers(pool) for pool in facts.pools)
    _refuse_many(total, MOST_SERVERS, "servers", where="$.pools", todo="Check the counts.")
    for pool in facts.pools:
        _refuse_pool(pool)
    for application in facts.applications:
        _refuse_application(application)
    _refuse_vast(facts)


def refuse_wide(applications: int, parts: int) -> None:
    """Raise where the servers of a pool differ so much in when they are free that a plan would not fit into memory."""
    what = "applications times parts of the most divided pool"
    todo = "Give outages and leases of a pod's servers the same weeks, or split the round."
    _refuse_many(applications * parts, MOST_PARTS, what, where="$.pools", todo=todo)


def _refuse_vast(facts: AllocationFacts) -> None:
    """Raise where the round as a whole is larger than what is declared to be handled."""
    pools = Counter(pool.gpu_model for pool in facts.pools)
    spans = options = 0
    for application in facts.applications:
        first, last = application.earliest_week, min(application.latest_week, facts.weeks - 1)
        spans += len(application.models) * max(0, min(last + application.weeks, facts.weeks) - first)
        options += sum(pools[model] for model in application.models) * max(0, last - first + 1)
    _refuse_many(spans, MOST_APPLICATION_WEEKS, "weeks over all applications and models", where="$.applications", todo=SPLIT)
    _refuse_many(options, MOST_OPTIONS, "options over all applications", where="$.applications", todo=SPLIT)
    durations = len({min(application.weeks, facts.weeks) for application in facts.applications})
    pods = sum(len(pool.pods) for pool in facts.pools)
    what, todo = "pods times durations times weeks", "Use larger pods, a shorter horizon or fewer different durations."
    _refuse_many(pods * durations * facts.weeks, MOST_POD_WEEKS, what, where="$.pools", todo=todo)


def _refuse_many(count: int, most: int, what: str, *, where: str, todo: str) -> None:
    if count > most:
        raise BadInput(f"{count:,} {what}; at most {most:,} are handled.", where=where, todo=todo)


def _refuse_pool(pool: Pool) -> None:
    place = f"pool {pool.id}"
    require_unique((pod.id for pod in pool.pods), where=place)
    require_unique((str(step.from_week) for step in pool.in_service), where=f"{place}, in_service")
    have = held_servers(pool)
    for step in pool.in_service:
        if step.servers > have:
            raise BadInput(
                f"{step.servers} servers in service from week {step.from_week}, but the pods hold {have}.",
                where=place,
                todo="Correct the pods or the step.",
            )
    pods = {pod.id for pod in pool.pods}
    for outage in pool.outages:
        if (outage.server is None) == (outage.pod is None):
            raise BadInput("an outage names a server or a pod, one of the two.", where=place)
        _refuse_span(outage.from_week, outage.to_week, place=f"{place}, outages")
        if outage.pod is not None:
            require_known([outage.pod], pods, where=f"{place}, outages")


def _refuse_application(application: Application) -> None:
    place = f"application {application.id}"
    if application.minimum_servers > application.servers:
        raise BadInput(
            f"asks for {application.servers} servers and at least {application.minimum_servers}.",
            where=place,
            todo="The minimum is at most what is asked for.",
        )
    if application.earliest_week > application.latest_week:
        raise BadInput(
            f"would start in week {application.earliest_week} at the earliest, {application.latest_week} at the latest.",
            where=place,
            todo="Correct the window.",
        )
    if not application.models:
        raise BadInput("accepts no GPU model.", where=place, todo="Name at least one model.")
    if exact(application.score) > 100:
        raise BadInput(f"the score {application.score} is above 100.", where=place, todo="Scores run from 0 to 100.")
    for model, value in application.models.items():
        if exact(value) == 0:
            raise BadInput(f"the model {model} is worth nothing to it.", where=place, todo="Leave the model out.")


def _refuse_span(first: int, end: int, *, place: str) -> None:
    if first >= end:
        raise BadInput(f"[{first}, {end}) is not a span of weeks.", where=place, todo="The end comes after the start.")


def refuse_lease_spans(facts: AllocationFacts) -> None:
    """Each lease has servers, weeks and a pool that exist."""
    require_known((lease.pool for lease in facts.leases), (pool.id for pool in facts.pools), where="$.leases[].pool")
    for lease in facts.leases:
        _refuse_span(lease.from_week, lease.to_week, place=f"lease {lease.id}")
        _refuse_empty(lease.servers, place=f"lease {lease.id}")
        require_unique(lease.servers, where=f"lease {lease.id}, servers")


def _refuse_empty(servers: Iterable[str], *, place: str) -> None:
    if not list(servers):
        raise BadInput("holds no server.", where=place, todo="Name its servers, or take the lease away.")
