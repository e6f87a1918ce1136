"""Who gets which GPUs, when, and why: ranked applications meet servers in service."""

from collections.abc import Iterable, Mapping
from typing import Any

from dure.cycle.filing import Desk, file_decision
from dure.cycle.lookup import found
from dure.records.allocation import actions, queries
from dure.records.demand import queries as demand
from dure.records.journal import queries as journal
from dure.records.journal.models import Entry

WAITS = "waiting_list_place"


def recommend(
    *,
    round_id: str,
    in_service: Mapping[str, list[dict[str, int]]],
    sectors: Iterable[Mapping[str, Any]],
    draw_seed: str,
    desk: Desk,
) -> Entry:
    """File the grants of a round from its eligible, scored applications and the public servers of its pools."""
    facts = round_facts(round_id=round_id, in_service=in_service, sectors=sectors, draw_seed=draw_seed)
    return file_decision("allocation", round_id, facts, desk=desk)


def round_facts(
    *,
    round_id: str,
    in_service: Mapping[str, list[dict[str, int]]],
    sectors: Iterable[Mapping[str, Any]],
    draw_seed: str,
    outages: Mapping[str, list[dict[str, Any]]] | None = None,
) -> dict[str, Any]:
    """What allocation is told of a round today; whom the round has served already is a lease, and applies no more."""
    opened = found(queries.allocation_round(round_id), "round", round_id)
    call = found(opened.user_call, "user call of round", round_id)
    ranking = found(journal.latest_approved("evaluation", call.pk), "approved ranking of call", call.pk).recommendation_value()
    scores = {each["proposal"]: each["total"] for each in ranking["ranking"] if each["passed"]}
    served = queries.granted_applications(opened)
    applying = [each for each in demand.eligible_applications(call) if each.pk not in served]
    return {
        "start_on": opened.start_on.isoformat(),
        "weeks": opened.weeks,
        "pools": queries.pool_facts(in_service=in_service, outages=outages),
        "leases": queries.lease_facts(opened),
        "applications": queries.application_facts(applying, scores=scores),
        "sectors": list(sectors),
        "draw_seed": draw_seed,
    }


def carry_out(entry: Entry) -> None:
    """Lease the servers, and put those who got nothing on the waiting list in their order, after those who wait already."""
    opened = found(queries.allocation_round(entry.subject), "round", entry.subject)
    made = entry.recommendation_value()
    actions.grant_leases(round=opened, grants=made["grants"], entry=entry)
    served = {grant["application"] for grant in made["grants"]}
    waiting = {r["item"]: int(r["detail"][WAITS]) for r in made["reasons"] if WAITS in r["detail"] and r["item"] not in served}
    for item in sorted(served & queries.ever_waited(opened)):
        actions.leave_waiting_list(round=opened, application=item, at=entry.answered.at)
    new = set(waiting) - queries.ever_waited(opened)
    actions.set_waiting_list(round=opened, applications=sorted(new, key=lambda item: (waiting[item], item)), entry=entry)
