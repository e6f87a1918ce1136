"""A panel scores each proposal; the ranking follows from the sheets by published arithmetic alone."""

from typing import Any

from dure.cycle import review
from dure.cycle.commands.rows import Context
from dure.cycle.lookup import found, locked
from dure.records.journal.models import Entry
from dure.records.procurement import queries as procurement
from dure.records.review import queries

GATE_AND_VALUES = ("gate", "values")


def facts(subject: str, context: Context) -> dict[str, Any]:
    """The panel's sheets on each proposal of its call, once scoring has ended."""
    del context
    panel = locked(found(queries.panel(subject), "panel", subject))
    call = found(procurement.call(panel.subject), "call", panel.subject)
    items = [
        {"id": each.pk, **{key: each.content[key] for key in GATE_AND_VALUES if key in each.content}}
        for each in procurement.proposals(call)
    ]
    return queries.evaluation_facts(panel, items=items)


def carry_out(entry: Entry) -> None:
    """Enter the ranking."""
    review.record_ranking(entry.subject, entry)
