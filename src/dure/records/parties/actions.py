"""Adds organisations and people, and gives or ends their roles."""

import datetime as dt
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from dure.formats.errors import BadInput
from dure.records.parties import queries
from dure.records.parties.mergers import Merger, PersonMerger
from dure.records.parties.models import (
    OFFICIAL_DESKS,
    Invitation,
    Organisation,
    Person,
    Renewal,
    Role,
    SavedView,
    Token,
    new_uid,
)

_TEXT_FIELDS = ("id", "kind", "size", "region", "group", "number")


def clean_name(text: str, where: str) -> str:
    """NFC, and nothing that makes a name show other than it is."""
    if any(unicodedata.category(char) in {"Cc", "Cf", "Cn", "Co"} for char in text):
        raise BadInput(
            f"{text!r} holds a character that cannot be seen.", where=where, todo="Remove it.", code="hidden_character"
        )
    return unicodedata.normalize("NFC", text)


def clean_names(names: Mapping[str, str], where: str) -> dict[str, str]:
    """A text by language, each as `clean_name` has it; what is blank is not said."""
    return {language: clean_name(text, f"{where}.{language}") for language, text in names.items() if text}


def add_organisation(*, id: str, name: Mapping[str, str], kind: str, **fields: Any) -> Organisation:
    """Add one organisation; the database refuses an id or a number that another has."""
    given = {"id": id, "kind": kind, **fields}
    clean = {key: clean_name(value, key) if key in _TEXT_FIELDS else value for key, value in given.items()}
    made = Organisation(name=clean_names(name, "name"), **clean)
    made.save(force_insert=True)
    return made


def propose_merger(*, organisation: Organisation, into: Organisation, reason: str, by: Person, at: dt.datetime) -> Merger:
    """Note that one organisation may be another; nothing changes before somebody else has confirmed it."""
    return Merger.objects.create(organisation=organisation, into=into, reason=reason, proposed_by=by, proposed_at=at)


@transaction.atomic
def confirm_merger(*, merger: Merger, by: Person, at: dt.datetime) -> Merger:
    """From now on the records read the one as the other, with all that had been merged into it before; nothing is rewritten."""
    gone, stays = merger.organisation, merger.into
    moved = [gone.pk, *gone.joined]
    Organisation.objects.filter(pk=gone.pk).update(merged_into=stays, merged_at=at, joined=[])
    Organisation.objects.filter(merged_into=gone).update(merged_into=stays)
    Organisation.objects.filter(pk=stays.pk).update(joined=sorted({*stays.joined, *moved}))
    merger.confirmed_by, merger.confirmed_at = by, at
    merger.save(update_fields=["confirmed_by", "confirmed_at"])
    return merger


def drop_merger(*, merger: Merger, at: dt.datetime) -> Merger:
    """Leave both organisations as they are."""
    merger.dropped_at = at
    merger.save(update_fields=["dropped_at"])
    return merger


def hold_organisations(*ids: str) -> list[Organisation]:
    """These organisations by id, held until the transaction ends, in the order of their ids."""
    return list(Organisation.objects.select_for_update().filter(pk__in=ids).order_by("pk"))


def hold_accounts(*, person: Person, into: Person) -> tuple[Person, Person]:
    """Both as they are now: until the transaction ends the one is merged nowhere else, and from the other no act is recorded.

    An act holds its person's row from when it is recorded (`is_of_one_person`): this waits for those that are under way.
    """
    stays = Person.objects.select_for_update(no_key=True).defer("password").get(pk=into.pk)
    return Person.objects.select_for_update().defer("password").get(pk=person.pk), stays


def propose_person_merger(*, person: Person, into: Person, reason: str, by: Person, at: dt.datetime) -> PersonMerger:
    """Note that two accounts may be one person's; nothing changes before somebody else has confirmed it."""
    return PersonMerger.objects.create(person=person, into=into, reason=reason, proposed_by=by, proposed_at=at)


@transaction.atomic
def confirm_person_merger(*, merger: PersonMerger, by: Person, at: dt.datetime) -> PersonMerger:
    """From now on both count as one person, and the account that goes is closed; nothing that was written is rewritten."""
    Person.objects.filter(pk=merger.person_id).update(merged_into=merger.into_id, is_active=False)
    close_account(person=merger.person, at=at)
    merger.confirmed_by, merger.confirmed_at = by, at
    merger.save(update_fields=["confirmed_by", "confirmed_at"])
    return merger


def drop_person_merger(*, merger: PersonMerger, at: dt.datetime) -> PersonMerger:
    """Leave both accounts as they are."""
    merger.dropped_at = at
    merger.save(update_fields=["dropped_at"])
    return merger


@transaction.atomic
def add_person(
    *,
    username: str,
    name: Mapping[str, str],
    email: str = "",
    password: str | None = None,
    uid: str = "",
    id: int | None = None,
) -> Person:
    """Add a person, who cannot log in without a password. `uid`: their stable id; `id`: the number of their row, if reserved."""
    person = Person(
        uid=uid or new_uid(),
        username=clean_name(username, "username"),
        name=clean_names(name, "name"),
        email=email,
        pk=id,
    )
    person.set_password(password)
    person.save(force_insert=True)
    return person


