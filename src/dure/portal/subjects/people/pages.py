"""Which addresses does everybody have for themselves? Names are those by which django-allauth finds its pages."""

from collections.abc import Callable

from allauth.mfa.recovery_codes.views import download_recovery_codes
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from dure.portal.kit.gate import Route
from dure.portal.subjects.people import accepting, inviting, keys, logging_in, mine, proving, renewing, signing

FORM = ("GET", "HEAD", "POST")


def notice(heading: Promise | str, lead: Promise | str, status: int = 200) -> Callable[..., HttpResponse]:
    """A page that says one thing."""

    def view(request: HttpRequest) -> HttpResponse:
        return render(request, "people/notice.html", {"heading": heading, "lead": lead}, status=status)

    return view


inactive = notice(_("This account is closed"), _("Ask the agency if you think that this is wrong."), 403)
failed = notice(
    _("The identity provider did not confirm you"), _("Nothing was changed. Go back to the log-in and try again."), 401
)
cancelled = notice(_("You did not go on"), _("Nothing was changed. You can log in another way."))

OPEN = [
    Route("login/", "account_login", logging_in.LOG_IN, methods=FORM),
    Route("login/passkey/", "mfa_login_webauthn", logging_in.BY_PASSKEY, methods=FORM),
    Route("login/second-step/", "mfa_authenticate", logging_in.SECOND_STEP, methods=FORM),
    Route("login/closed/", "account_inactive", inactive),
    Route("login/failed/", "socialaccount_login_error", failed),
    Route("login/cancelled/", "socialaccount_login_cancelled", cancelled),
    Route("login/<slug:provider_id>/start/", "openid_connect_login", logging_in.by_identity, methods=FORM),
    Route("login/<slug:provider_id>/callback/", "openid_connect_callback", logging_in.FROM_PROVIDER),
    Route("invitation/<str:secret>/", "people_invitation", accepting.invitation, methods=FORM),
    Route("renewal/<str:secret>/", "people_renewal", renewing.renewal, methods=FORM),
    Route("logout/", "account_logout", logging_in.LOG_OUT, methods=("POST",)),
]
OWN = [
    Route("account/", "mfa_index", mine.mine, "", "signed in"),
    Route("account/password/", "account_change_password", keys.CHANGE_PASSWORD, "", "signed in", FORM),
    Route("account/password/set/", "account_set_password", keys.SET_PASSWORD, "", "signed in", FORM),
    Route("account/passkeys/add/", "mfa_add_webauthn", keys.ADD_PASSKEY, "", "signed in", FORM),
    Route("account/passkeys/<int:pk>/remove/", "mfa_remove_webauthn", keys.REMOVE_PASSKEY, "", "signed in", FORM),
    Route("account/authenticator/add/", "mfa_activate_totp", keys.ADD_AUTHENTICATOR, "", "signed in", FORM),
    Route("account/authenticator/remove/", "mfa_deactivate_totp", keys.REMOVE_AUTHENTICATOR, "", "signed in", FORM),
    Route("account/recovery-codes/", "mfa_view_recovery_codes", keys.RECOVERY_CODES, "", "signed in"),
    Route("account/recovery-codes/new/", "mfa_generate_recovery_codes", keys.NEW_RECOVERY_CODES, "", "signed in", FORM),
    Route("account/recovery-codes/file/", "mfa_download_recovery_codes", download_recovery_codes, "", "signed in"),
    Route("account/identities/", "socialaccount_connections", keys.IDENTITIES, "", "signed in", FORM),
    Route("account/sessions/", "usersessions_list", mine.sessions, "", "signed in", FORM),
    Route("account/signing/", "people_signing", signing.overview, "", "signed in", FORM),
    Route("account/invitations/", "people_invitations", inviting.overview, "", "signed in",
          menu=gettext_noop("Invitations and roles"), menu_at=("agency", "ministry", "provider", "applicant")),
    Route("account/invitations/new/", "people_invite", inviting.invite, "", "signed in", FORM),
    Route("account/renew/", "people_renew", renewing.renew, "", "signed in", FORM, menu=gettext_noop("Lost log-ins"),
          menu_at=("agency", "ministry")),
    Route("account/confirm/", "account_reauthenticate", proving.BY_PASSWORD, "", "signed in", FORM),
    Route("account/confirm/code/", "mfa_reauthenticate", proving.BY_CODE, "", "signed in", FORM),
    Route("account/confirm/passkey/", "mfa_reauthenticate_webauthn", proving.BY_PASSKEY, "", "signed in", FORM),
    Route("account/confirm/none/", "people_no_proof", mine.no_proof, "", "signed in"),
]  # fmt: skip
ROUTES = [*OPEN, *OWN]
