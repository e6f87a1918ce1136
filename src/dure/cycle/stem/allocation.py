"""Who gets which GPUs, when, and why: ranked applications meet servers in service."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import structs

from dure.cycle.commands.rows import Context, Owners, State
from dure.cycle.demand.sectors import require_sectors
from dure.cycle.lookup import found, require_once
from dure.cycle.stem.outcomes import grant_owner
from dure.formats.canonical import plain
from dure.formats.commands.demand import LeaveWaitingList, OpenRound, ReturnServers, SetRoundTerms
from dure.formats.commands.operation import PlanMaintenance
from dure.formats.errors import BadInput
from dure.formats.stages.allocation import AllocationFacts, AllocationRecommendation, AllocationRules
from dure.records.allocation import actions, queries
from dure.records.allocation import facts as round_facts
from dure.records.allocation.models import AllocationRound
from dure.records.demand import queries as demand
from dure.records.journal import actions as journal
from dure.records.journal import queries as journal_queries
from dure.records.journal.filed import Filed
from dure.records.journal.models import Entry
from dure.records.review import queries as review
from dure.records.review.models import Ranked
from dure.records.supply import queries as supply

WAITS = "waiting_list_place"
MAINTENANCE = "maintenance"


def open_round(request: OpenRound, context: Context) -> str:
    """Open the round; returns its id."""
    if queries.allocation_round(request.id) is not None:
        raise BadInput(f"round {request.id!r} is there already.", where="id", todo="Choose another id.", code="id_taken")
    _known_pools(request, context)
    return actions.open_round(
        id=request.id,
        user_call=found(demand.user_call(request.call), "user call", request.call),
        start_on=request.start_on,
        weeks=request.weeks,
        opened_at=context.at,
        pools=request.pools,
        sectors=plain(request.sectors),
        draw_seed=request.draw_seed,
    ).pk


def set_terms(request: SetRoundTerms, context: Context) -> str:
    """Change the round's terms; returns its id."""
    _known_pools(request, context)
    return actions.set_round_terms(
        round=_round(request.round), pools=request.pools, sectors=plain(request.sectors), draw_seed=request.draw_seed
    ).pk


def plan_maintenance(request: PlanMaintenance, context: Context) -> str:
    """Record when servers or pods of a pool are out of service; returns the pool's id."""
    pool = found(supply.pool(request.pool), "pool", request.pool)
    servers = {each.pk for each in supply.public_servers(pool.pk)}
    for window in request.windows:
        if window.server is not None:
            found(window.server if window.server in servers else None, "server of this pool", window.server)
    journal.state(
        programme=context.programme,
        kind=MAINTENANCE,
        subject=pool.pk,
        content=plain(request.windows),
        by=context.person,
        at=context.at,
    )
    return pool.pk


def return_servers(request: ReturnServers, context: Context) -> int:
    """End the leases of the servers given back; returns how many."""
    grant = found(queries.grant(request.grant), "grant", request.grant)
    ended = actions.end_lease_early(grant=grant, at=context.at, because="returned", servers=request.servers or None)
    if not ended and not request.servers:
        raise BadInput("holds no server any more.", where=f"grant {grant.pk}", code="nothing_held")
    if not ended or (request.servers and len(ended) != len(set(request.servers))):
        raise BadInput("holds no such server any more.", where=f"grant {grant.pk}", todo="Check the ids.", code="unknown_id")
    return len(ended)


def leave_waiting_list(request: LeaveWaitingList, context: Context) -> str:
    """Give up the place; returns the application's id."""
    round_ = _round(request.round)
    if not actions.leave_waiting_list(round=round_, application=request.application, at=context.at):
        raise BadInput(
            "does not wait.", where=f"application {request.application}", todo="Check the round.", code="waits_no_longer"
        )
    return request.application


def applicant_of_grant(request: ReturnServers) -> Owners:
    """A grant belongs to the organisation that applied."""
    return grant_owner(request.grant)


def applicant_of_place(request: LeaveWaitingList) -> Owners:
    """A place belongs to the organisation that applied."""
    application = demand.application(request.application)
    return Owners(frozenset({application.organisation_id}) if application else frozenset())


