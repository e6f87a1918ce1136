"""What does the agency work on? What waits for it, proposals, applications and rounds."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dure.portal.desks.agency import rounds
from dure.portal.kit.chrome import DESK_MENUS
from dure.portal.kit.gate import Route
from dure.portal.subjects.applications import pages as applications
from dure.portal.subjects.decisions.approvals import official_routes, working_list
from dure.portal.subjects.evaluation import proposals

DESK = "agency"
DESK_MENUS[DESK] = [
    ("agency:list", gettext_noop("Working list")),
    ("agency:proposals", gettext_noop("Proposals and selection")),
    ("agency:applications", gettext_noop("Applications")),
    rounds.MENU,
    ("acts:filing", gettext_noop("File a decision")),
]


def waiting(request: HttpRequest) -> HttpResponse:
    """What waits for the agency, and what was decided."""
    return working_list(
        request, desk=DESK, says=_("Calls, panels, agreements, rounds and settlement: what you file, another person approves.")
    )


ROUTES = [
    Route("", "list", waiting, DESK, "desk"),
    Route("calls/", "proposals", proposals.calls, DESK, "desk"),
    Route("calls/<str:call_id>/", "call", proposals.call, DESK, "desk"),
    Route("applications/", "applications", applications.applications, DESK, "desk"),
    Route("applications/applications.csv", "applications_file", applications.applications_file, DESK, "desk"),
    Route("applications/<path:key>/", "application", applications.application, DESK, "desk"),
    *rounds.ROUTES,
    *official_routes(DESK),
]
