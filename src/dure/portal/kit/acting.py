"""Carries out a command for the person of a request, and says in the reader's language why it was refused."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from dure.cycle.commands.registry import row_of
from dure.cycle.commands.rows import Context
from dure.cycle.commands.running import Outcome, read_command, run
from dure.formats.errors import BadInput, CheckFailed, Infeasible
from dure.portal.kit.identity.proof import confirmed_at
from dure.portal.kit.refusals.saying import say
from dure.portal.kit.wording.book import book


def context_of(request: HttpRequest) -> Context:
    """Who acts through this request, and when."""
    person: Any = request.user  # the gate lets nobody else in
    return Context(book(), person, timezone.now(), "page", confirmed_at=confirmed_at(request), clock=timezone.now)


def act(request: HttpRequest, name: str, given: dict[str, Any], *, key: str = "", seen: int | None = None) -> Outcome:
    """Carry out the command of that name; raises `BadInput` or `Refused` with nothing written."""
    row = row_of(name)
    return run(row, read_command(row, given), context_of(request), key=key, seen=seen)


def tried(request: HttpRequest, name: str, given: dict[str, Any], *, key: str = "", seen: int | None = None) -> str:
    """Carry out the command; returns why it was refused, or nothing where it was done."""
    try:
        act(request, name, given, key=key, seen=seen)
    except (BadInput, Infeasible, CheckFailed) as error:
        return why(error)
    return ""


def why(error: Exception) -> str:
    """The refusal as a sentence for the reader."""
    if getattr(error, "code", "") == "not_now" and getattr(error, "where", "").startswith(("approve", "refuse")):
        return _("Somebody has answered it in the meantime.")
    return say(error)