def require_solvable(subject: str) -> AllocationRound:
    """The round, if it has an approved ranking and its terms; that costs the same however many have applied."""
    opened = _round(subject)
    call = found(opened.user_call, "user call of round", subject)
    if next(iter(_scored(call.pk)), None) is None:
        raise BadInput(
            "has no approved ranking.",
            where=f"user call {call.pk}",
            todo="File and approve the ranking first.",
            code="not_ranked",
        )
    if not opened.sectors or not opened.pools:
        raise BadInput(
            "has no sectors or no pools.", where=f"round {subject}", todo="Set the round's terms first.", code="no_terms"
        )
    return opened


def _scored(call: str) -> Iterator[Ranked]:
    """What was ranked with points for the applications of that call."""
    for panel in review.panels(kind="application", subject=call):
        yield from (each for each in review.ranking(panel).iterator() if each.passed and each.total)


def facts(subject: str, context: Context) -> dict[str, Any]:
    """The round's eligible, scored applications and the public servers of its pools; whom it has served is a lease."""
    opened = require_solvable(subject)
    call = found(opened.user_call, "user call of round", subject)
    scores = {each.item: each.total for each in _scored(call.pk)}
    served = queries.granted_applications(opened)
    applying = [each for each in demand.eligible_applications(call) if each.pk not in served]
    leases = round_facts.lease_facts(opened)
    return {
        "start_on": opened.start_on.isoformat(),
        "weeks": opened.weeks,
        "pools": round_facts.pool_facts(opened, outages={pool: _outages(opened, pool, context) for pool in opened.pools}),
        "leases": leases,
        "applications": round_facts.application_facts(applying, scores=scores),
        "sectors": _with_sectors_of(leases, opened.sectors),
        "draw_seed": opened.draw_seed,
    }


def _with_sectors_of(leases: Iterable[dict[str, Any]], sectors: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The round's sectors, and those that it is not open to but that hold servers of its pools: no target, no bound."""
    known = {each["id"] for each in sectors}
    others = sorted({each["sector"] for each in leases} - known)
    return [*sectors, *({"id": each, "share": "0", "floor": "0", "ceiling": "1"} for each in others)]


def carry_out(entry: Entry) -> None:
    """Lease the servers, and put those who got nothing on the waiting list in their order, after those who wait already."""
    opened = _round(entry.subject)
    filed = Filed(entry, AllocationFacts, AllocationRules, AllocationRecommendation)
    made = filed.recommendation
    actions.grant_leases(round=opened, grants=[structs.asdict(each) for each in made.grants], entry=entry)
    actions.record_plan(round=opened, made=made, applications=filed.count("applications"), entry=entry)
    served = {grant.application for grant in made.grants}
    waiting = {r.item: int(r.detail[WAITS]) for r in made.reasons if WAITS in r.detail and r.item not in served}
    for item in sorted(served & queries.ever_waited(opened)):
        actions.leave_waiting_list(round=opened, application=item, at=entry.approved_at)
    new = set(waiting) - queries.ever_waited(opened)
    actions.set_waiting_list(round=opened, applications=sorted(new, key=lambda item: (waiting[item], item)), entry=entry)


def _outages(opened: AllocationRound, pool: str, context: Context) -> list[dict[str, Any]]:
    """Planned maintenance in weeks of the round: a week in which a server is out for a part is out whole."""
    planned = journal_queries.statement(programme=context.programme, kind=MAINTENANCE, subject=pool) or []
    found_ = []
    for each in planned:
        first = (dt.date.fromisoformat(each["from_on"]) - opened.start_on).days // 7
        end = -(-(dt.date.fromisoformat(each["to_on"]) - opened.start_on).days // 7)
        place = {key: each[key] for key in ("server", "pod") if each.get(key)}
        if (first := max(0, first)) < (end := min(opened.weeks, end)):
            found_.append({**place, "from_week": first, "to_week": end})
    return found_


def _known_pools(request: OpenRound | SetRoundTerms, context: Context) -> None:
    require_once(request.pools, "pool", where="pools")
    require_once((each.id for each in request.sectors), "sector", where="sectors")
    require_sectors((each.id for each in request.sectors), context, where="sectors")
    for pool in request.pools:
        found(supply.pool(pool), "pool", pool)
    if (start := getattr(request, "start_on", None)) and start.weekday():
        raise BadInput(f"{start} is not a Monday.", where="start_on", todo="Weeks begin on Mondays.", code="invalid")


def _state(request: SetRoundTerms, context: Context) -> str:
    del context
    return "granted" if queries.grants(round_id=request.round).exists() else "open"


STATE = State(("open", "granted"), _state)


def _round(round_id: str) -> AllocationRound:
    return found(queries.allocation_round(round_id), "round", round_id)
