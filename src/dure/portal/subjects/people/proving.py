"""Proving again who one is, before an act that asks for it; afterwards back to where one was."""

from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as second
from allauth.mfa.webauthn import views as passkeys
from django.utils.translation import gettext_lazy as _

TEXTS = {
    "heading": _("Confirm that it is you"),
    "lead": _("This act asks for a proof of identity no older than the programme's rule allows. What you typed is kept."),
    "button": _("Confirm"),
}


class ByPasskey(passkeys.ReauthenticateWebAuthnView):  # type: ignore[misc] # allauth has no types
    """By a passkey."""

    template_name = "people/prove_by_passkey.html"
    extra_context = TEXTS

    def form_invalid(self, form: Any) -> Any:
        """The same page again."""
        return self.render_to_response(self.get_context_data(form=form), status=403)

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        return {**super().get_context_data(), **given}


BY_PASSWORD = account.ReauthenticateView.as_view(template_name="people/form.html", extra_context=TEXTS)
BY_CODE = second.ReauthenticateView.as_view(template_name="people/form.html", extra_context=TEXTS)
BY_PASSKEY = ByPasskey.as_view()
