"""A panel scores each proposal; the ranking follows from the sheets by published arithmetic alone."""

from typing import Any

from dure.cycle import review
from dure.cycle.commands.rows import Context
from dure.cycle.lookup import found, locked
from dure.cycle.supply.call import checked
from dure.formats.errors import BadInput
from dure.formats.stages.evaluation import EvaluationFacts, EvaluationRecommendation, EvaluationRules
from dure.records.journal.filed import Filed
from dure.records.journal.models import Entry
from dure.records.procurement import queries as procurement
from dure.records.review import queries


def facts(subject: str, context: Context) -> dict[str, Any]:
    """The panel's sheets on each proposal of its call, once scoring has ended and all documents have been checked."""
    panel = locked(found(queries.panel(subject), "panel", subject))
    call = found(procurement.call(panel.subject), "call", panel.subject)
    told = checked(context.programme, call.pk)
    proposals = [each.pk for each in procurement.proposals(call)]
    if off := next((each for each in proposals if each not in told), None):
        raise BadInput(
            "its documents have not been checked.",
            where=f"proposal {off}",
            todo="Enter the result of its document check first.",
            code="documents_not_checked",
        )
    return queries.evaluation_facts(panel, items=[_item(each, told[each]) for each in proposals])


def _item(proposal: str, told: dict[str, Any]) -> dict[str, Any]:
    return {"id": proposal, "gate": told["gate"], "values": told["values"]}


def carry_out(entry: Entry) -> None:
    """Enter the ranking; refused where the document check has found something else since."""
    panel = found(queries.panel(entry.subject), "panel", entry.subject)
    told = checked(entry.programme, panel.subject)
    filed = Filed(entry, EvaluationFacts, EvaluationRules, EvaluationRecommendation)
    for each in () if entry.edits else filed.facts.proposals:
        if each.id in told and _item(each.id, told[each.id]) != {"id": each.id, "gate": each.gate, "values": each.values}:
            raise BadInput(
                "its documents were checked again after it was filed.",
                where=f"proposal {each.id}",
                todo="Refuse it, and file the evaluation again.",
                code="stale",
            )
    review.record_ranking(entry.subject, entry)
