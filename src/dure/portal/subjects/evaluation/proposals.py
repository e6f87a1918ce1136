"""How do the proposals of each call rank, and which portfolio was chosen?"""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from dure.portal.kit.section import section
from dure.portal.kit.shown import Column, Table
from dure.portal.kit.wording.words import name
from dure.portal.subjects.decisions.journal import filed
from dure.portal.subjects.decisions.page import decision_page
from dure.records.journal import queries as journal
from dure.records.procurement import queries as procurement
from dure.records.review import queries as review

DESK = "agency"


def calls(request: HttpRequest) -> HttpResponse:
    """Every call for providers, the last first."""
    rows = [
        {
            "id": name(each.pk),
            "href": reverse(f"{DESK}:call", kwargs={"call_id": each.pk}),
            "title": str(each),
            "opened_at": each.opened_at,
            "closes_at": each.closes_at,
            "budget": each.budget_won,
            "awarded": each.awarded_won,
        }
        for each in procurement.calls().order_by("-opened_at", "-id")
    ]
    columns = [
        Column("id", _("Call"), "link"),
        Column("title", _("Title")),
        Column("opened_at", _("Opened"), "instant"),
        Column("closes_at", _("Closes"), "instant"),
        Column("budget", _("Budget"), "won"),
        Column("awarded", _("Awarded"), "won"),
    ]
    context = {
        "heading": _("Proposals and selection"),
        "says": _("Each call with its ranking and its selection."),
        "sections": [section(Table("calls", _("Calls for providers"), columns, rows), request.GET)],
    }
    return render(request, "dure/desk_list.html", context)


def call(request: HttpRequest, call_id: str) -> HttpResponse:
    """One call: the ranking of its proposals, and the portfolio with its alternatives, as filed last."""
    found = procurement.call(call_id)
    if found is None:
        raise Http404
    panels = [each.pk for each in review.panels(kind="proposal", subject=call_id)]
    subjects = [*(("evaluation", panel) for panel in panels), ("portfolio", call_id)]
    pages = [page for decision, subject in subjects if (page := _last(request, decision, subject))]
    heading = _("Proposals and selection")
    return render(request, "evaluation/proposals.html", {"pages": pages, "heading": f"{heading} · {name(call_id)}"})


def _last(request: HttpRequest, decision: str, subject: str) -> dict[str, Any]:
    """The recommendation on that subject that was filed last, as a page."""
    entry = journal.entries(decision=decision, subject=subject, kind="recommendation").last()
    if entry is None:
        return {}
    files = reverse(f"{DESK}:decision", kwargs={"seq": entry.seq})
    return {"href": files, "page": decision_page(filed(entry), request.GET, files=files, public=False, office=True)}
