"""Which clusters does a provider build, by when, and what was delivered?"""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from dure.portal.kit.charts.steps import Line, steps
from dure.portal.kit.section import section
from dure.portal.kit.shown import Chart, Column, Figure, Table
from dure.portal.kit.wording.book import book
from dure.portal.kit.wording.numbers import date, known_date, number, percent, week_date
from dure.portal.kit.wording.words import name
from dure.portal.subjects.buildout.slip import forecast_figure
from dure.portal.subjects.decisions.filed import Filed
from dure.portal.subjects.decisions.journal import carried, filed, last_by_subject
from dure.records.parties.access import organisations_of
from dure.records.procurement import queries as procurement
from dure.records.supply import queries as supply

DESK = "provider"


def _mine(person: Any) -> list[str]:
    return sorted(organisations_of(person, DESK))


def cluster(request: HttpRequest, key: str) -> HttpResponse:
    """One of the provider's clusters: its calendar by week."""
    found = supply.cluster(key)
    if found is None or found.provider_id not in _mine(request.user):
        raise Http404
    build = carried("buildout", book().programme)
    calendar = next((each for each in build.recommendation["clusters"] if each["cluster"] == key), None) if build else None
    figures = [
        Figure(_("Servers agreed"), number(found.servers_planned), found.gpu_model_id),
        Figure(_("Promised"), date(found.promised_on)),
    ]
    sections = []
    if build and calendar:
        figures += [
            forecast_figure(_("First service P50"), calendar["first_service"]),
            Figure(_("Full service P50"), date(calendar["full_service"].get("p50"))),
        ]
        sections.append(section(_calendar(build, calendar), request.GET))
    figures += _own_use(found)
    context = {
        "heading": name(key),
        "says": _("Capacity calendar of the cluster, in servers."),
        "figures": figures,
        "sections": sections,
    }
    return render(request, "dure/desk_list.html", context)


def _own_use(cluster: Any) -> list[Figure]:
    """The share that the cluster's own agreement grants; what was used of it where it is the provider's only agreement.

    Use is metered over all servers of a provider, and own-use servers stand in no cluster: of several agreements nobody can
    tell whose it was.
    """
    agreements = list(procurement.agreements(provider_id=cluster.provider_id))
    own = next((each for each in agreements if each.pk == cluster.agreement_id), None)
    terms = procurement.terms_in_force(own) if own else None
    if terms is None:
        return []
    share = percent(terms.own_use_share)
    if len(agreements) > 1:
        return [Figure(_("Own use agreed"), share, _("use is metered over all of the provider's agreements together"))]
    months = list(last_by_subject("metering").items())[-1:]
    used = [
        (month, each)
        for month, entry in months
        for each in filed(entry).recommendation["own_use"]
        if each["provider"] == cluster.provider_id
    ]
    if not used:
        return [Figure(_("Own use agreed"), share)]
    return [
        Figure(
            _("Own use"), percent(each["used"]), _("%(month)s; at most %(share)s agreed") % {"month": month, "share": share},
            "good" if each["within"] else "bad",
        )
        for month, each in used
    ]  # fmt: skip


def _calendar(build: Filed, calendar: Any) -> Chart:
    start = known_date(build.facts["start_on"])
    kinds = (("plan", _("Plan"), "tone-plan"), ("p50", "P50", "tone-p50"), ("p90", "P90", "tone-p90"))
    rows = [
        {"week_of": week_date(start, week), **{kind: calendar[kind][week] for kind, _label, _mark in kinds}}
        for week in range(len(calendar["plan"]))
    ]
    columns = [
        Column("week_of", _("Week of"), "date"),
        *(Column(kind, label, "number") for kind, label, _mark in kinds),
    ]
    table = Table("capacity", _("Servers in service by week"), columns, rows)
    drawn = steps(
        [Line(label, calendar[kind], mark) for kind, label, mark in kinds], start_on=start, label=_("Servers in service by week")
    )
    return Chart(
        _("Servers in service by week"),
        drawn,
        _("P50: reached in half of the simulated runs by that week; P90: in nine of ten."),
        table,
        unit=_("number of servers"),
    )
