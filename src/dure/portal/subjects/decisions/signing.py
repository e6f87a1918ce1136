"""The signature under an answer: what is to be signed by whom, and what came back."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from dure.cycle.evidence.keys import statement_for
from dure.portal.kit.identity import assertions
from dure.records.evidence import queries

ANSWERS = {"approve": "approval", "refuse": "refusal"}


def asked(request: HttpRequest, entry: Any, wanted: str) -> dict[str, Any] | None:
    """What the page asks this person to sign, and with which keys; nothing where they have none."""
    keys = _keys(request)
    if not keys:
        return None
    person: Any = request.user  # the gate lets nobody else in
    statement = statement_for(entry, person, answer=ANSWERS[wanted], at=timezone.now())
    passkeys = [each.credential for each in keys if each.credential]
    return {
        "statement": statement,
        "files": [each for each in keys if not each.credential],
        "passkeys": len(passkeys),
        "options": assertions.options(request, statement, passkeys),
    }


def given(request: HttpRequest) -> dict[str, str] | None:
    """The signed statement as it was sent; nothing where none was."""
    statement, credential = request.POST.get("statement", ""), request.POST.get("credential", "")
    if credential:
        name = assertions.credential_of(credential)
        key = next((each for each in _keys(request) if each.credential == name), None)
        return {"key": key.pk, "statement": statement, **assertions.answered(credential)} if key else None
    signature = request.POST.get("signature", "").strip()
    return {"key": request.POST.get("key", ""), "statement": statement, "signature": signature} if signature else None


def _keys(request: HttpRequest) -> list[Any]:
    return list(queries.keys(person=request.user, at=timezone.now()))
