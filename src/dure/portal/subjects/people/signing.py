"""One's own keys for signing: a passkey that is there already, or a key file; and the end of a key."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from dure.cycle.evidence.keys import possession
from dure.portal.kit.acting import tried
from dure.portal.kit.identity import assertions
from dure.portal.kit.wording.book import book
from dure.records.evidence import queries

SIGNING_DESKS = frozenset({"ministry", "agency", "operator"})


def overview(request: HttpRequest) -> HttpResponse:
    """The keys, and the ways to register another; a post registers or ends one."""
    if request.method == "POST":
        problem = _end(request) if request.POST.get("end") else _register(request)
        if problem:
            messages.error(request, problem, extra_tags="bad")
        else:
            said = (
                _("The key has ended.") if request.POST.get("end") else _("The key is registered: you sign every answer with it.")
            )
            messages.success(request, said, extra_tags="good")
        return redirect("people_signing")
    person: Any = request.user
    keys = list(queries.keys(person=person))
    known = {each.public for each in keys}
    context = {
        "keys": keys,
        "may": bool(person.desks & SIGNING_DESKS),
        "passkeys": [
            {"public": public, "name": name, "options": _options(request, person, public, credential), "place_text": str(place)}
            for place, (public, (credential, name)) in enumerate(assertions.passkeys(person).items())
            if public not in known
        ],
        "command": f"dure key prove KEY {book().programme} {person.uid}",
    }
    return render(request, "people/signing.html", context)


def _options(request: HttpRequest, person: Any, public: str, credential: str) -> dict[str, Any]:
    return assertions.options(request, possession(person, public, programme=book().programme), [credential])


def _register(request: HttpRequest) -> str:
    """Register what was sent; returns why not, or nothing."""
    credential, line = request.POST.get("credential", ""), request.POST.get("line", "").split()
    if credential:
        public = request.POST.get("public", "")
        name = assertions.passkeys(request.user).get(public, ("", ""))[1]
        proof = {**assertions.answered(credential), "credential": assertions.credential_of(credential)}
        return tried(request, "register_key", {"public": public, "name": name, **proof})
    if len(line) != 2:
        return _("Paste the whole line that the command printed.")
    return tried(request, "register_key", {"public": line[0], "signature": line[1], "name": request.POST.get("name", "").strip()})


def _end(request: HttpRequest) -> str:
    return tried(request, "end_key", {"key": request.POST["end"]})
