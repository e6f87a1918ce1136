"""What are the parts of a decision's facts called? As the form's fields where these have the name, else by this table."""

from django.utils.translation import gettext, gettext_noop

from dure.portal.kit.form.fields import Field
from dure.portal.kit.form.labels import LABELS, label

FACTS = {
    "on": gettext_noop("Rules as of"),
    "appropriation_amount": gettext_noop("Appropriation"),
    "commitments": gettext_noop("Commitments"),
    "payments": gettext_noop("Payments"),
    "proposals": gettext_noop("Proposals"),
    "evaluators": gettext_noop("Evaluators"),
    "scores": gettext_noop("Score sheets"),
    "recusals": gettext_noop("Recusals"),
    "budget_amount": gettext_noop("Budget of the call"),
    "gpu_models": gettext_noop("GPU models"),
    "as_of": gettext_noop("As of"),
    "applicants": gettext_noop("Applicants"),
    "applications": gettext_noop("Applications"),
    "leases": gettext_noop("Leases"),
    "grants": gettext_noop("Grants"),
    "node_names": gettext_noop("Node names"),
    "from": gettext_noop("From"),
    "to": gettext_noop("To"),
    "notices": gettext_noop("Notices"),
    "appeals": gettext_noop("Appeals"),
    "waiting": gettext_noop("Waiting list"),
    "price_book": gettext_noop("Price book"),
    "usage": gettext_noop("Usage"),
    "paid": gettext_noop("Received"),
    "previous": gettext_noop("Earlier bills"),
    "off_purpose": gettext_noop("Used off purpose"),
    # parts of the parts
    "answer_accepted": gettext_noop("Answer accepted"),
    "answered_on": gettext_noop("Day of the answer"),
    "arrived_at": gettext_noop("Time of arrival"),
    "because": gettext_noop("Ground"),
    "billed_amount": gettext_noop("Billed"),
    "committed_on": gettext_noop("Day of the commitment"),
    "current": gettext_noop("Share in force"),
    "demand": gettext_noop("Part of the demand"),
    "from_week": gettext_noop("From week"),
    "gap_gpu_hours": gettext_noop("GPU-hours not metered"),
    "gpu_hours": gettext_noop("GPU-hours"),
    "in_service": gettext_noop("In service"),
    "in_service_from": gettext_noop("In service from"),
    "in_service_to": gettext_noop("In service until"),
    "line": gettext_noop("Budget line"),
    "PreviousLine.line": gettext_noop("Line of the bill"),
    "list_amount": gettext_noop("List price"),
    "mode": gettext_noop("Kind of access"),
    "months": gettext_noop("Months"),
    "open_obligations": gettext_noop("Open obligations"),
    "outages": gettext_noop("Out of service"),
    "partition": gettext_noop("Partition"),
    "place": gettext_noop("Place on the list"),
    "pods": gettext_noop("Pods"),
    "proposal": gettext_noop("Proposal"),
    "rank": gettext_noop("Rank"),
    "rate": gettext_noop("Part borne by the user"),
    "report_due_on": gettext_noop("Report due"),
    "report_received_on": gettext_noop("Report received"),
    "results": gettext_noop("Part of the results"),
    "revenue_amount": gettext_noop("Revenue"),
    "score": gettext_noop("Score"),
    "sent_on": gettext_noop("Day of the notice"),
    "site_points": gettext_noop("Points of the inspection"),
    "stage": gettext_noop("Decision"),
    "support_amount": gettext_noop("Borne by the programme"),
    "to_week": gettext_noop("To week"),
    "usage_digest": gettext_noop("SHA-256 of the usage"),
    "verified": gettext_noop("Verified"),
    "version": gettext_noop("Version of the format"),
    "amount": gettext_noop("Amount"),
    "price_per_gpu_hour": gettext_noop("Price per GPU-hour"),
    "SectorSignals.priority": gettext_noop("Policy priority"),
    "Application.priority": gettext_noop("Priority"),
    "Application.pod": gettext_noop("Servers on one network"),
    "Applicant.kind": gettext_noop("Kind of organisation"),
    "Organisation.kind": gettext_noop("Kind of organisation"),
    "Achievement.kind": gettext_noop("Kind of result"),
}


def part_name(key: str) -> str:
    """The part's name in the reader's language; the bare key where nobody has named it."""
    text = FACTS.get(key) or LABELS.get(key)
    return gettext(text) if text else key


def title_of(field: Field) -> str:
    """What a field of facts is called: as facts name it, else as forms do."""
    key = field.key
    text = FACTS.get(f"{field.struct}.{key}") or FACTS.get(key)
    return gettext(text) if text else label(field)
