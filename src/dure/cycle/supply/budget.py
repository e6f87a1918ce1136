"""The ministry divides the appropriation into lines; from then on nothing is committed beyond a line's room."""

from typing import Any

from dure.cycle.commands.rows import Context
from dure.cycle.lookup import found, require_happened
from dure.formats.commands.funding import Appropriate, PayCommitment
from dure.formats.edits import edit_in
from dure.formats.errors import BadInput
from dure.formats.stages.budget import BudgetFacts, BudgetRecommendation, BudgetRules
from dure.records.funding import actions, queries
from dure.records.funding.models import Appropriation
from dure.records.journal.filed import Filed
from dure.records.journal.models import Entry


def appropriate(request: Appropriate, context: Context) -> str:
    """Record the appropriation, or its corrected amount; returns its day."""
    programme, day = context.programme, request.appropriated_on
    require_happened(day, context, where="appropriated_on")
    if request.instead_of is not None:
        actions.correct_appropriation(
            programme=programme, appropriated_on=day, amount=request.amount, instead_of=request.instead_of
        )
    elif queries.appropriation(programme=programme, appropriated_on=day) is not None:
        raise BadInput(
            "an appropriation of that day is recorded already.",
            where="appropriated_on",
            todo="Name the amount recorded before, where this one corrects it.",
            code="id_taken",
        )
    else:
        actions.appropriate(programme=programme, amount=request.amount, appropriated_on=day)
    return day.isoformat()


def pay(request: PayCommitment, context: Context) -> str:
    """Pay an instalment; returns its reference."""
    require_happened(request.paid_on, context, where="paid_on")
    commitment = found(queries.commitment(request.commitment), "commitment", request.commitment)
    return actions.pay(
        commitment=commitment, reference=request.reference, amount=request.amount, paid_on=request.paid_on
    ).reference


def facts(subject: str, context: Context) -> dict[str, Any]:
    """How the appropriation of that day is committed and paid."""
    return queries.budget_facts(_appropriation(context.programme, subject))


def carry_out(entry: Entry) -> None:
    """Set the lines as approved; refused where the amount was corrected after it was filed."""
    filed, appropriation = Filed(entry, BudgetFacts, BudgetRules, BudgetRecommendation), _of_entry(entry)
    edit = edit_in(entry.edits, "appropriation_amount", "appropriation_won")
    recorded = edit.before if edit else filed.facts.appropriation_amount
    if recorded != appropriation.amount:
        raise BadInput(
            "the amount was corrected after it was filed.",
            where=f"journal entry {entry.seq}",
            todo="Refuse it, and file the budget again.",
            code="stale",
        )
    lines = {each.line: each.amount for each in filed.recommendation.envelopes}
    actions.set_lines(appropriation=appropriation, lines=lines, entry=entry)


def _of_entry(entry: Entry) -> Appropriation:
    """What the entry divides; until November 2026 its subject was the programme, of which it divided the latest."""
    if entry.subject == entry.programme:
        return found(queries.appropriations(programme=entry.programme).last(), "appropriation", entry.subject)
    return _appropriation(entry.programme, entry.subject)


def _appropriation(programme: str, day: str) -> Appropriation:
    known = queries.appropriations(programme=programme)
    return found(next((each for each in known if each.appropriated_on.isoformat() == day), None), "appropriation", day)
