"""Grants and what the cluster has become an ordered list of changes, each with its undo."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from dure.cycle.filing import Desk, file_decision
from dure.cycle.lookup import found
from dure.records.journal.models import Entry
from dure.records.operation import actions, queries
from dure.records.supply import queries as supply

AHEAD = dt.timedelta(days=400)


def recommend(
    *, pool_id: str, people: Mapping[str, Iterable[str]], observed: Iterable[Mapping[str, Any]] = (), desk: Desk
) -> Entry:
    """File the changes that make a pool's grants usable; `observed` is what its cluster was read to have."""
    facts = queries.provisioning_facts(as_of=desk.at, pool_id=pool_id, until=desk.at + AHEAD, people=people, observed=observed)
    servers = {server for grant in facts["grants"] for server in grant["servers"]}
    facts["node_names"] = {server: server.replace("/", "-") for server in sorted(servers)}
    return file_decision("provisioning", pool_id, facts, desk=desk)


def carry_out(entry: Entry) -> None:
    """Plan the changes; whoever makes them marks each as made after reading it back."""
    pool = found(supply.pool(entry.subject), "pool", entry.subject)
    actions.plan_changes(pool=pool, changes=entry.recommendation_value()["changes"], entry=entry, at=entry.answered.at)
