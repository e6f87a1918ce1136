"""Rows: each decision filed from the records, and the answer to it."""

from collections.abc import Callable

from dure.cycle import approving
from dure.cycle.commands.rows import Row, at, gettext_noop
from dure.cycle.handoffs import HANDOFFS, HandOff
from dure.cycle.proposing import filing
from dure.formats.commands.decisions import ApproveDecision, FileDecision, RefuseDecision

LABELS = {
    "budget": gettext_noop("File the budget"),
    "evaluation": gettext_noop("File the evaluation"),
    "portfolio": gettext_noop("File the selection of providers"),
    "buildout": gettext_noop("File the build-out forecast"),
    "demand": gettext_noop("File the demand estimate"),
    "shares": gettext_noop("File the sector shares"),
    "eligibility": gettext_noop("File the eligibility"),
    "ranking": gettext_noop("File the ranking of applications"),
    "allocation": gettext_noop("File the allocation"),
    "provisioning": gettext_noop("File the provisioning"),
    "metering": gettext_noop("File the metering"),
    "burden": gettext_noop("File the burden"),
    "settlement": gettext_noop("File the settlement"),
    "outcomes": gettext_noop("File the outcomes"),
    "reclaim": gettext_noop("File the reclaim"),
    "new_shares": gettext_noop("File new sector shares"),
}
ANSWERING = ("ministry", "agency", "operator")  # which of them answers which decision is the rule `approvals`


def about(handoff: HandOff) -> Callable[[FileDecision], str]:
    """The subject of that decision, as KIND/ID."""
    kind = handoff.about.replace(" ", "_")
    return lambda command: f"{kind}/{command.subject}"


ROWS = (
    *(
        Row(
            f"file_{each.name}",
            FileDecision,
            filing(each),
            at(*each.desks),
            LABELS[each.name],
            about=about(each),
        )
        for each in HANDOFFS
    ),
    Row("approve_decision", ApproveDecision, approving.approve, at(*ANSWERING), gettext_noop("Approve"),
        about=lambda command: f"entry/{command.entry}", state=approving.STATE, while_=("waiting",), step_up=True),
    Row("refuse_decision", RefuseDecision, approving.refuse, at(*ANSWERING), gettext_noop("Refuse"),
        about=lambda command: f"entry/{command.entry}", state=approving.STATE, while_=("waiting",), step_up=True),
)  # fmt: skip
