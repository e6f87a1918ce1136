"""What concerns this applicant? Open calls, its applications with result and reason, its use, and what it has to pay."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dure.portal.kit.gate import LISTED, Route
from dure.portal.kit.lists.answering import respond
from dure.portal.kit.shown import Figure
from dure.portal.kit.wording.numbers import money, money_short, number
from dure.portal.subjects.applications import own
from dure.portal.subjects.calls.lists import open_to_applicants
from dure.portal.subjects.metering import usage
from dure.portal.subjects.notifications.due import due_of
from dure.portal.subjects.settlement import pages as settlement
from dure.records.parties.access import organisations_of
from dure.records.settlement import queries as invoices

DESK = "applicant"


def overview(request: HttpRequest) -> HttpResponseBase:
    """The applications of the person's organisations, and what is due."""
    due = invoices.due_of(organisations_of(request.user, DESK))
    owed, more = due_of(request.user)
    totals = own.own_totals(request.user)
    context = {
        "heading": _("Applicant desk"),
        "says": _("Your applications from entry to result, your use, and what you have to pay."),
        "figures": [
            Figure(_("My applications"), number(totals["applications"])),
            Figure(_("Servers held now"), number(totals["held"]), _("%(n)s granted in all") % {"n": number(totals["granted"])}),
            Figure(_("Due"), money_short(due), money(due)),
        ],
        "due": owed,
        "more_due": more,
    }
    lists = [open_to_applicants(request.user), own.own_applications(request.user)]
    return respond(request, lists, context, template="notifications/desk.html")


def application(request: HttpRequest, key: str) -> HttpResponseBase:
    """One of the person's own applications."""
    return own.application(request, key)


ROUTES = [
    Route("", "list", overview, DESK, "own", LISTED, menu=gettext_noop("My applications")),
    Route("usage/", "usage", usage.own, DESK, "own", LISTED, menu=gettext_noop("My use")),
    Route("invoices/", "invoices", settlement.own, DESK, "own", LISTED, menu=gettext_noop("My invoices")),
    Route("applications/<path:key>/", "application", application, DESK, "own"),
]
