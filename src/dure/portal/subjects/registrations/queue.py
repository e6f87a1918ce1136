"""The agency's pages: requests to register, what speaks for and against each, its documents, and the answer."""

import datetime as dt
from typing import Any

from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dure.cycle.notifying.letters import post
from dure.cycle.people.registrations import rules_of
from dure.cycle.people.secrets import new_secret
from dure.formats.errors import BadInput
from dure.formats.registration import written_number
from dure.portal.kit.acting import act, why
from dure.portal.kit.downloads import as_sent
from dure.portal.kit.form.names import in_words
from dure.portal.kit.identity.proof import is_recent
from dure.portal.kit.links import link_to
from dure.portal.kit.lists.answering import respond
from dure.portal.kit.lists.bound import Bound
from dure.portal.kit.lists.columns import called, worded
from dure.portal.kit.lists.declared import Choice, Column, DateRange, List
from dure.portal.kit.personal.noted import note
from dure.portal.kit.wording.book import book
from dure.portal.kit.wording.language import in_language
from dure.portal.kit.wording.words import name, person_name
from dure.portal.subjects.registrations.asking import WISHES
from dure.records.registrations import access, queries

LASTS = dt.timedelta(days=14)  # how long the link to the first person opens
STATES = {"waiting": _("Waiting for an answer"), "confirmed": _("Confirmed"), "refused": _("Refused")}
TONES = {"waiting": "wait", "confirmed": "good", "refused": "bad"}
WHERE = {
    "waiting": Q(decided_at=None),
    "confirmed": Q(organisation__isnull=False),
    "refused": Q(decided_at__isnull=False, organisation=None),
}


def state_of(decided_at: Any, organisation: Any) -> str:
    """The state of a request: a key of `STATES`."""
    return "waiting" if decided_at is None else "confirmed" if organisation else "refused"


REGISTRATIONS = List(
    key="registrations",
    title=_("Registrations"),
    columns=(
        Column(key="asked_at", label=_("Requested at"), kind="instant"),
        called("name", _("Name"), "name", also={"key": "id"},
               href=lambda row, _desk: reverse("agency:registration", kwargs={"key": row["key"]})),
        worded("kind", _("Kind of organisation")),
        Column(key="number", label=_("Registration number"), kind="code"),
        Column(key="contact_name", label=_("Contact person")),
        Column(
            key="state", label=_("State"), kind="badge", source="decided_at", nullable=True, uses=("organisation",),
            show=lambda row: str(STATES[state_of(row["state"], row["organisation"])]),
            tone=lambda row: TONES[state_of(row["state"], row["organisation"])],
        ),
        Column(key="id", label=_("No."), kind="code", standard=False),
    ),
    order="-asked_at",
    unique=frozenset({"id"}),
    extra={"organisation": "organisation"},
    filters=(
        Choice(key="state", label=_("State"), choices=lambda: list(STATES.items()), where=lambda value: WHERE[value]),
        DateRange(key="asked", label=_("Requested at"), field="asked_at"),
    ),
    search=queries.matching,
    searched=_("Name, registration number or contact person; initial consonants will do"),
    empty=_("No organisation has asked to be registered yet. The form is open to everybody, and is linked from the log-in page."),
)  # fmt: skip


def registrations(request: HttpRequest) -> HttpResponseBase:
    """All requests, with those that wait first in the filter."""
    context = {
        "heading": _("Registrations"),
        "says": _("Organisations that ask to be registered. Compare the documents, then confirm or refuse."),
    }
    return respond(request, [Bound(REGISTRATIONS, access.visible_registrations(request.user), "agency")], context)


def registration(request: HttpRequest, key: str) -> HttpResponse:
    """One request; a post confirms or refuses it."""
    asked = access.visible_registrations(request.user).filter(pk=key).first()
    if asked is None:
        raise Http404
    problem = ""
    if request.method == "POST":
        try:
            if request.POST.get("do") == "confirm":
                return _confirmed(request, asked)
            act(request, "refuse_registration", {"registration": asked.pk, "reason": request.POST.get("reason", "").strip()})
            return redirect("agency:registration", key=asked.pk)
        except BadInput as error:
            problem = why(error)
            asked.refresh_from_db()
    return render(request, "registrations/one.html", _page(asked, problem), status=422 if problem else 200)


def _page(asked: Any, problem: str) -> dict[str, Any]:
    rules = rules_of(book(), timezone.localdate())
    scripts = {each for text in asked.name.values() for each in queries.scripts_of(text)}
    state = state_of(asked.decided_at, asked.organisation_id)
    note(asked, "name", "contact", "documents")
    return {
        "asked": asked, "name": in_language(asked.name), "names": in_words(asked.name), "kind": name(asked.kind),
        "problem": problem,
        "number": written_number(asked.number, rules.number_groups), "documents": list(asked.documents.all()),
        "wish": dict(WISHES)[asked.desk], "state": state, "says": STATES[state], "tone": TONES[state],
        "by": person_name(asked.asked_by) if asked.asked_by else "",
        "decided_by": person_name(asked.decided_by) if asked.decided_by else "",
        "alike": [
            {"id": each.organisation.pk, "name": in_language(each.organisation.name),
             "number": written_number(each.organisation.number, rules.number_groups), "because": each.because}
            for each in queries.alike(asked, legal_forms=rules.legal_forms)
        ],
        "others": [
            {"id": each.pk, "name": in_language(each.name), "at": each.asked_at,
             "says": STATES[state_of(each.decided_at, each.organisation_id)]}
            for each in queries.same_number(asked)
        ],
        "scripts": sorted(scripts) if scripts & {"CYRILLIC", "GREEK"} else [],
        "suggested": f"org-{asked.pk[:8]}",
    }  # fmt: skip


def _confirmed(request: HttpRequest, asked: Any) -> HttpResponse:
    """Enter the organisation and invite its first person, both or neither; the link is shown once, and goes out by mail."""
    if not is_recent(request):
        raise ReauthenticationRequired  # what was sent is kept, and sent again afterwards
    secret = new_secret()
    with transaction.atomic():
        given = {"registration": asked.pk, "organisation": request.POST.get("organisation", "").strip()}
        made = act(request, "confirm_registration", given).result
        invited = act(
            request, "invite_person",
            {"digest": secret.digest, "name": {settings.LANGUAGE_CODE: asked.contact_name}, "email": asked.contact_email,
             "desk": asked.desk, "organisation": made, "expires_at": (timezone.now() + LASTS).isoformat()},
        ).result  # fmt: skip
        mail = post(
            "invitation", f"invitation/{invited}", to=asked.contact_email, language=asked.language, at=timezone.now(),
            secret=secret.token,
        )  # fmt: skip
    link = link_to(reverse("people_invitation", kwargs={"secret": secret.token}), request)
    note(asked, "name", "contact")
    page = {"link": link, "name": asked.contact_name, "days": LASTS.days, "mailed": asked.contact_email if mail else ""}
    return render(request, "people/invited.html", page)


def document(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """A document as a file to be kept, never shown by the browser within the portal."""
    if not access.visible_registrations(request.user).filter(pk=key).exists():
        raise Http404
    found = queries.document(key, number)
    if found is None:
        raise Http404
    note(found, "documents")
    ending = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}[found.media]
    return as_sent(bytes(found.content.content), name=f"registration-{key}-{number}.{ending}", personal=True)
