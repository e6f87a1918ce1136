"""Grants and what the cluster has become an ordered list of changes, each with its undo."""

import datetime as dt
from typing import Any

from msgspec import structs

from dure.cycle.commands.rows import Context
from dure.cycle.lookup import found
from dure.formats.canonical import plain
from dure.formats.commands.operation import MarkChangesApplied, MarkChangesUndone, ReportClusterState
from dure.formats.errors import BadInput
from dure.formats.stages.provisioning import ProvisioningFacts, ProvisioningRecommendation, ProvisioningRules
from dure.records.demand import queries as demand
from dure.records.journal import actions as journal
from dure.records.journal import queries as journal_queries
from dure.records.journal.filed import Filed
from dure.records.journal.models import Entry
from dure.records.operation import actions, queries
from dure.records.supply import queries as supply

AHEAD = dt.timedelta(days=400)
STATE = "cluster_state"


def report_state(request: ReportClusterState, context: Context) -> str:
    """Record what the pool's cluster was read to have; returns the pool's id."""
    pool = found(supply.pool(request.pool), "pool", request.pool)
    content = plain(request.observed)
    journal.state(programme=context.programme, kind=STATE, subject=pool.pk, content=content, by=context.person, at=context.at)
    return pool.pk


def mark_applied(request: MarkChangesApplied, context: Context) -> int:
    """Mark the changes as made; returns how many were not marked yet."""
    return actions.mark_applied(changes=_changes(request), at=context.at)


def mark_undone(request: MarkChangesUndone, context: Context) -> int:
    """Mark the changes as taken back; returns how many."""
    return actions.mark_undone(changes=_changes(request), at=context.at)


def facts(subject: str, context: Context) -> dict[str, Any]:
    """The pool's grants with their people and servers, and what its cluster was last read to have."""
    found(supply.pool(subject), "pool", subject)
    observed = journal_queries.statement(programme=context.programme, kind=STATE, subject=subject)
    if observed is None:
        raise BadInput(
            "its cluster has not been read.", where=f"pool {subject}", todo="Report the cluster's state first.", code="not_read"
        )
    people = demand.people_by_organisation()
    made = queries.provisioning_facts(
        as_of=context.at, pool_id=subject, until=context.at + AHEAD, people=people, observed=observed
    )
    servers = {server for grant in made["grants"] for server in grant["servers"]}
    return {**made, "node_names": {server: server.replace("/", "-") for server in sorted(servers)}}


def carry_out(entry: Entry) -> None:
    """Plan the changes; the operator who makes them marks each as made after reading it back."""
    pool = found(supply.pool(entry.subject), "pool", entry.subject)
    made = Filed(entry, ProvisioningFacts, ProvisioningRules, ProvisioningRecommendation).recommendation
    actions.plan_changes(pool=pool, changes=[structs.asdict(each) for each in made.changes], entry=entry, at=entry.approved_at)


def _changes(request: MarkChangesApplied | MarkChangesUndone) -> list[Any]:
    listed = queries.changes(entry_seq=request.entry)
    if request.orders:
        listed = listed.filter(order__in=request.orders)
    if not listed:
        raise BadInput(
            "plans no such change.", where=f"journal entry {request.entry}", todo="Check the numbers.", code="unknown_id"
        )
    return list(listed)
