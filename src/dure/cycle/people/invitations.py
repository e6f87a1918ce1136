"""People come in by a link that is used once: a secret of which the records know the SHA-256 only."""

import datetime as dt
from collections.abc import Callable

from django.conf import settings
from django.db import transaction

from dure.cycle.commands.rows import Context, Owners
from dure.cycle.lookup import found
from dure.cycle.people import roles
from dure.cycle.people.secrets import new_secret
from dure.formats.commands.people import InvitePerson, WithdrawInvitation
from dure.formats.errors import BadInput, Refused
from dure.records.journal.actions import record_act
from dure.records.parties import actions, queries
from dure.records.parties.models import LONGEST_INVITATION, Desk, Invitation, Person

FIRST_LINK_LASTS = dt.timedelta(days=7)


def invite(request: InvitePerson, context: Context) -> str:
    """Let whoever has the link come in; returns the invitation's id."""
    roles.require_place(request.desk, request.organisation)
    roles.require_address(request.email)
    roles.require_some_time(request.until, context.at)
    _require_colleague(request, context.person)
    if not context.at < request.expires_at <= context.at + LONGEST_INVITATION:
        raise BadInput(
            "an invitation lasts at most 30 days, and some time.",
            where="expires_at",
            todo=f"Give an instant until {(context.at + LONGEST_INVITATION).isoformat(timespec='seconds')}.",
            code="invitation_lifetime",
        )
    if queries.invitation(request.digest[:16]) is not None:
        raise BadInput("this link was made before.", where="digest", todo="Make a new random secret.", code="id_taken")
    made = actions.invite(
        digest=request.digest, name=request.name, email=request.email, desk=request.desk,
        organisation_id=request.organisation, until=request.until, invited_by=context.person, made_at=context.at,
        expires_at=request.expires_at,
    )  # fmt: skip
    return made.pk


def _require_colleague(request: InvitePerson, person: Person) -> None:
    """The agency invites anybody; others only to the desk at which they sit themselves for that organisation."""
    if Desk.AGENCY not in person.desks and request.organisation not in person.organisations_at(request.desk):
        raise Refused("this desk may not do that.", where="desk", todo="Invite to your own desk.", code="not_permitted")


def withdraw(request: WithdrawInvitation, context: Context) -> str:
    """Take it back; returns the invitation's id."""
    invitation = found(queries.invitation(request.invitation), "invitation", request.invitation)
    if queries.open_invitation(invitation.digest, at=context.at, lock=True) is None:
        raise BadInput("is open no more.", where=request.invitation, todo="Load the page again.", code="invitation_over")
    return actions.withdraw_invitation(invitation=invitation, at=context.at).pk


def organisation_of(request: InvitePerson) -> Owners:
    """The organisation that somebody is invited to."""
    return Owners(organisations=frozenset({request.organisation} if request.organisation else ()))


def owner(request: WithdrawInvitation) -> Owners:
    """The person who invited; nobody where there is no such invitation."""
    made = queries.invitation(request.invitation)
    return Owners(people=frozenset({made.invited_by.uid} if made and made.invited_by else ()))


def first_invited(*, at: dt.datetime) -> Invitation | None:
    """Whom the first administrator's link that is open lets in; nothing where none is open."""
    return queries.open_invitations(at=at).filter(invited_by=None).order_by("made_at").last()


@transaction.atomic
def first_link(*, name: str, at: dt.datetime, email: str = "") -> str:
    """The secret of the first administrator's link, whose page is `/invitation/SECRET/`; earlier first links become void.

    Raises `Refused` with code `not_first` while an administrator can log in.
    """
    roles.require_address(email)
    _require_first()
    for each in queries.open_invitations(at=at).filter(invited_by=None):
        actions.withdraw_invitation(invitation=each, at=at)
    secret = new_secret()
    actions.invite(
        digest=secret.digest, name={settings.LANGUAGE_CODE: name}, email=email, desk=Desk.AGENCY, invited_by=None, made_at=at,
        expires_at=at + FIRST_LINK_LASTS,
    )  # fmt: skip
    return secret.token


def _require_first() -> None:
    actions.seating()
    if queries.an_administrator_can_log_in():
        raise Refused(
            "an administrator can log in already.",
            where="first administrator",
            todo="Ask them for an invitation.",
            code="not_first",
        )


def reserve_number() -> int:
    """A number for the row of a person who is about to be: a passkey is made for it."""
    return queries.next_number()


@transaction.atomic
def accept(
    digest: str,
    *,
    username: str,
    programme: str,
    at: dt.datetime,
    password: str | None = None,
    id: int | None = None,  # noqa: A002 - the number reserved for the person's row
    joined: Callable[[Person], None] = lambda _person: None,
) -> Person:
    """Make the person with the role; `joined` adds a passkey or an identity in the same transaction.

    Raises `BadInput` with code `invitation_over` for a link that was used, withdrawn or has expired.
    """
    invitation = queries.open_invitation(digest, at=at, lock=True)
    if invitation is None:
        raise BadInput("this link opens nothing any more.", where="invitation", todo="Ask for a new one.", code="invitation_over")
    if invitation.invited_by is None:
        _require_first()
    roles.require_name(username)
    person = actions.add_person(
        username=username,
        name=invitation.name,
        email=invitation.email,
        password=password,
        id=id,
    )
    joined(person)
    roles.seat(
        person, invitation.desk, invitation.organisation_id, until=invitation.until, given_by=_inviter(invitation), at=at,
    )  # fmt: skip
    actions.accept_invitation(invitation=invitation, person=person, at=at)
    record_act(
        programme=programme, command="accept_invitation", about=f"invitation/{invitation.pk}", person=person, via="page",
        given={"username": username}, result=person.uid, at=at,
    )  # fmt: skip
    return person


def _inviter(invitation: Invitation) -> Person | None:
    """Who answers for the role; an invitation of somebody who has left since opens nothing."""
    inviter = invitation.invited_by
    if inviter is not None and not (inviter.is_active and inviter.desks):
        raise BadInput("who invited you has left.", where="invitation", todo="Ask for a new one.", code="invitation_over")
    return inviter
