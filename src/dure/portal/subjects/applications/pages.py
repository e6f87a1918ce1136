"""What does the agency work on? Applications and what became of each."""

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from dure.portal.kit.lists.answering import respond
from dure.portal.kit.lists.bound import Bound
from dure.portal.kit.shown import Figure
from dure.portal.kit.wording.numbers import number
from dure.portal.subjects.applications.lists import APPLICATIONS
from dure.portal.subjects.applications.page import application_page
from dure.records.allocation import queries as allocation
from dure.records.demand import access as demand_access
from dure.records.demand import queries as demand


def applications(request: HttpRequest) -> HttpResponseBase:
    """The applications: search, sort, filter, turn over, take along."""
    totals = allocation.application_totals()
    context = {
        "heading": _("Applications"),
        "says": _("Every application with its result and the reason."),
        "figures": [
            Figure(_("Applications"), number(totals["applications"])),
            Figure(_("Servers asked"), number(totals["asked"])),
            Figure(_("Chosen"), number(totals["chosen"])),
            Figure(_("Servers given"), number(totals["granted"])),
        ],
    }
    rows = allocation.with_results(demand_access.visible_applications(request.user))
    return respond(request, [Bound(APPLICATIONS, rows, "agency")], context)


def application(request: HttpRequest, key: str) -> HttpResponse:
    """One application from end to end."""
    found = demand.application(key)
    if found is None or not demand_access.visible_applications(request.user).filter(pk=key).exists():
        raise Http404
    context = {
        "page": application_page(found, request.GET),
        "back": reverse("agency:applications"),
        "back_label": _("Applications"),
    }
    return render(request, "applications/application.html", context)
