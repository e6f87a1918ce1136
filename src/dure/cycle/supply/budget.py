"""The ministry divides the appropriation into lines; from then on nothing is committed beyond a line's room."""

from typing import Any

from dure.cycle.commands.rows import Context
from dure.cycle.lookup import found
from dure.formats.commands.funding import Appropriate, PayCommitment
from dure.formats.errors import BadInput
from dure.records.funding import actions, queries
from dure.records.funding.models import Appropriation
from dure.records.journal.models import Entry


def appropriate(request: Appropriate, context: Context) -> str:
    """Record the appropriation; returns the programme."""
    actions.appropriate(programme=context.programme, won=request.amount, appropriated_on=request.appropriated_on)
    return context.programme


def pay(request: PayCommitment, context: Context) -> str:
    """Pay an instalment; returns its reference."""
    del context
    commitment = found(queries.commitment(request.commitment), "commitment", request.commitment)
    return actions.pay(commitment=commitment, reference=request.reference, won=request.amount, paid_on=request.paid_on).reference


def facts(subject: str, context: Context) -> dict[str, Any]:
    """How the programme's appropriation is committed and paid."""
    found(subject if subject == context.programme else None, "programme", subject)
    return queries.budget_facts(_appropriation(subject))


def carry_out(entry: Entry) -> None:
    """Set the lines as approved."""
    envelopes = entry.recommendation_value()["envelopes"]
    actions.set_lines(
        appropriation=_appropriation(entry.subject), lines={each["line"]: each["won"] for each in envelopes}, entry=entry
    )


def _appropriation(programme: str) -> Appropriation:
    appropriation = queries.appropriation(programme=programme)
    if appropriation is None:
        raise BadInput(
            "nothing has been appropriated.",
            where=f"programme {programme}",
            todo="Record the appropriation first.",
            code="no_appropriation",
        )
    return appropriation
