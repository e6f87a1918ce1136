"""Who holds which server in which weeks? By the leases in the records, of every round."""

import datetime as dt
from collections import defaultdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from dure.portal.kit.charts.timeline import Held, strip
from dure.portal.kit.section import section
from dure.portal.kit.shown import Column, Figure, Table
from dure.portal.kit.wording.numbers import date, number
from dure.portal.kit.wording.words import name
from dure.records.allocation import queries

SERIES = 4


def servers(request: HttpRequest) -> HttpResponse:
    """For each server, who holds it in which weeks."""
    leases = list(queries.leases())
    table = _servers(leases)
    context = {
        "heading": _("Servers and leases"),
        "says": _span(leases),
        "figures": [
            Figure(_("Servers with a lease"), number(len(table.rows))),
            Figure(_("Weeks held on average"), number(sum(row["weeks_held"] for row in table.rows) // max(1, len(table.rows)))),
        ],
        "sections": [section(table, request.GET, filter_by="pool")],
    }
    return render(request, "dure/desk_list.html", context)


def _span(leases: list[Any]) -> str:
    if not leases:
        return _("No round has been approved yet.")
    start, end = _bounds(leases)
    return _("Weeks from %(start)s to %(end)s; a coloured part is leased, by sector.") % {"start": date(start), "end": date(end)}


def _bounds(leases: list[Any]) -> tuple[dt.date, dt.date]:
    zone = timezone.get_default_timezone()
    start = min(each.during.lower for each in leases).astimezone(zone).date()
    return start, max(each.during.upper for each in leases).astimezone(zone).date()


def _servers(leases: list[Any]) -> Table:
    columns = [
        Column("server", _("Server"), "code"),
        Column("pool", _("Pool")),
        Column("strip", _("Weeks held"), "drawing"),
        Column("weeks_held", _("Weeks"), "number"),
        Column("leases", _("Applications and leases")),
    ]
    return Table("servers", _("Servers and leases"), columns, _rows(leases) if leases else [])


def _rows(leases: list[Any]) -> list[dict[str, Any]]:
    start, end = _bounds(leases)
    weeks = max(1, -(-(end - start).days // 7))
    zone = timezone.get_default_timezone()
    sectors = {sector: place for place, sector in enumerate(sorted({each.grant.application.sector for each in leases}))}
    held: dict[tuple[str, str], list[Held]] = defaultdict(list)
    for each in sorted(leases, key=lambda each: each.during.lower):
        first = (each.during.lower.astimezone(zone).date() - start).days // 7
        last = -(-(each.during.upper.astimezone(zone).date() - start).days // 7)
        place = sectors[each.grant.application.sector] % SERIES
        held[each.server.pool_id, each.server_id].append(Held(each.grant.application_id, first, last, f"series-{place}"))
    return [
        {
            "pool": name(pool),
            "server": server,
            "weeks_held": sum(one.to_week - one.from_week for one in spans),
            "leases": ", ".join(one.name for one in spans),
            "strip": strip(
                spans, weeks=weeks, label=f"{server}: " + ", ".join(f"{o.name} {o.from_week}–{o.to_week}" for o in spans)
            ),
        }
        for (pool, server), spans in sorted(held.items())
    ]
