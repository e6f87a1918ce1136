"""What lies idle goes, after notice and answer, to the first who waits and fits; then the shares are set anew.

The new shares are `dure.cycle.demand.shares` once more, with demand from the applications that came and results
from the outcomes: the only way back from the stem, and it too is a proposal that a named person approves.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from dure.cycle.filing import Desk, file_decision
from dure.cycle.lookup import found
from dure.records.allocation import actions as allocation
from dure.records.allocation import queries as allocation_queries
from dure.records.allocation.weeks import week_at
from dure.records.journal.models import Entry
from dure.records.operation import actions, queries


def recommend(*, round_id: str, off_purpose: Iterable[Mapping[str, Any]] = (), desk: Desk) -> Entry:
    """File, for each lease of a round, whether to leave it, write to it or take back its idle part."""
    opened = found(allocation_queries.allocation_round(round_id), "round", round_id)
    facts = queries.reclaim_facts(as_of=desk.at.date(), grants=allocation_queries.grants(round_id=round_id))
    facts |= {"off_purpose": list(off_purpose), "waiting": allocation_queries.waiting_facts(opened)}
    return file_decision("reclaim", round_id, facts, desk=desk)


def carry_out(entry: Entry) -> None:
    """Send the notices, end the leases of idle servers that are taken back, and lease these to those who waited."""
    made, at = entry.recommendation_value(), entry.answered.at
    freed: dict[str, list[str]] = {}
    for proposal in made["proposals"]:
        grant = found(allocation_queries.grant(proposal["lease"]), "grant", proposal["lease"])
        if proposal["action"] == "notice":
            answer_by = dt.date.fromisoformat(proposal["answer_by"])
            actions.send_notice(grant=grant, because=proposal["because"], sent_on=at.date(), answer_by=answer_by, entry=entry)
        elif proposal["action"] == "reclaim":
            running = sorted(lease.server_id for lease in allocation_queries.leases(grant=grant, at=at))
            freed[grant.pk] = running[-proposal["servers"] :]
            allocation.end_lease_early(grant=grant, at=at, because="reclaimed", servers=freed[grant.pk], entry=entry)
    _grant_again(entry, made["regrants"], freed)


def _grant_again(entry: Entry, regrants: Iterable[Mapping[str, Any]], freed: dict[str, list[str]]) -> None:
    """Freed servers go to the application that waited, from the next week to where the old lease would have ended."""
    opened = found(allocation_queries.allocation_round(entry.subject), "round", entry.subject)
    next_week = week_at(opened, entry.answered.at) + 1
    for each in regrants:
        servers, freed[each["lease"]] = freed[each["lease"]][: each["servers"]], freed[each["lease"]][each["servers"] :]
        before = found(allocation_queries.grant(each["lease"]), "grant", each["lease"])
        until = min(next_week + each["weeks"], week_at(opened, before.during.upper))
        grant = {
            "application": each["application"],
            "pool": before.pool_id,
            "servers": servers,
            "from_week": next_week,
            "to_week": until,
        }
        allocation.grant_leases(round=opened, grants=[grant], entry=entry)
        allocation.leave_waiting_list(round=opened, application=each["application"], at=entry.answered.at)
