"""The panels with their seats and sheets: how far is each?"""

from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from dure.portal.kit.lists.answering import respond
from dure.portal.kit.lists.bound import Bound
from dure.portal.kit.lists.columns import worded, words_of
from dure.portal.kit.lists.declared import Choice, Column, DateRange, List
from dure.records.review import queries

KINDS = {"proposal": _("Proposals"), "application": _("Applications")}
PANELS = List(
    key="panels",
    title=_("Panels"),
    columns=(
        worded("id", _("Panel")),
        Column(key="kind", label=_("Judges"), show=lambda row: str(KINDS[row["kind"]])),
        worded("subject", _("Call")),
        Column(key="seats", label=_("Seats"), kind="number", source="seats_now"),
        Column(key="sheets", label=_("Sheets handed in"), kind="number", source="sheets_now"),
        Column(key="seated_at", label=_("Seated"), kind="instant"),
        Column(key="locked_at", label=_("Locked"), kind="instant", nullable=True),
    ),
    order="-seated_at",
    unique=frozenset({"id"}),
    filters=(
        Choice(key="subject", label=_("Call"), choices=words_of(queries.panel_subjects)),
        Choice(key="kind", label=_("Judges"), choices=KINDS.items),
        Choice(
            key="open", label=_("State"), choices=lambda: (("open", _("Open")), ("locked", _("Locked"))),
            where=lambda value: Q(locked_at__isnull=value == "open"),
        ),
        DateRange(key="seated", label=_("Seated"), field="seated_at"),
    ),
    search=lambda word: Q(id__icontains=word) | Q(subject__icontains=word),
    searched=_("Panel or call"),
    empty=_("No panel has been seated. A panel is seated when a call's items are to be judged."),
)  # fmt: skip


def panels(request: HttpRequest) -> HttpResponseBase:
    """Every panel, the last first."""
    context = {"heading": _("Panels"), "says": _("Who judges what: seats, sheets handed in, and whether scoring has ended.")}
    return respond(request, [Bound(PANELS, queries.panels_with_counts(), "agency")], context)
