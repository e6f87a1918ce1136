"""What was granted, who waits, and who holds which server: by the records, over all rounds."""

from functools import partial

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from dure.portal.kit.lists.answering import respond
from dure.portal.kit.lists.bound import Bound
from dure.portal.kit.wording.numbers import date
from dure.portal.kit.wording.pools import with_pools
from dure.portal.subjects.rounds.lists import GRANTS, SERVERS, WAITING, with_leases
from dure.records.allocation import access, queries
from dure.records.supply import access as supply_access


def grants(request: HttpRequest, *, desk: str) -> HttpResponseBase:
    """What each round gave to whom."""
    context = {"heading": _("Grants"), "says": _("What each round gave to whom, on which pool and for how long.")}
    return respond(request, [Bound(GRANTS, access.visible_grants(request.user), desk, with_pools)], context)


def waiting(request: HttpRequest, *, desk: str) -> HttpResponseBase:
    """Who waits in which round, in order."""
    rows = queries.waiting_places(access.visible_waiting(request.user))
    context = {"heading": _("Waiting list"), "says": _("When servers come free, they are asked in this order, round by round.")}
    return respond(request, [Bound(WAITING, rows, desk)], context)


def servers(request: HttpRequest) -> HttpResponseBase:
    """For each server, who holds it now, until when, and who in which weeks."""
    span = queries.lease_span()
    says = _("No round has been approved yet.")
    if span is not None:
        bounds = {"start": date(span[0]), "end": date(span[1])}
        says = _("Weeks from %(start)s to %(end)s; a coloured part is leased, by sector.") % bounds
    rows = supply_access.visible_servers(request.user)
    context = {"heading": _("Servers and leases"), "says": says}
    return respond(request, [Bound(SERVERS, rows, "operator", partial(with_leases, span=span))], context)
