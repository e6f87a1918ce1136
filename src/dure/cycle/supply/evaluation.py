"""A panel scores each proposal; the ranking follows from the sheets by published arithmetic alone."""

from collections.abc import Iterable, Mapping
from typing import Any

from dure.cycle.filing import Desk, file_decision
from dure.cycle.lookup import found
from dure.records.journal.models import Entry
from dure.records.procurement import queries as procurement
from dure.records.review import actions, queries

GATE_AND_VALUES = ("gate", "values")


def recommend(*, call_id: str, criteria: Iterable[Mapping[str, Any]], draw_seed: str, desk: Desk) -> Entry:
    """Lock the panel's sheets and file the ranking of the call's proposals."""
    panel = actions.lock_panel(panel=found(queries.panel(call_id), "panel", call_id), at=desk.at)
    call = found(procurement.call(call_id), "call", call_id)
    items = [
        {"id": each.pk, **{key: each.content[key] for key in GATE_AND_VALUES if key in each.content}}
        for each in procurement.proposals(call)
    ]
    facts = queries.evaluation_facts(panel, criteria=criteria, items=items, draw_seed=draw_seed)
    return file_decision("evaluation", call_id, facts, desk=desk)
