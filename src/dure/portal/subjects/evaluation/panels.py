"""The panels with their seats and sheets: how far is each?"""

from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dure.portal.kit.lists.answering import respond
from dure.portal.kit.lists.bound import Bound
from dure.portal.kit.lists.columns import worded
from dure.portal.kit.lists.declared import Choice, Column, DateRange, List, Row
from dure.portal.kit.wording.words import name
from dure.records.review import queries
from dure.records.titles import titles, with_titles_of_calls

CALLS = {"proposal": "call", "application": "user_call"}
KINDS = {"proposal": _("Proposals"), "application": _("Applications")}


def _call(row: Row, _desk: str) -> str:
    return reverse("objects:one", kwargs={"kind": CALLS[row["kind"]], "key": row["subject"]})


def _calls() -> list[tuple[str, str]]:
    """The calls whose items some panel judges, by title."""
    ids = queries.panel_subjects()
    found = {key: each.title for (_kind, key), each in titles(dict.fromkeys(CALLS.values(), ids)).items()}
    return [(key, found.get(key, key)) for key in ids]


def _title(row: Row) -> str:
    return row["call"] or name(row["subject"])


PANELS = List(
    key="panels",
    title=_("Panels"),
    columns=(
        worded("id", _("Panel")),
        Column(key="kind", label=_("Judges"), show=lambda row: str(KINDS[row["kind"]])),
        Column(
            key="call", label=_("Call"), source="t_said", nullable=True, uses=("kind",), show=_title,
            href=_call, beneath=Column(key="subject", label=_("Id of the call"), kind="code"),
        ),
        Column(key="seats", label=_("Seats"), kind="number", source="seats_now"),
        Column(key="sheets", label=_("Sheets handed in"), kind="number", source="sheets_now"),
        Column(key="seated_at", label=_("Seated"), kind="instant"),
        Column(key="locked_at", label=_("Locked"), kind="instant", nullable=True),
    ),
    order="-seated_at",
    unique=frozenset({"id"}),
    extra={"subject": "subject"},
    filters=(
        Choice(key="subject", label=_("Call"), choices=_calls),
        Choice(key="kind", label=_("Judges"), choices=KINDS.items),
        Choice(
            key="open", label=_("State"), choices=lambda: (("open", _("Open")), ("locked", _("Locked"))),
            where=lambda value: Q(locked_at__isnull=value == "open"),
        ),
        DateRange(key="seated", label=_("Seated"), field="seated_at"),
    ),
    search=lambda word: Q(
        *((f"{field}__icontains", word) for field in ("id", "subject", "t_words")), _connector=Q.OR
    ),
    searched=_("Panel or call"),
    empty=_("No panel has been seated. A panel is seated when a call's items are to be judged."),
)  # fmt: skip


def panels(request: HttpRequest) -> HttpResponseBase:
    """Every panel, the last first."""
    context = {"heading": _("Panels"), "says": _("Who judges what: seats, sheets handed in, and whether scoring has ended.")}
    return respond(request, [Bound(PANELS, with_titles_of_calls(queries.panels_with_counts()), "agency")], context)
