"""Carries out a command for the person of a request, and says in the reader's language why it was refused."""

import datetime as dt
from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from dure.cycle.commands.registry import row_of
from dure.cycle.commands.rows import Context
from dure.cycle.commands.running import Outcome, read_command, run
from dure.cycle.filing import CheckFailed
from dure.formats.errors import BadInput, Infeasible
from dure.portal.kit.wording.book import book

_LOGGED_IN_AT = "logged_in_at"


def context_of(request: HttpRequest) -> Context:
    """Who acts through this request, and when."""
    person: Any = request.user  # the gate lets nobody else in
    return Context(book(), person, timezone.now(), "page", confirmed_at=logged_in_at(request), clock=timezone.now)


def logged_in_at(request: HttpRequest) -> dt.datetime | None:
    """When the person of this session last proved who they are."""
    told = request.session.get(_LOGGED_IN_AT)
    return dt.datetime.fromisoformat(told) if told else None


@receiver(user_logged_in)
def _note_log_in(request: HttpRequest, **_given: Any) -> None:
    request.session[_LOGGED_IN_AT] = timezone.now().isoformat()


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
    """The refusal as a sentence for the reader: by its code where there is one for it, else as it was said."""
    said = {
        "not_permitted": _("It is not for your desk to do this."),
        "not_yours": _("There is no such thing."),
        "not_now": _("It is not possible in the present state."),
        "step_up_needed": _("This act asks for a recent log-in: log in again, then do it. Nothing was done."),
        "stale": _("Somebody has changed it in the meantime. Look at it again."),
        "answered": _("Somebody has answered it in the meantime."),
        "four_eyes": _("You filed it yourself: another person of the desk must answer it (four eyes)."),
        "beneficiary": _("You act for an organisation that gains by it: somebody without a part in it must answer."),
        "reason_missing": _("A refusal needs its reason: say why in the note."),
        "panel_not_locked": _("Scoring has not ended: lock the panel first."),
        "not_ranked": _("There is no approved ranking yet: file and approve the evaluation first."),
    }
    code = getattr(error, "code", "")
    if code == "not_now" and getattr(error, "where", "").startswith(("approve", "refuse")):
        return said["answered"]
    if code == "refused_by_records":
        return _(getattr(error, "what", str(error)))
    return said.get(code) or str(error)
