"""What does the operator watch? Capacity, who holds which server when, and the plans that wait to be applied."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dure.portal.desks.operator import rounds
from dure.portal.kit.chrome import DESK_MENUS
from dure.portal.kit.gate import Route
from dure.portal.kit.section import section
from dure.portal.kit.shown import Column, Table
from dure.portal.kit.wording.words import name
from dure.portal.subjects.buildout.explanation import capacity_chart
from dure.portal.subjects.decisions.approvals import official_routes, working_list
from dure.portal.subjects.decisions.filed import Filed
from dure.portal.subjects.decisions.journal import filed, latest
from dure.portal.subjects.metering.explanation import states_chart
from dure.portal.subjects.rounds import leases
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
    Route("servers/", "servers", leases.servers, DESK, "desk"),
    Route("running/", "running", running, DESK, "desk"),
    *rounds.ROUTES,
    *official_routes(DESK),
]
