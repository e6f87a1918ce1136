"""The register of servers: each asset with its serial number, owner, place and time in service."""

from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from dure.portal.kit.lists.answering import respond
from dure.portal.kit.lists.bound import Bound
from dure.portal.kit.lists.columns import worded
from dure.portal.kit.lists.declared import Choice, Column, DateRange, List, Text
from dure.portal.kit.wording.pools import pool_choices, pool_column, with_pools
from dure.records.supply import access, queries

REGISTER = List(
    key="register",
    title=_("Server register"),
    columns=(
        Column(key="id", label=_("Server"), kind="code"),
        Column(key="serial", label=_("Serial number"), kind="code"),
        pool_column(_("Pool")),
        Column(key="cluster", label=_("Cluster"), source="cluster_id", nullable=True),
        Column(key="pod", label=_("Pod"), standard=False),
        worded("owner", _("Owner")),
        Column(key="own_use", label=_("Provider's own use"), kind="flag"),
        Column(key="accepted_on", label=_("Accepted"), kind="date", nullable=True),
        Column(key="in_service_from", label=_("In service from"), kind="instant", nullable=True),
        Column(key="in_service_to", label=_("In service to"), kind="instant", nullable=True, standard=False),
    ),
    order="id",
    unique=frozenset({"id", "serial"}),
    filters=(
        Choice(key="pool", label=_("Pool"), choices=pool_choices),
        Choice(key="own_use", label=_("Provider's own use"), choices=lambda: (("true", _("Yes")), ("false", _("No"))),
               where=lambda value: Q(own_use=value == "true")),
        DateRange(key="accepted", label=_("Accepted"), field="accepted_on"),
        DateRange(key="service", label=_("In service from"), field="in_service_from"),
        Text(key="serial", label=_("Serial number")),
    ),
    search=queries.servers_matching,
    searched=_("Server or serial number"),
    empty=_("No server is registered yet. Servers appear when they are entered by serial number, at the order or later."),
)  # fmt: skip


def register(request: HttpRequest, *, desk: str) -> HttpResponseBase:
    """The servers that this person may see."""
    context = {
        "heading": _("Server register"),
        "says": _("Each server with its serial number, owner, place and time in service."),
    }
    return respond(request, [Bound(REGISTER, access.visible_servers(request.user), desk, with_pools)], context)
