"""What a program needs to file a decision: its facts as the records give them now, and the documents of what was filed."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from dure.cycle.commands.permitting import could, seats_of
from dure.cycle.commands.registry import row_of
from dure.cycle.handoffs import BY_NAME
from dure.cycle.proposing import prepared_facts
from dure.portal.api.carrying_out import answer
from dure.portal.api.door import Caller, require_reading
from dure.portal.api.problems import Worded, not_found
from dure.records.journal import access
from dure.records.journal import queries as journal


def facts(request: HttpRequest, caller: Caller, name: str) -> HttpResponse:
    """The facts of a decision about `?subject=`, for those who may file it; to be edited and filed, or left to the records."""
    require_reading(caller)
    if name not in BY_NAME:
        raise not_found(request.path)
    if not could(row_of(f"file_{name}"), seats_of(caller.person)):
        raise Worded(_("none of your desks may do that."), where=name, code="not_permitted")
    if set(request.GET) != {"subject"} or len(request.GET.getlist("subject")) > 1:
        raise Worded(
            _("what the decision is about is not given."), where="subject", todo="?subject=KIND/ID", code="bad_parameter"
        )
    return answer(request, prepared_facts(BY_NAME[name], request.GET["subject"], caller.context("api")))


def documents(request: HttpRequest, caller: Caller, seq: int) -> HttpResponse:
    """Facts, rules and recommendation of an entry, for officials and auditors."""
    require_reading(caller)
    entry = journal.find(seq) if access.may_read(caller.person) else None
    if entry is None or entry.recommendation_id is None:
        raise not_found(request.path)
    value = {
        "facts": entry.facts_value(),
        "rules": entry.rules_value(),
        "recommendation": entry.recommendation_value(),
    }
    return answer(request, value)
