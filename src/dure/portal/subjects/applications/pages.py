"""What does the agency work on? Proposals and their ranking, applications and what became of each."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from dure.portal.kit.downloads import as_csv
from dure.portal.kit.section import section
from dure.portal.kit.shown import Column, Figure, Table
from dure.portal.kit.wording.numbers import number
from dure.portal.kit.wording.words import name
from dure.portal.subjects.applications.page import application_page
from dure.portal.subjects.applications.state import granted_servers, state_of
from dure.portal.subjects.decisions.journal import organisation_names
from dure.portal.subjects.decisions.reasons import said_of
from dure.records.allocation import queries as allocation
from dure.records.demand import access as demand_access
from dure.records.demand import queries as demand


def applications_table(person: Any) -> Table:
    """All applications with organisation, sector, what was asked and given, and why."""
    names = organisation_names()
    rows = []
    found: Any = allocation.with_results(demand_access.visible_applications(person)).order_by("id")
    for each in found:
        state, tone = state_of(each)
        rows.append(
            {
                "id": each.pk,
                "href": reverse("agency:application", kwargs={"key": each.pk}),
                "title": each.title,
                "organisation": names.get(each.organisation_id, each.organisation_id),
                "sector": name(each.sector),
                "servers": each.servers,
                "weeks": each.weeks,
                "granted": granted_servers(each),
                "state": state,
                "state_tone": tone,
                "reason": said_of(each.reason_code) if each.reason_code else "",
                "submitted_at": each.submitted_at,
            }
        )
    columns = [
        Column("id", _("No."), "link"),
        Column("title", _("Title")),
        Column("organisation", _("Organisation")),
        Column("sector", _("Sector")),
        Column("servers", _("Servers asked"), "number"),
        Column("weeks", _("Weeks"), "number"),
        Column("granted", _("Servers given"), "number"),
        Column("state", _("State"), "badge"),
        Column("reason", _("Why")),
    ]
    return Table("applications", _("Applications"), columns, rows)


def applications(request: HttpRequest) -> HttpResponse:
    """The applications: search, sort, filter, turn over."""
    table = applications_table(request.user)
    chosen = sum(bool(row["granted"]) for row in table.rows)
    context = {
        "heading": _("Applications"),
        "says": _("Every application with its result and the reason."),
        "figures": [
            Figure(_("Applications"), number(len(table.rows))),
            Figure(_("Servers asked"), number(sum(row["servers"] for row in table.rows))),
            Figure(_("Chosen"), number(chosen)),
            Figure(_("Servers given"), number(sum(row["granted"] or 0 for row in table.rows))),
        ],
        "sections": [section(table, request.GET, files=reverse("agency:applications"), filter_by="state")],
    }
    return render(request, "dure/desk_list.html", context)


def applications_file(request: HttpRequest) -> HttpResponse:
    """The list as CSV."""
    return as_csv(applications_table(request.user), name="dure-applications")


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
