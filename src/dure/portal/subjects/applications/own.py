"""What became of one's own applications?"""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from dure.portal.kit.shown import Column, Table
from dure.portal.kit.wording.words import name
from dure.portal.subjects.applications.page import application_page
from dure.portal.subjects.applications.state import granted_servers, state_of
from dure.records.allocation import queries as allocation
from dure.records.demand import access as demand_access
from dure.records.demand import queries as demand
from dure.records.parties.access import organisations_of

DESK = "applicant"


def _own(person: Any) -> Any:
    """The person's own, even where another desk of theirs would see all."""
    return demand_access.visible_applications(person).filter(organisation__in=organisations_of(person, DESK))


def applications_table(person: Any) -> Table:
    """The applications of the person's organisations, with what each round gave them."""
    rows = []
    for each in allocation.with_results(_own(person)).order_by("id"):
        state, tone = state_of(each)
        rows.append(
            {
                "title": each.title,
                "href": reverse("applicant:application", kwargs={"key": each.pk}),
                "id": each.pk,
                "sector": name(each.sector),
                "servers": each.servers,
                "weeks": each.weeks,
                "granted": granted_servers(each),
                "state": state,
                "state_tone": tone,
                "submitted_at": each.submitted_at,
            }
        )
    columns = [
        Column("title", _("Title"), "link"),
        Column("id", _("No."), "code"),
        Column("sector", _("Sector")),
        Column("servers", _("Servers asked"), "number"),
        Column("weeks", _("Weeks"), "number"),
        Column("granted", _("Servers given"), "number"),
        Column("state", _("State"), "badge"),
        Column("submitted_at", _("Submitted"), "instant"),
    ]
    return Table("applications", _("My applications"), columns, rows)


def application(request: HttpRequest, key: str) -> HttpResponse:
    """One of the person's own applications from end to end."""
    found = demand.application(key)
    if found is None or not _own(request.user).filter(pk=key).exists():
        raise Http404
    context = {"page": application_page(found, request.GET), "back": reverse("applicant:list"), "back_label": name(DESK)}
    return render(request, "applications/application.html", context)
