"""Who holds which server in which weeks?"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from dure.portal.kit.section import section
from dure.portal.kit.shown import Column, Figure, Table
from dure.portal.kit.wording.numbers import date, number, week_date
from dure.portal.subjects.decisions.filed import Filed
from dure.portal.subjects.decisions.journal import latest
from dure.portal.subjects.rounds.explanation import server_strips


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
