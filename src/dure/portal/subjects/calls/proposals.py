"""What a provider has proposed, in which version, and what became of it; to offices from the deadline on, to rivals never."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from dure.portal.kit.lists.bound import Bound
from dure.portal.kit.lists.columns import called, state
from dure.portal.kit.lists.declared import Choice, Column, DateRange, List
from dure.portal.kit.lists.shown import leading_to_subject
from dure.portal.kit.shown import Column as Head
from dure.portal.kit.shown import Table
from dure.records.parties.access import organisations_of
from dure.records.procurement import access, queries

STATES = {
    "sealed": _("Handed in, sealed"),
    "judged": _("Being judged"),
    "awarded": _("Selected for an award"),
    "not_awarded": _("Without an award"),
    "replaced": _("Replaced by a later version"),
}
TONES = {"sealed": "good", "judged": "wait", "awarded": "good", "not_awarded": "plain", "replaced": "plain"}
SENTENCES = {
    "sealed": gettext_noop("It was handed in, and is sealed: until the deadline nobody but you sees it, and you may replace it."),
    "judged": gettext_noop("The call has closed; the proposal is being judged."),
    "awarded": gettext_noop("It was awarded; the awards are at the provider's desk."),
    "not_awarded": gettext_noop("The selection in this call has been made; this proposal received no award."),
    "replaced": gettext_noop("A later version has replaced it; only the latest one counts."),
}


_own_page = leading_to_subject("proposal", "pk")
PROPOSALS = List(
    key="proposals",
    title=_("My proposals"),
    columns=(
        Column(key="id", label=_("Proposal"), kind="code", href=_own_page),
        called("call", _("Title of the call"), "call__title"),
        Column(key="version", label=_("Version"), kind="number"),
        Column(key="submitted_at", label=_("Handed in"), kind="instant"),
        state(STATES, TONES, _("State")),
        Column(key="closes_at", label=_("Deadline"), kind="instant", source="call__closes_at", standard=False),
        Column(key="digest", label=_("SHA-256 of the content"), kind="code", standard=False),
    ),
    order="-submitted_at",
    unique=frozenset({"id"}),
    filters=(
        Choice(key="state", label=_("State"), choices=STATES.items),
        DateRange(key="submitted", label=_("Handed in"), field="submitted_at"),
    ),
    empty=_(
        "You have handed in no proposal. Each version that you submit to an open call stands here, with its time and what "
        "became of it."
    ),
)


def own_proposals(person: Any) -> Bound:
    """Every version that the person's own organisations have handed in."""
    mine = access.visible_proposals(person).filter(provider__in=organisations_of(person, "provider"))
    return Bound(PROPOSALS, queries.with_state(mine, timezone.now()), "provider")


def lots_table(content: Mapping[str, Any]) -> Table:
    """What was offered: a row for each quantity of each lot."""
    columns = [
        Head("lot", gettext("Lot"), "code"), Head("gpu_model", gettext("GPU model")),
        Head("service_on", gettext("First day of service"), "date"),
        Head("servers", gettext("Servers"), "number"), Head("own_use", gettext("Own-use servers"), "number"),
        Head("amount", gettext("Price"), "money"),
    ]  # fmt: skip
    return Table(
        "lots", gettext("What was offered"), columns, list(_steps(content)), public=False, empty=gettext("It offers no lot.")
    )


def _steps(content: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for lot in content.get("lots") or ():
        for step in lot.get("steps") or ():
            yield {
                "lot": lot.get("id"),
                "gpu_model": lot.get("gpu_model"),
                "service_on": lot.get("service_on"),
                "servers": step.get("servers"),
                "own_use": step.get("own_use_servers", 0),
                "amount": step.get("price_amount"),
            }
