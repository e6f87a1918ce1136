"""Which notices and appeals wait? At the desks that judge answers and decide appeals."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from dure.portal.kit.lists.answering import respond
from dure.portal.kit.lists.bound import Bound
from dure.portal.kit.shown import Figure
from dure.portal.kit.wording.numbers import number
from dure.portal.subjects.reclaim.lists import APPEALS, NOTICES
from dure.records.operation import access, queries


def notices(request: HttpRequest, *, desk: str) -> HttpResponseBase:
    """Notices with their answers, and appeals, those first that came last."""
    waiting = queries.waiting_to_be_judged()
    context = {
        "heading": _("Notices and appeals"),
        "says": _("What holders of grants were told, answered and objected to. Act on the page of the grant."),
        "figures": [
            Figure(_("Answers to be judged"), number(waiting["answers"]), tone="warn" if waiting["answers"] else ""),
            Figure(_("Appeals to be decided"), number(waiting["appeals"]), tone="warn" if waiting["appeals"] else ""),
        ],
    }
    lists = [
        Bound(APPEALS, queries.with_appeal_state(access.visible_appeals(request.user)), desk),
        Bound(NOTICES, queries.with_notice_state(access.visible_notices(request.user)), desk),
    ]
    return respond(request, lists, context)
