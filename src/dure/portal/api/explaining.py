"""The API for people: how to log in, page and repeat safely; every command, resource and code, from the same tables."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from dure.cycle.commands.permitting import could, seats_of
from dure.cycle.commands.registry import COMMANDS
from dure.portal.api.problems import KINDS
from dure.portal.api.tables import RESOURCES
from dure.portal.kit.form.fields import says
from dure.portal.kit.wording.words import name


def explain(request: HttpRequest) -> HttpResponse:
    """The page at /api/. What a signed-in person may do is marked."""
    seats = seats_of(request.user) if request.user.is_authenticated else {}
    context = {
        "commands": [
            {
                "name": row.name,
                "label": _(row.label),
                "what": _(says(row.command)),
                "desks": [name(desk) for desk in dict.fromkeys(seat.desk for seat in row.by)],
                "may": could(row, seats),
            }
            for row in COMMANDS
        ],
        "resources": [{"noun": each.noun, "what": _(each.what)} for each in RESOURCES],
        "codes": [{"code": code, "status": kind.status, "title": _(kind.title)} for code, kind in KINDS.items()],
    }
    return render(request, "api/explain.html", context)
