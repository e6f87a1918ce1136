"""Do the facts of the round make sense, before anything is computed from them?"""

from collections.abc import Iterable

from dure.formats.errors import BadInput
from dure.formats.kinds import exact
from dure.formats.reading import require_known, require_unique
from dure.formats.stages.allocation import AllocationFacts, AllocationRules, Application, Pool

TIE_BREAKS = ("score", "priority", "servers", "arrived_at", "draw")
MOST_SERVERS = 200_000
SHARE_DECIMALS = 9
LARGEST_OWED = 2**48  # GPU-weeks times milli-points: sums stay within 63 bits


def refuse_nonsense(facts: AllocationFacts, rules: AllocationRules) -> None:
    """Raise BadInput at the first thing that cannot be meant. Leases are looked at with the servers."""
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
    for pool in facts.pools:
        _refuse_pool(pool)
    if (total := sum(server_count(pool) for pool in facts.pools)) > MOST_SERVERS:
        raise BadInput(f"{total:,} servers; at most {MOST_SERVERS:,} are handled.", where="$.pools", todo="Check the counts.")
    for application in facts.applications:
        _refuse_application(application)


def server_count(pool: Pool) -> int:
    """Servers that the pool's pods hold, in service or not."""
    return sum(pod.servers if isinstance(pod.servers, int) else len(pod.servers) for pod in pool.pods)


def _refuse_pool(pool: Pool) -> None:
    place = f"pool {pool.id}"
    require_unique((pod.id for pod in pool.pods), where=place)
    require_unique((str(step.from_week) for step in pool.in_service), where=f"{place}, in_service")
    have = server_count(pool)
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
