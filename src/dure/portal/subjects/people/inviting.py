"""Invitations and roles: who is invited, which roles wait for a second person, and the link that is shown once."""

import datetime as dt
from typing import Any

from allauth.core.exceptions import ReauthenticationRequired
from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dure.cycle.people.secrets import new_secret
from dure.formats.errors import BadInput
from dure.portal.kit.acting import act, why
from dure.portal.kit.chrome import DESKS
from dure.portal.kit.form import names
from dure.portal.kit.identity.proof import is_recent
from dure.portal.kit.links import link_to
from dure.portal.kit.wording.language import in_language
from dure.portal.kit.wording.words import name, person_name
from dure.records.parties import access, queries

LASTS = dt.timedelta(days=7)
WORKERS = ("provider", "applicant")  # invite colleagues to their own desk


class InvitationForm(forms.Form):
    """Who is invited to what."""

    email = forms.EmailField(max_length=254, required=False)
    desk = forms.ChoiceField()
    organisation = forms.CharField(max_length=160, required=False)
    until = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, person: Any, *given: Any) -> None:
        super().__init__(*given)
        self.fields = {**dict(names.inputs("name", str(_("Name")))), **self.fields}
        self.person = person
        offered = DESKS if access.sits_at(person, "agency") else [each for each in WORKERS if each in person.desks]
        self.fields["desk"].choices = [(each, name(each)) for each in offered]  # type: ignore[attr-defined]
        if not access.sits_at(person, "agency") and len(person.organisation_ids) == 1:
            self.fields["organisation"].initial = next(iter(person.organisation_ids))

    def clean_organisation(self) -> str | None:
        """By id, or by a name that one organisation has."""
        typed = self.cleaned_data["organisation"].strip()
        if not typed or queries.organisation(typed):
            return typed or None
        seen = access.visible_organisations(self.person)
        found = list(seen.filter(queries.matching(typed))[:2])
        if len(found) != 1:
            raise forms.ValidationError(_("Give the id of one organisation, or a word that only its name holds."))
        return str(found[0].pk)

    def given(self) -> dict[str, Any]:
        """The command's input, without the secret."""
        clean = self.cleaned_data
        until = clean["until"] and timezone.make_aware(dt.datetime.combine(clean["until"], dt.time.max))
        texts = {key: clean[key] for key in ("email", "desk", "organisation")}
        return {
            "name": names.given("name", clean),
            **texts,
            "until": until and until.isoformat(),
            "expires_at": (timezone.now() + LASTS).isoformat(),
        }


def overview(request: HttpRequest) -> HttpResponse:
    """What is open: to those who invite or confirm."""
    person: Any = request.user
    if not access.sits_at(person, "agency", "ministry", *WORKERS):
        raise Http404
    confirms = access.sits_at(person, "agency", "ministry")
    invitations = queries.open_invitations(at=timezone.now())
    if not access.sits_at(person, "agency"):
        invitations = invitations.filter(invited_by=person)
    context = {
        "invites": access.sits_at(person, "agency", *WORKERS),
        "invitations": [
            {"id": each.pk, "name": person_name(each), "desk": name(each.desk), "organisation": each.organisation,
             "by": person_name(each.invited_by) if each.invited_by else "", "expires_at": each.expires_at}
            for each in invitations
        ],
        "waiting": [
            {"uid": each.person.uid, "name": person_name(each.person), "key": each.desk, "desk": name(each.desk),
             "by": person_name(each.given_by) if each.given_by else "", "at": each.given_at, "until": each.until,
             "organisation": each.organisation,
             "mine": bool(person.as_one & {each.given_by_id, each.person_id})}
            for each in queries.roles_to_confirm()
        ] if confirms else [],
        "confirms": confirms,
    }  # fmt: skip
    return render(request, "people/invitations.html", context)


def invite(request: HttpRequest) -> HttpResponse:
    """The form, and then the link: it is shown once and cannot be found again."""
    if not access.sits_at(request.user, "agency", *WORKERS):
        raise Http404
    form = InvitationForm(request.user, *((request.POST,) if request.method == "POST" else ()))
    if request.method == "POST" and form.is_valid():
        if not is_recent(request):
            raise ReauthenticationRequired  # what was sent is kept, and sent again afterwards
        secret = new_secret()
        try:
            act(request, "invite_person", {"digest": secret.digest, **form.given()})
        except BadInput as error:
            form.add_error(None, why(error))
        else:
            link = link_to(reverse("people_invitation", kwargs={"secret": secret.token}), request)
            return render(
                request, "people/invited.html", {"link": link, "name": in_language(form.given()["name"]), "days": LASTS.days}
            )
    return render(request, "people/invite.html", {"form": form}, status=422 if form.errors else 200)
