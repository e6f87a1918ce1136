"""What does the operator watch? Capacity, who holds which server when, and the plans that wait to be applied."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dure.portal.operator import rounds
from dure.portal.shared.chrome import DESK_MENUS
from dure.portal.shared.decision_page import section
from dure.portal.shared.desk_pages import official_routes, working_list
from dure.portal.shared.explain.allocation import server_strips
from dure.portal.shared.explain.buildout import capacity_chart
from dure.portal.shared.explain.metering import states_chart
from dure.portal.shared.filed import Filed
from dure.portal.shared.gate import Route
from dure.portal.shared.journal import filed, latest
from dure.portal.shared.shown import Column, Figure, Table
from dure.portal.shared.wording.numbers import date, number, week_date
from dure.portal.shared.wording.words import name
from dure.records.journal import queries as journal

DESK = "operator"
DESK_MENUS[DESK] = [
    ("operator:list", gettext_noop("Working list")),
    ("operator:servers", gettext_noop("Servers and leases")),
    ("operator:running", gettext_noop("Capacity and use")),
    rounds.MENU,
]
PLANS = ("provisioning", "metering", "reclaim")


def waiting(request: HttpRequest) -> HttpResponse:
    """What waits for the operator, and what was decided."""
    return working_list(
        request, desk=DESK, says=_("Provisioning and metering take effect with your approval; reclaim waits for the agency.")
    )


def servers(request: HttpRequest) -> HttpResponse:
    """For each server, who holds it in which weeks."""
    round_ = latest("allocation")
    table = _servers(round_)
    context = {
        "heading": _("Servers and leases"),
        "says": _span(round_),
        "figures": [
            Figure(_("Servers with a lease"), number(len(table.rows))),
            Figure(_("Weeks held on average"), number(sum(row["weeks_held"] for row in table.rows) // max(1, len(table.rows)))),
        ],
        "sections": [section(table, request.GET, filter_by="pool")],
    }
    return render(request, "dure/desk_list.html", context)


def _span(round_: Filed | None) -> str:
    if round_ is None:
        return _("No round has been approved yet.")
    start, weeks = round_.facts["start_on"], round_.facts["weeks"]
    return _("Weeks from %(start)s to %(end)s; a coloured part is leased, by sector.") % {
        "start": date(start),
        "end": date(week_date(start, weeks)),
    }


def _servers(round_: Filed | None) -> Table:
    columns = [
        Column("server", _("Server"), "code"),
        Column("pool", _("Pool")),
        Column("strip", _("Weeks held"), "drawing"),
        Column("weeks_held", _("Weeks"), "number"),
        Column("leases", _("Applications and leases")),
    ]
    return Table("servers", _("Servers and leases"), columns, server_strips(round_) if round_ else [])


def running(request: HttpRequest) -> HttpResponse:
    """Capacity by week, what the servers' time was, and the latest plan of each kind."""
    build, metered = latest("buildout"), latest("metering")
    sections = []
    if build:
        sections.append(section(capacity_chart(build), request.GET, files=_files(build)))
    if metered:
        sections.append(section(states_chart(metered), request.GET, files=_files(metered)))
    sections.append(section(_plans(), request.GET))
    context = {
        "heading": _("Capacity and use"),
        "says": _("What is there, what it did, and what is planned."),
        "sections": sections,
    }
    return render(request, "dure/desk_list.html", context)


def _files(one: Filed) -> str:
    return reverse(f"{DESK}:decision", kwargs={"seq": one.seq})


def _plans() -> Table:
    """The last recommendation of each kind that the operator lives by."""
    rows: list[dict[str, Any]] = []
    for decision in PLANS:
        entry = journal.entries(stage=decision, kind="recommendation").last()
        if entry is None:
            continue
        one = filed(entry)
        rows.append(
            {
                "what": f"{name(decision)} · {one.subject}",
                "href": _files(one),
                "at": one.filed_at.isoformat(),
                "state": _("Waiting") if one.ruling is None else _("Approved") if one.ruling.approved else _("Refused"),
                "state_tone": "wait" if one.ruling is None else "good" if one.ruling.approved else "bad",
            }
        )
    columns = [Column("what", _("Plan"), "link"), Column("at", _("Filed at"), "instant"), Column("state", _("State"), "badge")]
    return Table("plans", _("Provisioning, metering, reclaim"), columns, rows)


ROUTES = [
    Route("", "list", waiting, DESK, "desk"),
    Route("servers/", "servers", servers, DESK, "desk"),
    Route("running/", "running", running, DESK, "desk"),
    *rounds.ROUTES,
    *official_routes(DESK),
]
