"""Who has to pay what, and what was paid? At the agency's desk and at an applicant's."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from dure.portal.kit.lists.answering import respond
from dure.portal.kit.lists.bound import Bound
from dure.portal.kit.shown import Figure
from dure.portal.kit.wording.numbers import money, money_short
from dure.portal.subjects.settlement.lists import INVOICES, OWN_INVOICES, OWN_LINES
from dure.records.parties.access import organisations_of
from dure.records.settlement import queries


def invoices(request: HttpRequest) -> HttpResponseBase:
    """All invoices with what was paid of each."""
    sums = queries.totals()
    due = sums["billed_amount"] - sums["paid_amount"]
    context = {
        "heading": _("Invoices"),
        "says": _("Every invoice with what was paid of it, and what is still due."),
        "figures": [
            Figure(_("Billed"), money_short(sums["billed_amount"]), money(sums["billed_amount"])),
            Figure(_("Received"), money_short(sums["paid_amount"]), money(sums["paid_amount"])),
            Figure(_("Still due"), money_short(due), money(due), "warn" if due else ""),
        ],
    }
    return respond(request, [Bound(INVOICES, queries.invoices(), "agency")], context)


def own(request: HttpRequest) -> HttpResponseBase:
    """The invoices of the person's organisations, and their lines."""
    mine = organisations_of(request.user, "applicant")
    due = queries.due_of(mine)
    context = {
        "heading": _("My invoices"),
        "says": _("What you have to pay, by when, and what was paid."),
        "figures": [Figure(_("Due"), money_short(due), money(due), "warn" if due > 0 else "")],
    }
    lists = [
        Bound(OWN_INVOICES, queries.invoices_of(mine), "applicant"),
        Bound(OWN_LINES, queries.lines_of(mine), "applicant"),
    ]
    return respond(request, lists, context)
