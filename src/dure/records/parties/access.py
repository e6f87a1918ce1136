"""Who sits where: the questions that every other `access` module asks."""

from typing import Any

from django.db.models import QuerySet

from dure.records.parties.models import OFFICIAL_DESKS, Desk, Organisation, Person, Token

OFFICIALS = frozenset({Desk.MINISTRY, Desk.AGENCY})
OVERSIGHT = frozenset({Desk.MINISTRY, Desk.AGENCY, Desk.OPERATOR, Desk.AUDITOR})


def sits_at(person: Any, *desks: str) -> bool:
    """Does that person sit at one of those desks now? Nobody who is not logged in does."""
    return bool(person.is_authenticated and person.is_active and person.desks & set(desks))


def is_official(person: Any) -> bool:
    """Ministry or agency."""
    return sits_at(person, *OFFICIALS)


def holds_office(person: Any) -> bool:
    """Sits at a desk of an office: what it reads of others goes on record."""
    return sits_at(person, *OFFICIAL_DESKS)


def may_oversee(person: Any) -> bool:
    """May see every organisation's matters: ministry, agency, operator, auditor."""
    return sits_at(person, *OVERSIGHT)


def organisations_of(person: Any, *desks: str) -> frozenset[str]:
    """The organisations for which that person sits at one of those desks."""
    if not (person.is_authenticated and person.is_active):
        return frozenset()
    return frozenset(id_ for desk in desks for id_ in person.organisations_at(desk))


def visible_organisations(person: Any) -> QuerySet[Organisation]:
    """All to those who oversee; their own to others."""
    if may_oversee(person):
        return Organisation.objects.all()
    return Organisation.objects.filter(pk__in=organisations_of(person, Desk.PROVIDER, Desk.APPLICANT))


def visible_people(person: Any) -> QuerySet[Person]:
    """All to those who oversee; themselves to others."""
    return Person.objects.all() if may_oversee(person) else Person.objects.filter(pk=person.pk)


def visible_tokens(person: Any) -> QuerySet[Token]:
    """All to the agency, which may revoke them; their own to others."""
    return Token.objects.all() if sits_at(person, Desk.AGENCY) else Token.objects.filter(person=person.pk)
