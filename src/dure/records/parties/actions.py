"""Adds organisations and people, and gives or ends their roles."""

import datetime as dt
import unicodedata
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from dure.formats.errors import BadInput
from dure.records.parties.models import Organisation, Person, Role, SavedView, Token, new_uid

_TEXT_FIELDS = ("id", "name_ko", "name_en", "kind", "size", "region", "group")


def _clean_name(text: str, where: str) -> str:
    """NFC, and nothing that makes a name show other than it is."""
    if any(unicodedata.category(char) in {"Cc", "Cf", "Cn", "Co"} for char in text):
        raise BadInput(
            f"{text!r} holds a character that cannot be seen.", where=where, todo="Remove it.", code="hidden_character"
        )
    return unicodedata.normalize("NFC", text)


@transaction.atomic
def add_organisations(*, organisations: Iterable[dict[str, Any]]) -> list[Organisation]:
    """Add many; each is a dict of fields of `Organisation`. One whose id is there is left as it is."""
    made = []
    for fields in organisations:
        clean = {key: _clean_name(value, key) if key in _TEXT_FIELDS else value for key, value in fields.items()}
        made.append(Organisation(**clean))
    return Organisation.objects.bulk_create(made, batch_size=1000, ignore_conflicts=True)


def add_organisation(*, id: str, name_ko: str, kind: str, **fields: Any) -> Organisation:
    """Add one organisation."""
    add_organisations(organisations=[{"id": id, "name_ko": name_ko, "kind": kind, **fields}])
    return Organisation.objects.get(id=id)


@transaction.atomic
def add_person(
    *, username: str, name_ko: str, name_en: str = "", email: str = "", password: str | None = None, uid: str = ""
) -> Person:
    """Add a person; without a password they can be named but cannot log in. `uid`: their stable id, given or made."""
    person = Person(
        uid=uid or new_uid(),
        username=_clean_name(username, "username"),
        name_ko=_clean_name(name_ko, "name_ko"),
        name_en=_clean_name(name_en, "name_en"),
        email=email,
    )
    person.set_password(password)
    person.save(force_insert=True)
    return person


def give_role(
    *, person: Person, desk: str, organisation: Organisation | str | None = None, at: dt.datetime | None = None
) -> Role:
    """Seat a person at a desk from now on."""
    organisation_id = organisation.pk if isinstance(organisation, Organisation) else organisation
    role = Role.objects.create(person=person, desk=desk, organisation_id=organisation_id, given_at=at or timezone.now())
    _forget(person)
    return role


def end_role(*, role: Role, at: dt.datetime | None = None) -> Role:
    """End a role; it stays on record."""
    if role.ended_at is None:
        role.ended_at = at or timezone.now()
        role.save(update_fields=["ended_at"])
    _forget(role.person)
    return role


def make_token(
    *, person: Person, digest: str, name: str, read: bool, commands: Iterable[str], expires_at: dt.datetime, at: dt.datetime
) -> Token:
    """Add a token of that SHA-256; its id is the first 16 characters of it."""
    return Token.objects.create(
        id=digest[:16],
        digest=digest,
        person=person,
        name=_clean_name(name, "name"),
        read=read,
        commands=sorted(set(commands)),
        made_at=at,
        expires_at=expires_at,
    )


def revoke_token(*, token: Token, at: dt.datetime) -> Token:
    """End a token; one that has ended stays as it is."""
    if token.revoked_at is None:
        token.revoked_at = at
        token.save(update_fields=["revoked_at"])
    return token


def _forget(person: Person) -> None:
    """What a person object remembers of its roles is read again."""
    for name in ("live_roles", "desks", "organisation_ids"):
        person.__dict__.pop(name, None)


@transaction.atomic
def save_view(*, id: str, person: Person, list: str, name: str, query: str, shared: bool, at: dt.datetime) -> SavedView:
    """Keep a view of a list; one of the same name of the same list and person is replaced."""
    clean = _clean_name(name, "name")
    SavedView.objects.filter(person=person, list=list, name=clean).delete()
    return SavedView.objects.create(id=id, person=person, list=list, name=clean, query=query, shared=shared, saved_at=at)


def forget_view(*, id: str) -> None:
    """Take a saved view away; its link leads to the list as it is."""
    SavedView.objects.filter(pk=id).delete()
