"""What concerns this provider? Its agreements, clusters with their calendar, deliveries, and its monthly statement."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from dure.portal.kit.gate import Route
from dure.portal.kit.section import section
from dure.portal.kit.shown import Figure
from dure.portal.kit.wording.book import book
from dure.portal.kit.wording.numbers import number
from dure.portal.subjects.buildout import clusters
from dure.portal.subjects.buildout.clusters import clusters_table, deliveries_table
from dure.portal.subjects.decisions.journal import carried
from dure.portal.subjects.portfolio.agreements import agreements_table, awards_table
from dure.portal.subjects.settlement.invoices import statements_table
from dure.records.parties.access import organisations_of
from dure.records.supply import queries as supply

DESK = "provider"


def overview(request: HttpRequest) -> HttpResponse:
    """Everything of this provider on one page."""
    mine = sorted(organisations_of(request.user, DESK))
    clusters: list[Any] = [each for provider in mine for each in supply.clusters(provider_id=provider)]
    build = carried("buildout", book().programme)
    tables = [
        agreements_table(request.user),
        awards_table(mine),
        clusters_table(clusters, build),
        deliveries_table(request.user),
        statements_table(mine),
    ]
    context = {
        "heading": _("Provider desk"),
        "says": ", ".join(sorted({str(each.provider) for each in clusters}) or mine),
        "figures": [
            Figure(_("Clusters"), number(len(clusters))),
            Figure(_("Servers agreed"), number(sum(each.servers_planned for each in clusters))),
            Figure(_("Servers registered"), number(sum(each.registered for each in clusters))),
            Figure(_("In service"), number(sum(each.taken_into_service for each in clusters))),
        ],
        "sections": [section(table, request.GET) for table in tables],
    }
    return render(request, "dure/desk_list.html", context)


ROUTES = [
    Route("", "list", overview, DESK, "own"),
    Route("clusters/<path:key>/", "cluster", clusters.cluster, DESK, "own"),
]
