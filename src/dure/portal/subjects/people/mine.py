"""One's own page: how one logs in, where one is logged in, and the language of the pages."""

from dataclasses import dataclass
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.internal.flows.sessions import end_sessions
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from dure.portal.kit.chrome import DESKS
from dure.portal.kit.identity.devices import device
from dure.portal.kit.wording.words import name
from dure.portal.subjects.people.logging_in import providers
from dure.records.evidence import queries


@dataclass(frozen=True)
class Session:
    """One session of this person. `here`: the one that asks."""

    id: int
    device: str
    ip: str
    began_at: Any
    here: bool


def mine(request: HttpRequest) -> HttpResponse:
    """The overview."""
    person: Any = request.user
    held = list(Authenticator.objects.filter(user=person).order_by("created_at"))
    kinds = {each.type: each for each in held}
    codes = kinds.get(Authenticator.Type.RECOVERY_CODES)
    context = {
        "roles": [
            {"desk": name(each.desk), "organisation": each.organisation, "since": each.given_at}
            for each in sorted(person.live_roles, key=lambda each: DESKS.index(each.desk))
        ],
        "has_password": person.has_usable_password(),
        "passkeys": [each.wrap() for each in held if each.type == Authenticator.Type.WEBAUTHN],
        "authenticator": kinds.get(Authenticator.Type.TOTP),
        "codes": len(codes.wrap().get_unused_codes()) if codes else None,
        "identities": list(SocialAccount.objects.filter(user=person)),
        "providers": providers(request),
        "signing_keys": queries.keys(person=person, at=timezone.now()).count(),
        "sessions": len(_sessions(request)),
    }
    return render(request, "people/mine.html", context)


def sessions(request: HttpRequest) -> HttpResponse:
    """Where this person is logged in; a post ends one session, or all others."""
    found = _sessions(request)
    if request.method != "POST":
        return render(request, "people/sessions.html", {"sessions": found})
    wish = request.POST.get("end", "")
    ended = [each.id for each in found if not each.here and wish in {"others", str(each.id)}]
    end_sessions(request, list(UserSession.objects.filter(user=request.user, pk__in=ended)))
    said = _("All other sessions have ended.") if wish == "others" else _("The session has ended.")
    messages.success(request, said, extra_tags="good")
    return redirect("usersessions_list")


def _sessions(request: HttpRequest) -> list[Session]:
    """The present one first, then the latest."""
    found = [
        Session(each.pk, device(each.user_agent) or _("Unknown device"), each.ip, each.created_at, each.is_current())
        for each in UserSession.objects.purge_and_list(request.user)
    ]
    return sorted(found, key=lambda each: (not each.here, -each.began_at.timestamp()))


def no_proof(request: HttpRequest) -> HttpResponse:
    """Somebody who came by the identity provider alone has nothing here to prove themselves by."""
    by = {each.get("method") for each in get_authentication_records(request, request.user)}
    lead = _(
        "You can only log in by %(what)s. Log out and in again, and then add a passkey, an authenticator or a password here."
    )
    what = _("an identity provider") if "socialaccount" in by else _("another way")
    return render(request, "people/notice.html", {"heading": _("Nothing to confirm with"), "lead": lead % {"what": what}})