@transaction.atomic
def give_role(
    *,
    person: Person,
    desk: str,
    organisation: Organisation | str | None = None,
    at: dt.datetime | None = None,
    until: dt.datetime | None = None,
    given_by: Person | None = None,
    alone: bool = False,
) -> Role:
    """Seat a person at a desk from now on; where a person gives it who is not `alone`, an official only once another confirms.

    So it is for an official who is also to act for an organisation: they might answer and judge what it hands in.
    """
    organisation_id = organisation.pk if isinstance(organisation, Organisation) else organisation
    at = at or timezone.now()
    official = desk in OFFICIAL_DESKS or queries.holds_official_role(person, at=at)
    waits = official and given_by is not None and not alone
    held = Role.objects.filter(person=person, desk=desk, organisation_id=organisation_id, ended_at=None)
    held.filter(until__lte=at).update(ended_at=F("until"))
    role = Role.objects.create(
        person=person, desk=desk, organisation_id=organisation_id, given_at=at, until=until, given_by=given_by, alone=alone,
        confirmed_at=None if waits else at,
    )  # fmt: skip
    _forget(person)
    return role


def confirm_role(*, role: Role, confirmed_by: Person, at: dt.datetime) -> Role:
    """Let a role that one person has given begin by the word of another."""
    role.confirmed_at, role.confirmed_by = at, confirmed_by
    role.save(update_fields=["confirmed_at", "confirmed_by"])
    _forget(role.person)
    return role


def set_address(*, person: Person, email: str) -> Person:
    """Mails to the person go there from now on; nowhere where it is empty."""
    person.email = email
    person.save(update_fields=["email"])
    return person


def seating() -> None:
    """Until the transaction ends, nobody else seats or unseats officials: how many there are stays as it is read."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('seats of officials', 0))")


def end_access(*, person: Person, at: dt.datetime) -> None:
    """End all sessions and tokens of that person."""
    Person.objects.filter(pk=person.pk).update(sessions_ended=F("sessions_ended") + 1)
    Token.objects.filter(person=person, revoked_at=None).update(revoked_at=at)


@transaction.atomic
def close_account(*, person: Person, at: dt.datetime) -> None:
    """End all roles, sessions and tokens of a person, who stays on record and does not log in any more."""
    Role.objects.filter(person=person, ended_at=None).update(ended_at=Greatest(F("given_at"), Value(at)))
    Person.objects.filter(pk=person.pk).update(is_active=False)
    end_access(person=person, at=at)
    _forget(person)


def invite(*, digest: str, name: Mapping[str, str], made_at: dt.datetime, **fields: Any) -> Invitation:
    """Add an invitation of that SHA-256; its id is the first 16 characters of it."""
    return Invitation.objects.create(id=digest[:16], digest=digest, made_at=made_at, name=clean_names(name, "name"), **fields)


def withdraw_invitation(*, invitation: Invitation, at: dt.datetime) -> Invitation:
    """Take an invitation back."""
    invitation.withdrawn_at = at
    invitation.save(update_fields=["withdrawn_at"])
    return invitation


def accept_invitation(*, invitation: Invitation, person: Person, at: dt.datetime) -> Invitation:
    """Note who accepted it, and when."""
    invitation.person, invitation.accepted_at = person, at
    invitation.save(update_fields=["person", "accepted_at"])
    return invitation


def renew(*, digest: str, **fields: Any) -> Renewal:
    """Add a renewal of that SHA-256; its id is the first 16 characters of it. One that was made before for the person is void."""
    Renewal.objects.filter(person=fields["person"], used_at=None, withdrawn_at=None).update(withdrawn_at=fields["made_at"])
    return Renewal.objects.create(id=digest[:16], digest=digest, **fields)


def confirm_renewal(*, renewal: Renewal, by: Person, at: dt.datetime) -> Renewal:
    """Let it open by the word of a second person."""
    renewal.confirmed_by, renewal.confirmed_at = by, at
    renewal.save(update_fields=["confirmed_by", "confirmed_at"])
    return renewal


def withdraw_renewal(*, renewal: Renewal, at: dt.datetime) -> Renewal:
    """Let it open nothing any more."""
    renewal.withdrawn_at = at
    renewal.save(update_fields=["withdrawn_at"])
    return renewal


def void_renewals(*, person: Person, at: dt.datetime) -> None:
    """Links made for somebody who was no official open nothing any more."""
    Renewal.objects.filter(person=person, of_official=False, used_at=None, withdrawn_at=None).update(withdrawn_at=at)


@transaction.atomic
def use_renewal(*, renewal: Renewal, password: str, at: dt.datetime) -> Person:
    """Every old way to log in ends, with all sessions and tokens; the password is the only one from now on."""
    person = Person.objects.select_for_update().get(pk=renewal.person_id)
    for ways in ("authenticator_set", "socialaccount_set"):  # of django-allauth
        getattr(person, ways).all().delete()
    person.set_password(password)
    person.save(update_fields=["password"])
    end_access(person=person, at=at)
    renewal.used_at = at
    renewal.save(update_fields=["used_at"])
    person.refresh_from_db()
    return person


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
        name=clean_name(name, "name"),
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
    for name in ("live_roles", "desks", "organisation_ids", "as_one"):
        person.__dict__.pop(name, None)


@transaction.atomic
def save_view(*, id: str, person: Person, list: str, name: str, query: str, shared: bool, at: dt.datetime) -> SavedView:
    """Keep a view of a list; one of the same name of the same list and person is replaced."""
    clean = clean_name(name, "name")
    SavedView.objects.filter(person=person, list=list, name=clean).delete()
    return SavedView.objects.create(id=id, person=person, list=list, name=clean, query=query, shared=shared, saved_at=at)


def forget_view(*, id: str) -> None:
    """Take a saved view away; its link leads to the list as it is."""
    SavedView.objects.filter(pk=id).delete()
