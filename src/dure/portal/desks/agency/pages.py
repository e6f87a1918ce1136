"""What does the agency work on? What waits for it, proposals, applications and rounds."""

from functools import partial

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dure.portal.kit.gate import LISTED, Route
from dure.portal.subjects.applications import pages as applications
from dure.portal.subjects.buildout import register
from dure.portal.subjects.decisions.approvals import official_routes, working_list
from dure.portal.subjects.evaluation import panels, proposals
from dure.portal.subjects.metering import usage
from dure.portal.subjects.organisations import pages as parties
from dure.portal.subjects.reclaim.pages import notices
from dure.portal.subjects.registrations import queue
from dure.portal.subjects.rounds.pages import round_routes
from dure.portal.subjects.settlement import pages as settlement

DESK = "agency"


def waiting(request: HttpRequest) -> HttpResponseBase:
    """What waits for the agency, and what was decided."""
    return working_list(
        request, desk=DESK, says=_("Calls, panels, agreements, rounds and settlement: what you file, another person approves.")
    )


ROUTES = [
    Route("", "list", waiting, DESK, "desk", LISTED, menu=gettext_noop("Working list")),
    Route("calls/", "proposals", proposals.calls, DESK, "desk", LISTED, menu=gettext_noop("Proposals and selection")),
    Route("calls/<str:call_id>/", "call", proposals.call, DESK, "desk"),
    Route("applications/", "applications", applications.applications, DESK, "desk", LISTED, menu=gettext_noop("Applications")),
    Route("applications/<path:key>/", "application", applications.application, DESK, "desk"),
    *round_routes(DESK),
    Route("usage/", "usage", partial(usage.usage, desk=DESK), DESK, "desk", LISTED, menu=gettext_noop("Usage")),
    Route("notices/", "notices", partial(notices, desk=DESK), DESK, "desk", LISTED, menu=gettext_noop("Notices and appeals")),
    Route("invoices/", "invoices", settlement.invoices, DESK, "desk", LISTED, menu=gettext_noop("Invoices")),
    Route("panels/", "panels", panels.panels, DESK, "desk", LISTED, menu=gettext_noop("Panels")),
    Route("register/", "register", partial(register.register, desk=DESK), DESK, "desk", LISTED,
          menu=gettext_noop("Server register")),
    Route("organisations/", "organisations", partial(parties.organisations, desk=DESK), DESK, "desk", LISTED,
          menu=gettext_noop("Organisations")),
    Route("registrations/", "registrations", queue.registrations, DESK, "desk", LISTED, menu=gettext_noop("Registrations")),
    Route("registrations/<str:key>/", "registration", queue.registration, DESK, "desk", ("GET", "HEAD", "POST")),
    Route("registrations/<str:key>/documents/<int:number>/", "registration_document", queue.document, DESK, "desk"),
    Route("people/", "people", partial(parties.people, desk=DESK), DESK, "desk", LISTED, menu=gettext_noop("People")),
    *official_routes(DESK),
]  # fmt: skip
