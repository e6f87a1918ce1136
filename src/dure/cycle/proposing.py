"""Files a decision: facts from the records, or as a person edited them, each edit with both values."""

from collections.abc import Callable
from typing import Any

from dure.cycle.commands.rows import Context
from dure.cycle.filing import file_prepared, prepare_decision, whole_facts
from dure.cycle.handoffs import HandOff
from dure.cycle.naming import require_known_ids
from dure.formats.canonical import plain
from dure.formats.commands.decisions import FileDecision
from dure.formats.edits import Stored, edits_between, no_facts
from dure.formats.errors import BadInput, CheckFailed, Infeasible
from dure.records.journal.models import Entry

FRAME = ("stage", "version")
NO_SUBJECT = ("unknown_id", "invalid", "not_a_period", "empty_period", "period_not_over")


def prepared_facts(handoff: HandOff, subject: str, context: Context) -> dict[str, Any]:
    """The facts as the records give them now, in plain values with their frame."""
    return whole_facts(handoff.decision, plain(handoff.facts(subject, context)))


def filing(handoff: HandOff) -> Callable[[FileDecision, Context], int]:
    """The function that files that decision; it returns the entry's number in the journal."""

    def file(request: FileDecision, context: Context) -> int:
        if request.facts is None:
            facts, edits = handoff.facts(request.subject, context), []
        else:
            facts = {key: value for key, value in request.facts.items() if key not in FRAME}
            edits = _edits(handoff, request.subject, facts, context)
            require_known_ids(handoff.decision, facts)
        return _filed(handoff, request.subject, plain(facts), context=context, edits=edits).seq

    return file


def _filed(handoff: HandOff, subject: str, facts: dict[str, Any], *, context: Context, edits: list[Stored]) -> Entry:
    """File it; each obstacle has its code: `bad_facts`, `infeasible` or `check_failed`."""
    try:
        prepared = prepare_decision(handoff.stage, handoff.decision, subject, facts, context=context, edits=edits)
        handoff.require(subject, prepared.recommendation, context)
        return file_prepared(prepared, context=context)
    except BadInput as error:
        if error.code != "bad_input":
            raise
        raise BadInput(error.what, where=error.where, todo=error.todo, code="bad_facts", detail=error.detail) from error
    except Infeasible as error:
        detail = {"constraint": error.code, **error.detail}
        raise BadInput(error.what, where=f"{handoff.decision} {subject}", code="infeasible", detail=detail) from error
    except CheckFailed as error:
        raise BadInput(
            str(error), todo="Nothing was filed. Report this: decision and checker disagree.", code="check_failed"
        ) from error


def _edits(handoff: HandOff, subject: str, facts: dict[str, Any], context: Context) -> list[Stored]:
    """Where the facts differ from the records; a remark alone where the records give none, of a subject that there is."""
    try:
        recorded = plain(handoff.facts(subject, context))
    except BadInput as error:
        if error.code in NO_SUBJECT:
            raise
        return no_facts(error.code)
    return edits_between(recorded, facts)
