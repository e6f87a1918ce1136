"""What does the agency work on? Proposals and their ranking, applications and what became of each."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dure.portal.agency import rounds
from dure.portal.shared import in_force
from dure.portal.shared.application_page import application_page
from dure.portal.shared.chrome import DESK_MENUS
from dure.portal.shared.decision_page import decision_page, section
from dure.portal.shared.desk_pages import official_routes, working_list
from dure.portal.shared.downloads import as_csv
from dure.portal.shared.explain.allocation import application_rows
from dure.portal.shared.gate import Route
from dure.portal.shared.journal import filed, latest, organisation_names
from dure.portal.shared.shown import Column, Figure, Table
from dure.portal.shared.wording.numbers import number
from dure.portal.shared.wording.words import name
from dure.records.demand import access as demand_access
from dure.records.demand import queries as demand
from dure.records.journal import queries as journal

DESK = "agency"
DESK_MENUS[DESK] = [
    ("agency:list", gettext_noop("Working list")),
    ("agency:proposals", gettext_noop("Proposals and selection")),
    ("agency:applications", gettext_noop("Applications")),
    rounds.MENU,
]


def waiting(request: HttpRequest) -> HttpResponse:
    """What waits for the agency, and what was decided."""
    return working_list(
        request, desk=DESK, says=_("Calls, panels, agreements, rounds and settlement: what you file, another person approves.")
    )


def proposals(request: HttpRequest) -> HttpResponse:
    """The ranking of the proposals, and the portfolio with its alternatives."""
    entries = in_force.by_stage(journal.entries(kind="recommendation"))
    found = [entries["evaluation"][-1:], entries["portfolio"][-1:]]
    pages = []
    for entry in (each[0] for each in found if each):
        files = reverse(f"{DESK}:decision", kwargs={"seq": entry.seq})
        pages.append({"href": files, "page": decision_page(filed(entry), request.GET, files=files, public=False)})
    return render(request, "agency/proposals.html", {"pages": pages, "heading": _("Proposals and selection")})


def applications_table(person: Any) -> Table:
    """All applications with organisation, sector, what was asked and given, and why."""
    round_ = latest("allocation")
    results = {row["application"]: row for row in application_rows(round_)} if round_ else {}
    eligible = latest("eligibility")
    refused = {each["application"] for each in eligible.recommendation["results"] if not each["eligible"]} if eligible else set()
    names = organisation_names()
    fields = ("id", "title", "organisation_id", "sector", "servers", "weeks", "submitted_at")
    rows = []
    for each in demand_access.visible_applications(person).order_by("id").values(*fields):
        result = results.get(each["id"])
        state, tone = _state(each["id"], result, refused)
        rows.append(
            {
                "id": each["id"],
                "href": reverse("agency:application", kwargs={"key": each["id"]}),
                "title": each["title"],
                "organisation": names.get(each["organisation_id"], each["organisation_id"]),
                "sector": name(each["sector"]),
                "servers": each["servers"],
                "weeks": each["weeks"],
                "score": result["score"] if result else None,
                "granted": result["granted"] if result else None,
                "state": state,
                "state_tone": tone,
                "reason": result["reason"] if result else "",
                "submitted_at": each["submitted_at"],
            }
        )
    columns = [
        Column("id", _("No."), "link"),
        Column("title", _("Title")),
        Column("organisation", _("Organisation")),
        Column("sector", _("Sector")),
        Column("servers", _("Servers asked"), "number"),
        Column("weeks", _("Weeks"), "number"),
        Column("score", _("Score"), "number"),
        Column("granted", _("Servers given"), "number"),
        Column("state", _("State"), "badge"),
        Column("reason", _("Why")),
    ]
    return Table("applications", _("Applications"), columns, rows)


def _state(key: str, result: Any, refused: set[str]) -> tuple[str, str]:
    if key in refused:
        return _("Not eligible"), "bad"
    if result is None:
        return _("Undecided"), ""
    return (_("Chosen"), "good") if result["chosen"] else (_("Not chosen"), "plain")


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
    return render(request, "dure/application.html", context)


ROUTES = [
    Route("", "list", waiting, DESK, "desk"),
    Route("proposals/", "proposals", proposals, DESK, "desk"),
    Route("applications/", "applications", applications, DESK, "desk"),
    Route("applications/applications.csv", "applications_file", applications_file, DESK, "desk"),
    Route("applications/<path:key>/", "application", application, DESK, "desk"),
    *rounds.ROUTES,
    *official_routes(DESK),
]
