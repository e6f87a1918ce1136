"""Anybody asks for an organisation to be registered; an officer looks at the documents, and confirms or refuses.

Asking is no command of the table: who asks sits at no desk, and often is not known yet. `ask` is its only door.
"""

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction

from dure.cycle.commands.languages import require_languages
from dure.cycle.commands.rows import Context, State
from dure.cycle.lookup import found
from dure.cycle.notifying.letters import post
from dure.cycle.notifying.telling import Notice, tell
from dure.cycle.notifying.whom import at_desks
from dure.cycle.people.organisations import require_free
from dure.cycle.people.secrets import Secret, new_secret
from dure.formats.commands.organisations import ConfirmRegistration, RefuseRegistration
from dure.formats.errors import BadInput
from dure.formats.registration import RegistrationRules, clean_number
from dure.records.journal.names import usually
from dure.records.parties import actions as parties
from dure.records.parties import queries as known
from dure.records.parties.models import Desk
from dure.records.registrations import actions, queries
from dure.records.registrations.actions import File
from dure.records.registrations.models import LARGEST_DOCUMENT, MOST_DOCUMENTS, Registration
from dure.rules.book import Book

FIRST_BYTES = ((b"%PDF-", "application/pdf"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"))
__all__ = ["LARGEST_DOCUMENT", "MOST_DOCUMENTS", "STATE", "Upload", "ask", "confirm", "refuse", "rules_of"]
_TEXTS = ("address", "contact_name")


class Upload(NamedTuple):
    """A file as it was sent."""

    name: str
    content: bytes


def rules_of(book: Book, on: dt.date) -> RegistrationRules:
    """What an organisation needs to be registered; raises `BadInput` with code `no_rule` where the programme does not say."""
    return book.fill(RegistrationRules, on=on)[0]


@transaction.atomic
def ask(asked: dict[str, Any], uploads: Sequence[Upload], *, rules: RegistrationRules, by: Any, at: dt.datetime) -> Secret:
    """Take the request in; returns the secret of the link by which its asker follows it, whose page is `/register/SECRET/`.

    `asked`: name (by language), kind, number, address, desk, contact_name, contact_email, language. `by`: who is logged in, or
    nobody. Raises `BadInput` with codes `number_wrong`, `number_taken`, `hidden_character`, `invalid` or `document`.
    """
    fields = asked | {name: parties.clean_name(asked[name].strip(), name) for name in _TEXTS}
    fields["name"] = parties.clean_names({key: text.strip() for key, text in asked["name"].items()}, "name")
    require_languages(fields["name"], [code for code, _name in settings.LANGUAGES], where="name")
    fields["number"] = clean_number(asked["number"], rules)
    require_free(fields["number"])
    if fields["kind"] not in rules.kinds:
        raise BadInput("is no kind that may be registered.", where="kind", todo="Choose one of the list.", code="invalid")
    files = [_stored(each) for each in uploads]
    if not files or len(files) > MOST_DOCUMENTS:
        raise BadInput(
            f"a request comes with 1 to {MOST_DOCUMENTS} documents.",
            where="documents",
            todo="Choose them again.",
            code="document",
        )
    secret = new_secret()
    made = actions.ask(digest=secret.digest, files=files, asked_at=at, asked_by=by, **fields)
    about = f"registration/{made.pk}"
    tell([Notice("registration_asked", at_desks(Desk.AGENCY), about, {"name": usually(made.name)})], cause="asked", at=at)
    post("registration_received", about, to=made.contact_email, language=made.language, at=at, secret=secret.token)
    return secret


def _stored(upload: Upload) -> File:
    """The file as it is kept; its kind is told by its first bytes, and nothing else of it is ever read."""
    media = next((kind for start, kind in FIRST_BYTES if upload.content.startswith(start)), "")
    if not media or len(upload.content) > LARGEST_DOCUMENT:
        raise BadInput(
            f"{upload.name[:120]!r} is no PDF, PNG or JPEG of at most {LARGEST_DOCUMENT // 1024**2} MB.",
            where="documents",
            todo="Save it as one of these.",
            code="document",
        )
    name = "".join(each if each.isprintable() else " " for each in upload.name)
    name = name.replace("\\", "/").rpartition("/")[2].strip()[-120:] or "document"
    return File(name, media, hashlib.sha256(upload.content).hexdigest(), upload.content)


def confirm(request: ConfirmRegistration, context: Context) -> str:
    """Enter the organisation; returns its id."""
    asked = _asked(request.registration)
    require_free(asked.number)
    if known.organisation(request.organisation) is not None:
        raise BadInput(
            f"organisation {request.organisation!r} is registered.",
            where="organisation",
            todo="Choose another id.",
            code="id_taken",
        )
    made = parties.add_organisation(id=request.organisation, name=asked.name, kind=asked.kind, number=asked.number)
    actions.confirm(registration=asked, organisation=made, by=context.person, at=context.at)
    _answer("registration_confirmed", asked, context)
    return made.pk


def refuse(request: RefuseRegistration, context: Context) -> str:
    """Note why nothing came of it; returns the id of the request."""
    asked = _asked(request.registration)
    actions.refuse(registration=asked, reason=request.reason, by=context.person, at=context.at)
    _answer("registration_refused", asked, context)
    return asked.pk


def _answer(letter: str, asked: Registration, context: Context) -> None:
    post(letter, f"registration/{asked.pk}", to=asked.contact_email, language=asked.language, at=context.at)


def _asked(registration_id: str) -> Registration:
    return found(queries.registration(registration_id), "registration", registration_id)


def _state(request: ConfirmRegistration | RefuseRegistration, _context: Context) -> str:
    asked = _asked(request.registration)
    return "waiting" if asked.decided_at is None else "confirmed" if asked.organisation_id else "refused"


def _hold(request: ConfirmRegistration | RefuseRegistration) -> None:
    queries.registration(request.registration, lock=True)


STATE = State(("waiting", "confirmed", "refused"), _state, _hold)
