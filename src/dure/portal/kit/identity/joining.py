"""Who opened an invitation and went to the identity provider comes back as a person with that identity."""

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils import timezone

from dure.cycle.people.invitations import accept
from dure.formats.errors import BadInput
from dure.portal.kit.refusals.saying import say
from dure.portal.kit.wording.book import book

WAITING = "invitation"  # in the session: which invitation, and the log-in name that was chosen


def wait(request: HttpRequest, digest: str, username: str) -> None:
    """Remember what the person chose until they come back."""
    request.session[WAITING] = {"digest": digest, "username": username}


def save(login: Any, _request: HttpRequest, *, connect: bool = False) -> None:
    """The identity and nothing else: allauth writes the whole person, too, which the app's log-in may not."""
    del connect  # nobody becomes a person but by an invitation
    login.account.user = login.user
    login.account.save()


def join(request: HttpRequest, login: Any) -> None:
    """Make the person, and join the identity to them, in one transaction; does nothing where no invitation waits."""
    waiting = request.session.pop(WAITING, None)
    if not waiting or login.is_existing or request.user.is_authenticated or login.state.get("process") == "connect":
        return
    try:
        accept(
            waiting["digest"],
            username=waiting["username"],
            programme=book().programme,
            at=timezone.now(),
            joined=lambda person: login.connect(request, person),
        )
    except BadInput as error:
        messages.error(request, say(error), extra_tags="bad")
        raise ImmediateHttpResponse(redirect("account_login")) from error
