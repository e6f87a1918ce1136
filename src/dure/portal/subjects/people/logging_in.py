"""The pages of the log-in: name and password, a passkey, a second step, and the deployment's identity provider."""

from typing import Any

from allauth.account import views as account
from allauth.account.adapter import get_adapter
from allauth.mfa.base import views as second
from allauth.mfa.webauthn import views as passkeys
from allauth.socialaccount.adapter import get_adapter as get_identities
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect import views as provider
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from requests import RequestException

NO_ANSWER = (RequestException, OAuth2Error, KeyError)  # in time, or none that names where to log in


class LogIn(account.LoginView):  # type: ignore[misc] # allauth has no types
    """Name and password; afterwards to the page that was asked for, or to the person's desk."""

    template_name = "people/login.html"

    def form_invalid(self, form: Any) -> HttpResponse:
        """The same answer for a name that nobody has and for a wrong password."""
        return self.render_to_response(self.get_context_data(form=form), status=403)  # type: ignore[no-any-return]

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        return {**super().get_context_data(**given), "providers": providers(self.request)}


class LogInByPasskey(passkeys.LoginWebAuthnView):  # type: ignore[misc] # allauth has no types
    """What the script of the log-in page asks for, and what the browser's authenticator answered."""

    def form_valid(self, form: Any) -> HttpResponse:
        """As allauth does, and then to the page that was asked for."""
        return _to_next(self.request, super().form_valid(form))


def _to_next(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    wanted = request.POST.get("next", "")
    if request.user.is_authenticated and wanted and get_adapter().is_safe_url(wanted):
        return HttpResponseRedirect(wanted)
    return response


class SecondStep(second.AuthenticateView):  # type: ignore[misc] # allauth has no types
    """Of those who have one, a code or a passkey after the password."""

    template_name = "people/second_step.html"
    extra_context = {
        "heading": _("Second step"),
        "lead": _("Give the code that your authenticator shows, one of your recovery codes, or use your passkey."),
    }


def providers(request: HttpRequest) -> list[Any]:
    """The identity providers of this deployment."""
    return list(get_identities().list_providers(request))


def by_identity(request: HttpRequest, provider_id: str) -> HttpResponse:
    """To the identity provider, by a page of ours: the content policy lets no form lead elsewhere."""
    try:
        response: HttpResponse = provider.login(request, provider_id=provider_id)
    except NO_ANSWER:
        return unreachable(request)
    if isinstance(response, HttpResponseRedirect) and "://" in response.url:
        return render(request, "people/leaving.html", {"there": response.url, "provider": provider_id})
    return response


def unreachable(request: HttpRequest) -> HttpResponse:
    """The identity provider gives no answer that can be used; what there is to do."""
    says = {
        "heading": _("The identity provider does not answer"),
        "lead": _("Nothing was changed. Try again in a few minutes, or use another way to log in."),
    }
    return render(request, "people/notice.html", says, status=502)


LOG_IN = LogIn.as_view()
BY_PASSKEY = LogInByPasskey.as_view()
SECOND_STEP = SecondStep.as_view()
LOG_OUT = account.LogoutView.as_view()
FROM_PROVIDER = provider.callback
