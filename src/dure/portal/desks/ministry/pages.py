"""What does the ministry decide? Its working list; the decisions themselves are shared with the other official desks."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from dure.portal.kit.gate import Route
from dure.portal.subjects.decisions.approvals import official_routes, working_list

DESK = "ministry"


def waiting(request: HttpRequest) -> HttpResponse:
    """What waits for the ministry, and what was decided."""
    says = _("Budget, sector shares, burden and awards take effect only with your approval.")
    return working_list(request, desk=DESK, says=says)


ROUTES = [Route("", "list", waiting, DESK, "desk"), *official_routes(DESK)]
