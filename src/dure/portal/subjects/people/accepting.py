"""The page behind an invitation: who invites to what, and how the person will log in."""

from typing import Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.webauthn.internal import auth
from allauth.socialaccount.adapter import get_adapter as get_identities
from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from dure.cycle.people import invitations, roles
from dure.cycle.people.secrets import digest_of
from dure.formats.errors import BadInput
from dure.portal.kit.acting import why
from dure.portal.kit.identity import joining
from dure.portal.kit.wording.book import book
from dure.portal.kit.wording.words import name, person_name
from dure.portal.subjects.people.keys import AddPasskeyForm
from dure.portal.subjects.people.logging_in import NO_ANSWER, providers, unreachable
from dure.records.parties import queries

RESERVED = "invitation-number"  # in the session: the row's number that a passkey is made for


class AcceptForm(forms.Form):
    """The log-in name, and a password where one is chosen."""

    username = forms.CharField(max_length=80, widget=forms.TextInput(attrs={"autocomplete": "username"}))
    password1 = forms.CharField(strip=False, required=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))
    password2 = forms.CharField(strip=False, required=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))

    def __init__(self, person: Any, *given: Any, by: str = "") -> None:
        super().__init__(*given)
        self.person, self.by = person, by

    def clean_username(self) -> str:
        """A name that nobody has."""
        username = str(self.cleaned_data["username"]).strip()
        try:
            roles.require_name(username)
        except BadInput as error:
            raise forms.ValidationError(why(error)) from error
        self.person.username = username
        return username

    def clean(self) -> dict[str, Any]:
        """A password as good as the rules ask, twice."""
        given: dict[str, Any] = super().clean() or {}
        if self.by == "password":
            if given.get("password1") != given.get("password2"):
                self.add_error("password2", _("The two passwords differ."))
            try:
                validate_password(given.get("password1") or "", self.person)
            except ValidationError as error:
                self.add_error("password1", error)
        return given


def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """What the link opens, as long as it does."""
    digest = digest_of(secret)
    found = queries.open_invitation(digest, at=timezone.now()) if digest else None
    if found is None:
        says = {
            "heading": _("This invitation opens nothing"),
            "lead": _("It was used, withdrawn, or has expired. Ask for a new one."),
        }
        return render(request, "people/notice.html", says, status=404)
    if request.user.is_authenticated:
        lead = _("You are logged in already. Log out first, and then open the link again.")
        return render(request, "people/notice.html", {"heading": _("An invitation"), "lead": lead}, status=409)
    by = request.POST.get("by", "") if request.method == "POST" else ""
    person = get_user_model()(name=found.name, email=found.email)
    form = AcceptForm(person, *((request.POST,) if by else ()), by=by)
    response = _chosen(request, found, form, by) if by and form.is_valid() else None
    response = response or render(request, "people/accept.html", _about(request, found, form), status=422 if form.errors else 200)
    response.headers["Cache-Control"] = "no-store, private"
    return response


def _about(request: HttpRequest, found: Any, form: AcceptForm) -> dict[str, Any]:
    return {
        "form": form,
        "name": person_name(found),
        "desk": name(found.desk),
        "organisation": found.organisation,
        "by": person_name(found.invited_by) if found.invited_by else "",
        "until": found.until,
        "expires_at": found.expires_at,
        "providers": providers(request),
    }


def _chosen(request: HttpRequest, found: Any, form: AcceptForm, by: str) -> HttpResponse | None:
    """What follows the choice; nothing where it could not be done, which the form then says."""
    username = form.cleaned_data["username"]
    try:
        if by == "password":
            made = _accept(found, username, password=form.cleaned_data["password1"])
            record_authentication(request, made, method="password")
            return _enter(request, made)
        if by == "identity" and providers(request):
            return _by_identity(request, found, username)
        if by == "passkey":
            return _by_passkey(request, found, form)
    except BadInput as error:
        form.add_error(None, why(error))
    return None


def _by_identity(request: HttpRequest, found: Any, username: str) -> HttpResponse:
    """To the identity provider; the person is made on the way back."""
    joining.wait(request, found.digest, username)
    provider = providers(request)[0]
    try:
        there = get_identities().get_provider(request, provider.app.provider_id).redirect(request, process="login")
    except NO_ANSWER:
        return unreachable(request)
    return render(request, "people/leaving.html", {"there": there.url})


def _by_passkey(request: HttpRequest, found: Any, form: AcceptForm) -> HttpResponse | None:
    """First the page on which the device makes the passkey, for a number that is reserved; then the person with both."""
    username = form.cleaned_data["username"]
    if not request.POST.get("credential"):
        form.person.pk = request.session[RESERVED] = invitations.reserve_number()
        options = auth.begin_registration(form.person, passwordless=True)
        return render(request, "people/accept_by_passkey.html", {"options": options, "username": username})
    form.person.pk = request.session.pop(RESERVED, None)
    passkey = AddPasskeyForm(request.POST, user=form.person)
    if form.person.pk is None or not passkey.is_valid():
        form.add_error(None, _("This code or passkey is not right."))
        return None
    added: list[Any] = []

    def add(person: Any) -> None:
        name, credential = passkey.cleaned_data["name"], passkey.cleaned_data["credential"]
        added.append(auth.WebAuthn.add(person, name, credential).instance)

    made = _accept(found, username, id=form.person.pk, joined=add)
    post_authentication(request, added[0], passwordless=True)
    return _enter(request, made)


def _accept(found: Any, username: str, **how: Any) -> Any:
    return invitations.accept(found.digest, username=username, programme=book().programme, at=timezone.now(), **how)


def _enter(request: HttpRequest, person: Any) -> HttpResponse:
    response: HttpResponse = perform_login(request, Login(user=person))
    return response
