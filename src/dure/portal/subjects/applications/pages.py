"""What does the agency work on? Applications and what became of each."""

from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from dure.portal.kit.lists.answering import respond
from dure.portal.kit.lists.bound import Bound, Found
from dure.portal.kit.shown import Figure
from dure.portal.kit.wording.numbers import number
from dure.portal.subjects.applications.lists import APPLICATIONS
from dure.portal.subjects.applications.page import application_page
from dure.portal.subjects.documents.shown import documents_of
from dure.portal.subjects.rounds.summary import again
from dure.records.allocation import queries as allocation
from dure.records.demand import access as demand_access
from dure.records.demand import queries as demand


def applications(request: HttpRequest) -> HttpResponseBase:
    """The applications: search, sort, filter, turn over, take along."""
    context = {"heading": _("Applications"), "says": _("Every application with its result and the reason.")}
    rows = allocation.with_results(demand_access.visible_applications(request.user))
    return respond(request, [Bound(APPLICATIONS, rows, "agency")], context, figures=_figures)


def _figures(found: Sequence[Found]) -> list[Figure]:
    """The totals of the call that the list is narrowed to, or of all; they say which."""
    call = found[0].asked.one("user_call") if "user_call" not in found[0].errors else ""
    totals = allocation.application_totals(call or None)
    over = _("over %(n)s calls") % {"n": number(totals["calls"])} if totals["calls"] > 1 else ""
    whose = _("of the call chosen") if call else over
    return [
        Figure(_("Applications"), number(totals["applications"]), whose),
        Figure(_("Servers asked"), number(totals["asked"]), whose),
        Figure(_("Chosen"), number(totals["chosen"]), "; ".join(filter(None, (whose, again(totals["chosen_again"]))))),
        Figure(_("Servers given"), number(totals["granted"]), "; ".join(filter(None, (whose, again(totals["granted_again"]))))),
    ]


def application(request: HttpRequest, key: str) -> HttpResponse:
    """One application from end to end."""
    found = demand.application(key)
    if found is None or not demand_access.sees(request.user, found):
        raise Http404
    context = {
        "page": application_page(found, request.GET),
        "documents": documents_of("application", key, request.user),
        "back": reverse("agency:applications"),
        "back_label": _("Applications"),
    }
    return render(request, "applications/application.html", context)
