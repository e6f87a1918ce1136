"""What concerns this applicant? Its applications with result and reason, its use, and what it has to pay."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from dure.portal.shared.application_page import application_page
from dure.portal.shared.decision_page import section
from dure.portal.shared.explain.settlement import lines_table
from dure.portal.shared.gate import Route
from dure.portal.shared.journal import latest
from dure.portal.shared.shown import Column, Figure, Table
from dure.portal.shared.wording.numbers import number, won, won_short
from dure.portal.shared.wording.words import name
from dure.records.demand import access as demand_access
from dure.records.demand import queries as demand
from dure.records.parties.access import organisations_of

DESK = "applicant"


def overview(request: HttpRequest) -> HttpResponse:
    """Applications, use and invoice of the person's organisations."""
    mine = organisations_of(request.user, DESK)
    applications = _applications(request.user)
    due = _due(mine)
    context = {
        "heading": _("Applicant desk"),
        "says": _("Your applications from entry to result, your use, and what you have to pay."),
        "figures": [
            Figure(_("My applications"), number(len(applications.rows))),
            Figure(_("Servers granted"), number(sum(row["granted"] or 0 for row in applications.rows))),
            Figure(_("Due"), won_short(due), won(due)),
        ],
        "sections": [section(table, request.GET) for table in (applications, _usage(mine), _invoice(mine))],
    }
    return render(request, "dure/desk_list.html", context)


def _own(person: Any) -> Any:
    """The person's own, even where another desk of theirs would see all."""
    return demand_access.visible_applications(person).filter(organisation__in=organisations_of(person, DESK))


def _applications(person: Any) -> Table:
    round_ = latest("allocation")
    decided = {each["id"] for each in round_.facts["applications"]} if round_ else set()
    given: dict[str, int] = {}
    for each in round_.recommendation["grants"] if round_ else ():
        given[each["application"]] = given.get(each["application"], 0) + len(each["servers"])
    rows = []
    for each in _own(person).order_by("id"):
        granted = given.get(each.pk, 0) if each.pk in decided else None
        state, tone = (
            (_("Undecided"), "") if granted is None else (_("Chosen"), "good") if granted else (_("Not chosen"), "plain")
        )
        rows.append(
            {
                "title": each.title,
                "href": reverse("applicant:application", kwargs={"key": each.pk}),
                "id": each.pk,
                "sector": name(each.sector),
                "servers": each.servers,
                "weeks": each.weeks,
                "granted": granted,
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


def _usage(mine: frozenset[str]) -> Table:
    metered = latest("metering")
    rows = [each for each in metered.recommendation["usage"] if each["organisation"] in mine] if metered else []
    columns = [
        Column("lease", _("Lease"), "code"),
        Column("model", _("GPU model")),
        Column("from", _("From"), "date"),
        Column("to", _("To"), "date"),
        Column("gpu_hours", _("GPU-hours"), "hours"),
        Column("utilisation", _("Utilisation"), "share"),
    ]
    return Table("usage", _("My use"), columns, rows)


def _invoice(mine: frozenset[str]) -> Table:
    bill = latest("settlement")
    columns = [column for column in lines_table(bill).columns if column.key != "organisation"] if bill else []
    rows = [row for organisation in sorted(mine) for row in lines_table(bill, organisation).rows] if bill else []
    return Table("invoice", _("My invoice"), columns, rows)


def _due(mine: frozenset[str]) -> int:
    bill = latest("settlement")
    return sum(each["due_won"] for each in bill.recommendation["balances"] if each["organisation"] in mine) if bill else 0


def application(request: HttpRequest, key: str) -> HttpResponse:
    """One of the person's own applications from end to end."""
    found = demand.application(key)
    if found is None or not _own(request.user).filter(pk=key).exists():
        raise Http404
    context = {"page": application_page(found, request.GET), "back": reverse("applicant:list"), "back_label": name(DESK)}
    return render(request, "dure/application.html", context)


ROUTES = [
    Route("", "list", overview, DESK, "own"),
    Route("applications/<path:key>/", "application", application, DESK, "own"),
]
