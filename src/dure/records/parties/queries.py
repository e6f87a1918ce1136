"""Finds organisations and people."""

import datetime as dt
from typing import Literal

from django.db.models import Q, QuerySet

from dure.records.parties.models import Organisation, Person, Token


def organisations(*, kind: str | None = None, desk: str | None = None, search: str = "") -> QuerySet[Organisation]:
    """Organisations by id; `desk`: those for which someone sits at that desk now."""
    found = Organisation.objects.all()
    if kind is not None:
        found = found.filter(kind=kind)
    if desk is not None:
        found = found.filter(roles__desk=desk, roles__ended_at=None).distinct()
    if search:
        found = found.filter(Q(name_ko__icontains=search) | Q(name_en__icontains=search) | Q(id__icontains=search))
    return found.order_by("id")


def organisation(organisation_id: str) -> Organisation | None:
    """That organisation, or nothing."""
    return Organisation.objects.filter(pk=organisation_id).first()


def organisations_by_id(ids: "list[str] | set[str] | tuple[str, ...]") -> dict[str, Organisation]:
    """Those organisations, by id."""
    return Organisation.objects.in_bulk(list(ids))


def person(username: str) -> Person | None:
    """That person, or nothing."""
    return Person.objects.filter(username=username).first()


def person_by_uid(uid: str) -> Person | None:
    """The person of that stable id, or nothing."""
    return Person.objects.filter(uid=uid).first()


def people(*, desk: str | None = None, organisation_id: str | None = None) -> QuerySet[Person]:
    """Active people, by the desk at which they sit now and for whom."""
    held: dict[str, str] = {}
    if desk is not None:
        held["roles__desk"] = desk
    if organisation_id is not None:
        held["roles__organisation"] = organisation_id
    found = Person.objects.filter(is_active=True)
    return (found.filter(roles__ended_at=None, **held).distinct() if held else found).order_by("username")


def token(token_id: str) -> Token | None:
    """The token of that id, or nothing."""
    return Token.objects.select_related("person").filter(pk=token_id).first()


def live_token(digest: str, *, at: dt.datetime) -> Token | None:
    """The token of that SHA-256 if it can be used then: neither expired nor revoked, and its owner active."""
    found = Token.objects.select_related("person").filter(digest=digest, person__is_active=True)
    return found.filter(made_at__lte=at, expires_at__gt=at, revoked_at=None).first()


def values_in_use(field: Literal["kind", "size", "region"]) -> list[str]:
    """The values that organisations have in that field, each once."""
    return list(Organisation.objects.exclude(**{field: ""}).order_by(field).values_list(field, flat=True).distinct())
