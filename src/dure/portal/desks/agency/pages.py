"""What does the agency work on? What waits for it, proposals, applications and rounds."""

from functools import partial

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dure.portal.desks.agency import rounds
from dure.portal.kit.chrome import DESK_MENUS
from dure.portal.kit.gate import LISTED, Route
from dure.portal.subjects.applications import pages as applications
from dure.portal.subjects.buildout import register
from dure.portal.subjects.decisions.approvals import official_routes, working_list
from dure.portal.subjects.evaluation import panels, proposals
from dure.portal.subjects.metering import usage
from dure.portal.subjects.organisations import pages as parties
from dure.portal.subjects.settlement import pages as settlement

DESK = "agency"
DESK_MENUS[DESK] = [
    ("agency:list", gettext_noop("Working list")),
    ("agency:proposals", gettext_noop("Proposals and selection")),
    ("agency:applications", gettext_noop("Applications")),
    rounds.MENU,
    ("agency:grants", gettext_noop("Grants")),
    ("agency:waiting", gettext_noop("Waiting list")),
    ("agency:usage", gettext_noop("Use")),
    ("agency:invoices", gettext_noop("Invoices")),
    ("agency:panels", gettext_noop("Panels")),
    ("agency:register", gettext_noop("Server register")),
    ("agency:organisations", gettext_noop("Organisations")),
    ("agency:people", gettext_noop("People")),
    ("acts:filing", gettext_noop("File a decision")),
]


def waiting(request: HttpRequest) -> HttpResponseBase:
    """What waits for the agency, and what was decided."""
    return working_list(
        request, desk=DESK, says=_("Calls, panels, agreements, rounds and settlement: what you file, another person approves.")
    )


ROUTES = [
    Route("", "list", waiting, DESK, "desk", LISTED),
    Route("calls/", "proposals", proposals.calls, DESK, "desk"),
    Route("calls/<str:call_id>/", "call", proposals.call, DESK, "desk"),
    Route("applications/", "applications", applications.applications, DESK, "desk", LISTED),
    Route("applications/<path:key>/", "application", applications.application, DESK, "desk"),
    Route("usage/", "usage", partial(usage.usage, desk=DESK), DESK, "desk", LISTED),
    Route("invoices/", "invoices", settlement.invoices, DESK, "desk", LISTED),
    Route("panels/", "panels", panels.panels, DESK, "desk", LISTED),
    Route("register/", "register", partial(register.register, desk=DESK), DESK, "desk", LISTED),
    Route("organisations/", "organisations", partial(parties.organisations, desk=DESK), DESK, "desk", LISTED),
    Route("people/", "people", partial(parties.people, desk=DESK), DESK, "desk", LISTED),
    *rounds.ROUTES,
    *official_routes(DESK),
]
