"""What django-allauth asks of this deployment: no open registration, our sentences, our rule of how long a proof counts."""

import base64
import hashlib
from functools import partial
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dure.portal.kit.chrome import DESKS
from dure.portal.kit.identity import devices, joining, proof
from dure.portal.kit.identity.said import DONE


class LogIns(DefaultAccountAdapter):  # type: ignore[misc] # allauth has no types
    """Log-in by name and password, and what follows it."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("Name or password is not right."),
        "too_many_login_attempts": _("There were too many attempts. Try again in five minutes."),
        "enter_current_password": _("This is not your present password."),
        "incorrect_password": _("This is not your password."),
        "incorrect_code": _("This code or passkey is not right."),
        "rate_limited": _("There were too many attempts. Try again in five minutes."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """An account exists by invitation alone."""
        del request
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """To the person's first desk."""
        held: frozenset[str] = getattr(request.user, "desks", frozenset())
        return next((reverse(f"{desk}:list") for desk in DESKS if desk in held), reverse("public:home"))

    def login(self, request: HttpRequest, user: Any) -> None:
        """As allauth does; before it, whether this person has ever logged in."""
        request.first_log_in = user.last_login is None  # type: ignore[attr-defined] # ours
        super().login(request, user)

    def post_login(self, request: HttpRequest, user: Any, **given: Any) -> HttpResponse:
        """As allauth does; a log-in from a new device is told to the person."""
        response: HttpResponse = super().post_login(request, user, **given)
        devices.logged_in(request, user, response, first=getattr(request, "first_log_in", False))
        return response

    def set_password(self, user: Any, password: str) -> None:
        """The password and nothing else: the app's log-in may not write every column of a person."""
        user.set_password(password)
        user.save(update_fields=["password"])

    def send_notification_mail(self, template_prefix: str, user: Any, *_context: Any, **_more: Any) -> None:
        """Instead of allauth's mails: a notice that the person's log-in was changed."""
        devices.changed(user, f"{template_prefix.replace('/email/', '/messages/')}.txt")

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Ours instead of allauth's sentences; nothing where the page itself says it."""
        del message_context
        said = message or (gettext(DONE[message_template]) if message_template in DONE else "")
        if said:
            messages.add_message(request, level, said, extra_tags=extra_tags or ("bad" if level >= messages.ERROR else "good"))

    def is_reauthentication_required(self, *, app: str, **_more: Any) -> bool:
        """As for acts: a proof counts as long as the programme's rule says. Who has none yet may give one after a log-in."""
        del app
        request = context.request
        return not (proof.is_recent(request) or (proof.logged_in_recently(request) and not self._proofs_of(request.user)))

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """A passkey first; who has a second factor does not get by with the password alone."""
        again = {"id": "log_in_again", "description": gettext("Log in again"), "url": reverse("people_no_proof")}
        return self._proofs_of(user) or [again]

    def _proofs_of(self, user: Any) -> list[dict[str, Any]]:
        found = super().get_reauthentication_methods(user)
        if is_mfa_enabled(user, [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]):
            found = [each for each in found if each["id"] != "reauthenticate"]
        return sorted(found, key=lambda each: each["id"] != "mfa_reauthenticate:webauthn")


class Proofs(DefaultMFAAdapter):  # type: ignore[misc] # allauth has no types
    """Passkeys, authenticators and recovery codes."""

    error_messages = {**DefaultMFAAdapter.error_messages, "incorrect_code": _("This code or passkey is not right.")}

    def encrypt(self, text: str) -> str:
        """Secrets of authenticators lie in the database under a key that does not lie there."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002 - allauth's name
        """What a passkey is called until its owner says otherwise."""
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return gettext("Passkey %(number)s") % {"number": number}


def _cipher() -> MultiFernet:
    """By the secret key of the deployment, and by those that it had before."""
    keys = [str(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    return MultiFernet(
        [Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"authenticator {key}".encode()).digest())) for key in keys]
    )


class Identities(DefaultSocialAccountAdapter):  # type: ignore[misc] # allauth has no types
    """Identities at the deployment's provider. One is joined to a person by that person or by an invitation, never by address."""

    error_messages = {
        **DefaultSocialAccountAdapter.error_messages,
        "no_password": _("Set a password or add a passkey first: without one you could not log in any more."),
        "connected_other": _("This identity belongs to another person here."),
    }

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """An identity that nobody here has lets nobody in."""
        del request, sociallogin
        return False

    def can_authenticate_by_email(self, login: Any, email: str) -> bool:
        """Whoever has an address at the provider need not be the person of that address here."""
        del login, email
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Who comes back with an invitation becomes a person; the identity is joined to them in the same transaction."""
        sociallogin.save = partial(joining.save, sociallogin)
        joining.join(request, sociallogin)
