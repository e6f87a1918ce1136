"""The pages where people manage how they log in: password, passkeys, authenticator, recovery codes, linked identities."""

from typing import Any

from allauth.account import views as account
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from allauth.socialaccount import views as identities
from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from dure.portal.subjects.people.logging_in import providers

FORM = "people/form.html"
MINE = reverse_lazy("mfa_index")
PASSWORD_RULE = _("At least 12 characters; no common password, and nothing like your name.")


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc] # allauth has no types
    """Each passkey can log its owner in by itself."""

    passwordless = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def clean_passwordless(self) -> bool:
        """Whatever the browser sent."""
        return True


class AddPasskey(webauthn.AddWebAuthnView):  # type: ignore[misc] # allauth has no types
    """Add a passkey."""

    template_name = "people/add_passkey.html"

    def get_form_class(self) -> type[AddPasskeyForm]:
        return AddPasskeyForm


class Identities(identities.ConnectionsView):  # type: ignore[misc] # allauth has no types
    """Identities at the provider that are joined to this person."""

    template_name = "people/identities.html"

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        return {**super().get_context_data(**given), "providers": providers(self.request)}


CHANGE_PASSWORD = account.PasswordChangeView.as_view(
    template_name=FORM,
    success_url=MINE,
    extra_context={"heading": _("Change your password"), "lead": PASSWORD_RULE, "button": _("Change the password"), "back": MINE},
)
SET_PASSWORD = account.PasswordSetView.as_view(
    template_name=FORM,
    success_url=MINE,
    extra_context={"heading": _("Set a password"), "lead": PASSWORD_RULE, "button": _("Set the password"), "back": MINE},
)
ADD_PASSKEY = AddPasskey.as_view()
REMOVE_PASSKEY = webauthn.RemoveWebAuthnView.as_view(
    template_name=FORM,
    success_url=MINE,
    extra_context={
        "heading": _("Remove this passkey?"),
        "lead": _("It will not log you in any more. Remove it from your device too."),
        "button": _("Remove the passkey"),
        "back": MINE,
        "danger": True,
    },
)
ADD_AUTHENTICATOR = totp.ActivateTOTPView.as_view(template_name="people/authenticator.html")
REMOVE_AUTHENTICATOR = totp.DeactivateTOTPView.as_view(
    template_name=FORM,
    extra_context={
        "heading": _("Remove your authenticator?"),
        "lead": _("Logging in will ask for no code any more, unless you have a passkey."),
        "button": _("Remove the authenticator"),
        "back": MINE,
        "danger": True,
    },
)
RECOVERY_CODES = codes.ViewRecoveryCodesView.as_view(template_name="people/recovery_codes.html")
NEW_RECOVERY_CODES = codes.GenerateRecoveryCodesView.as_view(
    template_name=FORM,
    extra_context={
        "heading": _("Make new recovery codes?"),
        "lead": _("Each code logs you in once when you have lost your passkey or authenticator. The old codes become void."),
        "button": _("Make new codes"),
        "back": MINE,
    },
)
IDENTITIES = Identities.as_view()
