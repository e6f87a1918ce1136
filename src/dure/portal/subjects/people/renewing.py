"""Renewing a lost log-in: the officer's form with the link that is shown once, and the page that the link opens."""

from typing import Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.core.exceptions import ReauthenticationRequired
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dure.cycle.people import renewals
from dure.cycle.people.secrets import digest_of, new_secret
from dure.formats.errors import BadInput
from dure.portal.kit.acting import act, why
from dure.portal.kit.identity.proof import is_recent
from dure.portal.kit.links import link_to
from dure.portal.kit.wording.book import book
from dure.portal.kit.wording.words import person_name
from dure.records.parties import access, queries


class RenewalForm(forms.Form):
    """Whose log-in, and how the officer made sure who asks."""

    person = forms.CharField(max_length=160)
    reason = forms.CharField(max_length=4000)

    def clean_person(self) -> str:
        """By log-in name or stable id; the id."""
        typed = self.cleaned_data["person"].strip()
        found = queries.person(typed) or queries.person_by_uid(typed)
        if found is None:
            raise forms.ValidationError(_("Nobody has this log-in name."))
        return str(found.uid)


class NewPasswordForm(forms.Form):
    """A password as good as the rules ask, twice."""

    password1 = forms.CharField(strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))
    password2 = forms.CharField(strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))

    def __init__(self, person: Any, *given: Any) -> None:
        super().__init__(*given)
        self.person = person

    def clean(self) -> dict[str, Any]:
        """Says what is wrong with it."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("password1") != given.get("password2"):
            self.add_error("password2", _("The two passwords differ."))
        try:
            validate_password(given.get("password1") or "", self.person)
        except ValidationError as error:
            self.add_error("password1", error)
        return given


def renew(request: HttpRequest) -> HttpResponse:
    """The officer's page: what is open, the form, and then the link."""
    if not access.sits_at(request.user, "agency", "ministry"):
        raise Http404
    initial = {"person": request.GET.get("person", "")[:160]}
    form = RenewalForm(request.POST) if request.method == "POST" else RenewalForm(initial=initial)
    if request.method == "POST" and form.is_valid():
        if not is_recent(request):
            raise ReauthenticationRequired  # what was sent is kept, and sent again afterwards
        secret = new_secret()
        try:
            act(request, "renew_access", {"digest": secret.digest, **form.cleaned_data})
        except BadInput as error:
            form.add_error(None, why(error))
        else:
            return _made(request, secret.token)
    page = {"form": form, "open": [_row(each, request.user) for each in queries.open_renewals(at=timezone.now())]}
    return render(request, "people/renew.html", page, status=422 if form.errors else 200)


def _made(request: HttpRequest, secret: str) -> HttpResponse:
    made = queries.renewal(digest_of(secret)[:16])
    link = link_to(reverse("people_renewal", kwargs={"secret": secret}), request)
    waits = bool(made and made.of_official and not made.alone)
    name = person_name(made.person) if made else ""
    return render(request, "people/renewed.html", {"link": link, "name": name, "waits": waits})


def _row(renewal: Any, reader: Any) -> dict[str, Any]:
    return {
        "id": renewal.pk, "name": person_name(renewal.person), "by": person_name(renewal.made_by), "at": renewal.made_at,
        "until": renewal.expires_at, "reason": renewal.reason,
        "waits": renewal.of_official and not renewal.alone and renewal.confirmed_by_id is None,
        "mine": bool(reader.as_one & {renewal.made_by_id, renewal.person_id}),
    }  # fmt: skip


def renewal(request: HttpRequest, secret: str) -> HttpResponse:
    """What the link opens, as long as it does; all links that open nothing look alike."""
    digest = digest_of(secret)
    found = queries.renewal_that_opens(digest, at=timezone.now()) if digest else None
    if found is None:
        says = {
            "heading": _("This link opens nothing"),
            "lead": _("It was used, withdrawn, has expired, or waits for a second person. Ask the agency."),
        }
        return render(request, "people/notice.html", says, status=404)
    form = NewPasswordForm(found.person, *((request.POST,) if request.method == "POST" else ()))
    if request.method == "POST" and form.is_valid():
        try:
            person = renewals.use(digest, password=form.cleaned_data["password1"], programme=book().programme, at=timezone.now())
        except BadInput as error:
            form.add_error(None, why(error))
        else:
            request.session.flush()
            record_authentication(request, person, method="password")
            response: HttpResponse = perform_login(request, Login(user=person))
            return response
    page = {"form": form, "name": person_name(found.person), "username": found.person.username}
    response = render(request, "people/renewal.html", page, status=422 if form.errors else 200)
    response.headers["Cache-Control"] = "no-store, private"
    return response
