"""The ministry divides the appropriation into lines; from then on nothing is committed beyond a line's room."""

from dure.cycle.filing import Desk, file_decision
from dure.formats.errors import BadInput
from dure.records.funding import actions, queries
from dure.records.funding.models import Appropriation
from dure.records.journal.models import Entry


def recommend(*, programme: str, desk: Desk) -> Entry:
    """File how the programme's appropriation is divided, and what room each line has."""
    facts = queries.budget_facts(_appropriation(programme))
    return file_decision("budget", programme, facts, desk=desk)


def carry_out(entry: Entry) -> None:
    """Set the lines as approved."""
    envelopes = entry.recommendation_value()["envelopes"]
    actions.set_lines(
        appropriation=_appropriation(entry.subject), lines={each["line"]: each["won"] for each in envelopes}, entry=entry
    )


def _appropriation(programme: str) -> Appropriation:
    found = queries.appropriation(programme=programme)
    if found is None:
        raise BadInput("nothing has been appropriated.", where=f"programme {programme}", todo="Record the appropriation first.")
    return found
