"""A named person's yes or no. A yes takes effect in the same transaction, or not at all."""

from typing import Any

from dure.cycle.approvals import barred, requirement
from dure.cycle.commands.rows import Context, State
from dure.cycle.evidence import keys
from dure.cycle.handoffs import handoff_of
from dure.cycle.lookup import found
from dure.formats.commands.decisions import ApproveDecision, RefuseDecision
from dure.formats.errors import Refused
from dure.records.journal import actions, queries
from dure.records.journal.models import Entry


def approve(request: ApproveDecision, context: Context) -> dict[str, Any]:
    """Sign; with the last signature needed the recommendation is carried out. Returns whether it was."""
    entry = _answerable(request, context)
    signed = [each.who_id for each in queries.signatures(entry)]
    if not context.person.as_one.isdisjoint(signed):
        raise Refused("you have signed it.", where=f"journal entry {entry.seq}", todo="Another must sign.", code="four_eyes")
    missing = requirement(entry, context).signatures - len(signed) - 1
    if missing > 0:
        keys.keep(request, entry, context, answer="approval")
        actions.sign(entry=entry, who=context.person, note=request.note, at=context.at)
        return {"entry": entry.seq, "approved": False, "signatures_missing": missing}
    keys.keep(request, entry, context, answer="approval")
    actions.approve(entry=entry, approved_by=context.person, note=request.note, at=context.at)
    handoff_of(entry).carry_out(found(queries.find(entry.seq), "journal entry", str(entry.seq)))
    return {"entry": entry.seq, "approved": True, "signatures_missing": 0}


def refuse(request: RefuseDecision, context: Context) -> int:
    """Refuse with the reason; it can never take effect. Returns the entry's number."""
    entry = _answerable(request, context)
    keys.keep(request, entry, context, answer="refusal")
    actions.refuse(entry=entry, refused_by=context.person, note=request.note, at=context.at)
    return entry.seq


def _answerable(request: ApproveDecision | RefuseDecision, context: Context) -> Entry:
    entry = _entry(request.entry)
    if why := barred(entry, context.person, context):
        raise why
    return entry


def _entry(seq: int) -> Entry:
    entry = queries.find(seq)
    return found(entry if entry and entry.is_recommendation else None, "recommendation", str(seq))


def _state(request: ApproveDecision | RefuseDecision, context: Context) -> str:
    del context
    entry = _entry(request.entry)
    return "waiting" if entry.is_pending else "approved" if entry.is_approved else "refused"


STATE = State(("waiting", "approved", "refused"), _state)
