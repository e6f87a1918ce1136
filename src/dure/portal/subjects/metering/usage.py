"""What was used, by lease and month: all of it at the desks that oversee, one's own at an applicant's."""

from dataclasses import replace
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from dure.portal.kit.lists.answering import respond
from dure.portal.kit.lists.bound import Bound
from dure.portal.kit.lists.columns import called, last_day
from dure.portal.kit.lists.declared import Choice, Column, DateRange, List, Range, Row
from dure.records.allocation.queries import lease_called
from dure.records.operation import queries
from dure.records.parties.access import organisations_of


def _lease(row: Row) -> Any:
    return lease_called(row["lease"], row["part"])


USAGE = List(
    key="usage",
    title=_("Use by lease and month"),
    columns=(
        Column(key="lease", label=_("Lease"), kind="code", source="grant_id", uses=("part",), show=_lease),
        called("organisation", _("Organisation"), "grant__application__organisation__name"),
        Column(key="model", label=_("GPU model"), source="gpu_model"),
        Column(key="start", label=_("From"), kind="date", source="during__startswith"),
        last_day("end", _("To"), "during__endswith"),
        Column(key="gpu_hours", label=_("GPU-hours"), kind="hours"),
        Column(key="utilisation", label=_("Utilisation"), kind="share", nullable=True),
        Column(key="on_hold", label=_("On hold"), kind="flag", standard=False),
    ),
    order="-start",
    extra={"part": "part"},
    filters=(
        DateRange(key="start", label=_("From"), field="during__startswith"),
        Range(key="hours", label=_("GPU-hours"), field="gpu_hours"),
        Choice(
            key="on_hold", label=_("On hold"), choices=lambda: (("true", _("Yes")), ("false", _("No"))),
            where=lambda value: Q(on_hold=value == "true"),
        ),
    ),
    search=queries.usage_matching,
    searched=_("Lease or organisation; initial consonants will do"),
    empty=_("Nothing has been metered yet. A month's use appears when its metering is approved."),
)  # fmt: skip
OWN_USAGE = replace(
    USAGE,
    title=_("My use"),
    columns=tuple(replace(each, standard=each.standard and each.key != "organisation") for each in USAGE.columns),
    empty=_("No use of yours is on record. A month's use appears when its metering, with leases of yours in it, is approved."),
)


def usage(request: HttpRequest, *, desk: str) -> HttpResponseBase:
    """All use that counts."""
    context = {"heading": _("Usage"), "says": _("What each lease held and used, month by month, as metered and approved.")}
    return respond(request, [Bound(USAGE, queries.usage(), desk)], context)


def own(request: HttpRequest) -> HttpResponseBase:
    """The use of the person's organisations."""
    mine = organisations_of(request.user, "applicant")
    rows = queries.usage().filter(grant__application__organisation__in=mine)
    context = {"heading": _("My use"), "says": _("What your leases held and used, month by month, as metered and approved.")}
    return respond(request, [Bound(OWN_USAGE, rows, "applicant")], context)
