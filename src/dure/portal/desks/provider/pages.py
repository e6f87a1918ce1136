"""What concerns this provider? Open calls, proposals, agreements, clusters with their calendar, deliveries, statements."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dure.portal.kit.gate import LISTED, Route
from dure.portal.kit.lists.answering import respond
from dure.portal.kit.lists.bound import Bound
from dure.portal.kit.shown import Figure
from dure.portal.kit.wording.book import book
from dure.portal.kit.wording.numbers import number
from dure.portal.subjects.buildout import clusters
from dure.portal.subjects.buildout.lists import CLUSTERS, DELIVERIES, with_forecast
from dure.portal.subjects.calls.lists import open_to_providers
from dure.portal.subjects.calls.proposals import own_proposals
from dure.portal.subjects.decisions.journal import carried
from dure.portal.subjects.portfolio.agreements import AGREEMENTS, AWARDS, in_words
from dure.portal.subjects.settlement.statements import STATEMENTS
from dure.records.parties import queries as parties
from dure.records.parties.access import organisations_of
from dure.records.procurement import access as procurement_access
from dure.records.procurement import queries as procurement
from dure.records.settlement import queries as settlement
from dure.records.settlement.access import visible_statements
from dure.records.supply import access as supply_access
from dure.records.supply import queries as supply

DESK = "provider"


def overview(request: HttpRequest) -> HttpResponseBase:
    """What is open to this provider, and what it builds and runs."""
    mine = sorted(organisations_of(request.user, DESK))
    built = supply.clusters().filter(provider__in=mine)
    known: list[Any] = list(built)
    build = carried("buildout", book().programme)
    lists = [
        open_to_providers(request.user),
        Bound(CLUSTERS, built, DESK, with_forecast(build)),
        Bound(DELIVERIES, supply_access.visible_deliveries(request.user), DESK),
        Bound(STATEMENTS, settlement.with_state(visible_statements(request.user).filter(provider__in=mine)), DESK),
    ]
    context = {
        "heading": _("Provider desk"),
        "says": ", ".join(sorted(map(str, parties.organisations_by_id(mine).values()))),
        "figures": [
            Figure(_("Clusters"), number(len(known))),
            Figure(_("Servers agreed"), number(sum(each.servers_planned for each in known))),
            Figure(_("Servers registered"), number(sum(each.registered for each in known)), _("by serial number")),
            Figure(_("Delivered"), number(sum(each.delivered for each in known)), _("in deliveries that have come")),
            Figure(_("In service"), number(sum(each.taken_into_service for each in known))),
        ],
    }
    return respond(request, lists, context)


def proposals(request: HttpRequest) -> HttpResponseBase:
    """What this provider has proposed, in every version, what it was awarded, and what was signed."""
    mine = sorted(organisations_of(request.user, DESK))
    lists = [
        own_proposals(request.user),
        Bound(AWARDS, procurement.awards().filter(proposal__provider__in=mine), DESK),
        Bound(AGREEMENTS, procurement.terms_of(procurement_access.visible_agreements(request.user)), DESK, in_words),
    ]
    context = {
        "heading": _("Proposals and agreements"),
        "says": _("Each version that you handed in and what became of it, what you were awarded, and what was signed."),
    }
    return respond(request, lists, context)


ROUTES = [
    Route("", "list", overview, DESK, "own", LISTED, menu=gettext_noop("Calls and clusters")),
    Route("proposals/", "proposals", proposals, DESK, "own", LISTED, menu=gettext_noop("Proposals and agreements")),
    Route("clusters/<path:key>/", "cluster", clusters.cluster, DESK, "own"),
]
