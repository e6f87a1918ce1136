"""What concerns this applicant? Its applications with result and reason, its use, and what it has to pay."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from dure.portal.kit.gate import Route
from dure.portal.kit.section import section
from dure.portal.kit.shown import Figure, Table
from dure.portal.kit.wording.numbers import number, won, won_short
from dure.portal.subjects.applications import own
from dure.portal.subjects.metering import usage
from dure.portal.subjects.settlement import invoices
from dure.records.parties.access import organisations_of

DESK = "applicant"


def overview(request: HttpRequest) -> HttpResponse:
    """Applications, use and invoice of the person's organisations."""
    mine = organisations_of(request.user, DESK)
    applications = own.applications_table(request.user)
    due = invoices.own_due(mine)
    context = {
        "heading": _("Applicant desk"),
        "says": _("Your applications from entry to result, your use, and what you have to pay."),
        "figures": [
            Figure(_("My applications"), number(len(applications.rows))),
            Figure(_("Servers granted"), number(sum(row["granted"] or 0 for row in applications.rows))),
            Figure(_("Due"), won_short(due), won(due)),
        ],
        "sections": [section(table, request.GET) for table in _tables(applications, mine)],
    }
    return render(request, "dure/desk_list.html", context)


def _tables(applications: Table, mine: frozenset[str]) -> list[Table]:
    return [applications, usage.own_usage(mine), invoices.own_invoices(mine), invoices.own_lines(mine)]


ROUTES = [
    Route("", "list", overview, DESK, "own"),
    Route("applications/<path:key>/", "application", own.application, DESK, "own"),
]
