"""What has this evaluator to judge? Only their own seats, and no more of an item than its name."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dure.portal.kit.lists.answering import respond
from dure.portal.kit.lists.bound import Bound
from dure.portal.kit.lists.columns import state, worded
from dure.portal.kit.lists.declared import Choice, Column, DateRange, List, Row, Text
from dure.portal.kit.shown import Figure
from dure.portal.kit.wording.numbers import number
from dure.records.review import access, queries

STATES = {"due": _("To be scored"), "given": _("Sheet handed in"), "locked": _("Locked"), "recused": _("Stepped back")}
OPEN = frozenset({"due", "given"})  # while a conflict can be declared
TONES = {"due": "wait", "given": "good", "locked": "plain", "recused": "plain"}


def _sheet(row: Row, _desk: str) -> str:
    return reverse("reviewer:sheet", kwargs={"panel_id": row["panel"], "item": row["item"]})


def stepping_back(panel: str, code: str, item: str) -> str:
    """The page on which the evaluator of that code declares a conflict about the item."""
    address = reverse("acts:act", kwargs={"name": "declare_conflict"})
    return f"{address}?{urlencode({'panel': panel, 'evaluator': code, 'item': item})}"


def _step_back(row: Row, _desk: str) -> str:
    return stepping_back(row["panel"], row["evaluator"], row["item"]) if row["state"] in OPEN else ""


ASSIGNMENTS = List(
    key="assignments",
    title=_("My assignments"),
    columns=(
        Column(
            key="title", label=_("Proposal or application"), uses=("panel", "item"), href=_sheet,
        ),
        Column(key="item", label=_("No."), kind="code"),
        worded("panel", _("Panel"), source="seat__panel_id"),
        Column(key="evaluator", label=_("My code"), kind="code", source="seat__code"),
        state(STATES, TONES, _("State"), source="progress"),
        Column(key="points", label=_("Points given"), kind="number", nullable=True),
        Column(key="submitted_at", label=_("Handed in"), kind="instant", nullable=True),
        Column(
            key="conflict", label=_("Conflict of interest"), source="", sortable=False,
            uses=("panel", "evaluator", "item", "state"),
            show=lambda row: gettext("Declare a conflict of interest") if row["state"] in OPEN else "",
            href=_step_back,
        ),
    ),
    order="state",  # the codes of the states sort in the order of what is to be done
    filters=(
        Choice(key="state", label=_("State"), choices=STATES.items, field="progress"),
        Text(key="panel", label=_("Panel"), field="seat__panel__id"),  # a list of panels would show those of others
        DateRange(key="submitted", label=_("Handed in"), field="submitted_at"),
    ),
    search=queries.assignments_matching,
    searched=_("Number, title of an application, or provider"),
    empty=_(
        "Nothing is assigned to you. Items appear when you have a seat on a panel, and proposals once their call has closed."
    ),
)  # fmt: skip


def assignments(request: HttpRequest) -> HttpResponseBase:
    """What is to be judged, sheet by sheet, and what was handed in."""
    rows = queries.with_progress(access.visible_assignments(request.user))
    context = {
        "heading": gettext("Reviewer desk"),
        "says": gettext("You see your own sheets only; nobody sees another's before the panel is locked."),
        "figures": _figures(queries.progress_totals(rows)),
    }
    return respond(request, [Bound(ASSIGNMENTS, rows, "reviewer")], context)


def _figures(totals: dict[str, int]) -> list[Figure]:
    due, given = totals.get("due", 0), totals.get("given", 0)
    return [
        Figure(gettext("Assigned to me"), number(sum(totals.values()))),
        Figure(gettext("Still to be scored"), number(due), tone="warn" if due else ""),
        Figure(gettext("Can still be changed"), number(due + given)),
    ]


def name_of_item(assignment: Any) -> str:
    """What an evaluator calls the item: an application by its title, a proposal by its provider."""
    return str(assignment.title)
