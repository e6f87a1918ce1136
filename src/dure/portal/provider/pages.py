"""What concerns this provider? Its agreements, clusters with their calendar, deliveries, and its monthly statement."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from dure.portal.shared.charts.steps import Line, steps
from dure.portal.shared.decision_page import section
from dure.portal.shared.explain.settlement import providers_table
from dure.portal.shared.filed import Filed
from dure.portal.shared.gate import Route
from dure.portal.shared.journal import latest, organisation_names
from dure.portal.shared.shown import Chart, Column, Figure, Table
from dure.portal.shared.wording.numbers import date, days, known_date, number, percent, week_date
from dure.portal.shared.wording.words import name
from dure.records.parties.access import organisations_of
from dure.records.procurement import access as procurement_access
from dure.records.procurement import queries as procurement
from dure.records.supply import access as supply_access
from dure.records.supply import queries as supply

DESK = "provider"


def _mine(person: Any) -> list[str]:
    return sorted(organisations_of(person, DESK))


def overview(request: HttpRequest) -> HttpResponse:
    """Everything of this provider on one page."""
    mine = _mine(request.user)
    clusters = [each for provider in mine for each in supply.clusters(provider_id=provider)]
    build, bill = latest("buildout"), latest("settlement")
    statements = [row for provider in mine for row in providers_table(bill, provider).rows] if bill else []
    tables = [
        _agreements(request.user),
        _awards(mine),
        _clusters(clusters, build),
        _deliveries(request.user),
        Table("statement", _("Monthly statement"), providers_table(bill).columns if bill else [], statements),
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


def _agreements(person: Any) -> Table:
    names = organisation_names()
    visible = set(procurement_access.visible_agreements(person).values_list("pk", flat=True))
    rows = []
    for each in procurement.agreements():
        terms = procurement.terms_in_force(each)
        if each.pk not in visible or terms is None:
            continue
        rows.append(
            {
                "id": each.pk,
                "signed_on": each.signed_on,
                "starts_on": terms.starts_on,
                "ends_on": terms.ends_on,
                "owner": name(terms.owner, names),
                "user_right": name(terms.user_right, names),
                "own_use_share": terms.own_use_share,
                "version": terms.version,
            }
        )
    columns = [
        Column("id", _("Agreement"), "code"),
        Column("signed_on", _("Signed"), "date"),
        Column("starts_on", _("From"), "date"),
        Column("ends_on", _("To"), "date"),
        Column("owner", _("Owner of the GPUs")),
        Column("user_right", _("Right of use")),
        Column("own_use_share", _("Own use"), "share"),
        Column("version", _("Version"), "number"),
    ]
    return Table("agreements", _("My agreements"), columns, rows)


def _awards(mine: list[str]) -> Table:
    rows = [
        {
            "lot": each.lot,
            "gpu_model": each.gpu_model,
            "servers": each.servers,
            "gpus": each.gpus,
            "own_use": each.own_use_servers * each.gpus_per_server,
            "price_won": each.price_won,
            "awarded_on": each.awarded_on,
        }
        for provider in mine
        for each in procurement.awards(provider_id=provider)
    ]
    columns = [
        Column("lot", _("Lot"), "code"),
        Column("gpu_model", _("GPU model")),
        Column("servers", _("Servers"), "number"),
        Column("gpus", _("GPUs"), "gpus"),
        Column("own_use", _("Own use"), "gpus"),
        Column("price_won", _("Price"), "won"),
        Column("awarded_on", _("Awarded"), "date"),
    ]
    return Table("awards", _("My awards"), columns, rows)


def _clusters(clusters: list[Any], build: Filed | None) -> Table:
    forecast = {each["cluster"]: each for each in build.recommendation["clusters"]} if build else {}
    rows = []
    for each in clusters:
        known = forecast.get(each.pk)
        rows.append(
            {
                "id": each.pk,
                "href": reverse("provider:cluster", kwargs={"key": each.pk}),
                "gpu_model": each.gpu_model_id,
                "servers": each.servers_planned,
                "registered": each.registered,
                "in_service": each.taken_into_service,
                "promised_on": each.promised_on,
                "p50": known["first_service"].get("p50") if known else None,
                "slip": days(known["slip_days"]) if known else "",
            }
        )
    columns = [
        Column("id", _("Cluster"), "link"),
        Column("gpu_model", _("GPU model")),
        Column("servers", _("Servers agreed"), "number"),
        Column("registered", _("Registered"), "number"),
        Column("in_service", _("In service"), "number"),
        Column("promised_on", _("Promised"), "date"),
        Column("p50", _("First service P50"), "date"),
        Column("slip", _("Slip")),
    ]
    return Table("clusters", _("My clusters"), columns, rows)


def _deliveries(person: Any) -> Table:
    rows = [
        {
            "id": each.pk,
            "servers": each.servers,
            "likely_on": each.likely_on,
            "latest_on": each.latest_on,
            "actual_on": each.actual_on,
        }
        for each in supply_access.visible_deliveries(person).order_by("likely_on", "pk")
    ]
    columns = [
        Column("id", _("Delivery"), "code"),
        Column("servers", _("Servers"), "number"),
        Column("likely_on", _("Likely"), "date"),
        Column("latest_on", _("At the latest"), "date"),
        Column("actual_on", _("Came"), "date"),
    ]
    return Table("deliveries", _("My deliveries"), columns, rows)


def cluster(request: HttpRequest, key: str) -> HttpResponse:
    """One of the provider's clusters: its calendar by week."""
    found = supply.cluster(key)
    if found is None or found.provider_id not in _mine(request.user):
        raise Http404
    build = latest("buildout")
    calendar = next((each for each in build.recommendation["clusters"] if each["cluster"] == key), None) if build else None
    figures = [
        Figure(_("Servers agreed"), number(found.servers_planned), found.gpu_model_id),
        Figure(_("Promised"), date(found.promised_on)),
    ]
    sections = []
    if build and calendar:
        late = calendar["slip_days"]
        figures += [
            Figure(_("First service P50"), date(calendar["first_service"].get("p50")), days(late), "bad" if late > 0 else "good"),
            Figure(_("Full service P50"), date(calendar["full_service"].get("p50"))),
        ]
        sections.append(section(_calendar(build, calendar), request.GET))
    metered = latest("metering")
    if metered:
        for each in metered.recommendation["own_use"]:
            if each["provider"] == found.provider_id:
                shown = _("at most %(share)s agreed") % {"share": percent(each["contracted"])}
                figures.append(Figure(_("Own use"), percent(each["used"]), shown, "good" if each["within"] else "bad"))
    context = {
        "heading": name(key),
        "says": _("Capacity calendar of the cluster, in servers."),
        "figures": figures,
        "sections": sections,
    }
    return render(request, "dure/desk_list.html", context)


def _calendar(build: Filed, calendar: Any) -> Chart:
    start = known_date(build.facts["start_on"])
    kinds = (("plan", _("Plan"), "tone-plan"), ("p50", "P50", "tone-p50"), ("p90", "P90", "tone-p90"))
    rows = [
        {"week_of": week_date(start, week), **{kind: calendar[kind][week] for kind, _label, _mark in kinds}}
        for week in range(len(calendar["plan"]))
    ]
    columns = [Column("week_of", _("Week of"), "date"), *(Column(kind, label, "number") for kind, label, _mark in kinds)]
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


ROUTES = [
    Route("", "list", overview, DESK, "own"),
    Route("clusters/<path:key>/", "cluster", cluster, DESK, "own"),
]
