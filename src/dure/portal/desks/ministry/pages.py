"""What does the ministry decide? Its working list; the decisions themselves are shared with the other official desks."""

from functools import partial

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dure.portal.kit.gate import LISTED, Route
from dure.portal.subjects.decisions.approvals import official_routes, working_list
from dure.portal.subjects.reclaim.pages import notices

DESK = "ministry"


def waiting(request: HttpRequest) -> HttpResponseBase:
    """What waits for the ministry, and what was decided."""
    says = _("Budget, sector shares, burden and awards take effect only with your approval.")
    return working_list(request, desk=DESK, says=says)


ROUTES = [
    Route("", "list", waiting, DESK, "desk", LISTED, menu=gettext_noop("Working list")),
    Route("notices/", "notices", partial(notices, desk=DESK), DESK, "desk", LISTED, menu=gettext_noop("Notices and appeals")),
    *official_routes(DESK),
]
