"""What are the parts of a decision's facts called? As the form's fields where these have the name, else by this table."""

from django.utils.translation import gettext, gettext_noop

from dure.portal.kit.form.labels import LABELS

FACTS = {
    "on": gettext_noop("Rules as of"),
    "appropriation_won": gettext_noop("Appropriation"),
    "commitments": gettext_noop("Commitments"),
    "payments": gettext_noop("Payments"),
    "proposals": gettext_noop("Proposals"),
    "evaluators": gettext_noop("Evaluators"),
    "scores": gettext_noop("Score sheets"),
    "recusals": gettext_noop("Recusals"),
    "budget_won": gettext_noop("Budget of the call"),
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
    "paid": gettext_noop("Paid"),
    "previous": gettext_noop("Earlier bills"),
    "off_purpose": gettext_noop("Used off purpose"),
}


def part_name(key: str) -> str:
    """The part's name in the reader's language; the bare key where nobody has named it."""
    text = FACTS.get(key) or LABELS.get(key)
    return gettext(text) if text else key
