"""A person who lost every way to log in gets a new one, as the same person: by a link that an officer makes, and shows once."""

import datetime as dt

from django.db import transaction

from dure.cycle.commands.rows import Context
from dure.cycle.lookup import found
from dure.cycle.notifying.letters import post
from dure.cycle.notifying.telling import Notice, language_of, tell
from dure.cycle.notifying.whom import at_desks
from dure.formats.commands.people import ConfirmRenewal, RenewAccess, WithdrawRenewal
from dure.formats.errors import BadInput, Refused
from dure.records.journal.actions import record_act
from dure.records.journal.names import usually
from dure.records.notifications import queries as notifications
from dure.records.parties import actions, queries
from dure.records.parties.models import OFFICIAL_DESKS, Desk, Person, Renewal

LASTS = dt.timedelta(hours=24)
CHANGE = "A link was made by which you can set a new way to log in."
USED = "Your log-in was renewed; every old way to log in has ended."


def renew(request: RenewAccess, context: Context) -> str:
    """Make the link; an official's waits for a second person. Returns the renewal's id."""
    person = found(queries.person_by_uid(request.person), "person", request.person)
    if person.pk == context.person.pk:
        raise Refused("it is yours.", where=f"person {person.uid}", todo="Another person must make it.", code="four_eyes")
    if not person.is_active or not person.desks:
        raise BadInput("sits at no desk.", where=f"person {person.uid}", todo="Invite them instead.", code="no_role")
    if queries.renewal(request.digest[:16]) is not None:
        raise BadInput("this link was made before.", where="digest", todo="Make a new random secret.", code="id_taken")
    actions.seating()
    official = bool(person.desks & set(OFFICIAL_DESKS))
    others = [each for each in queries.officials() if each.pk not in {person.pk, context.person.pk}]
    made = actions.renew(
        digest=request.digest, person=person, reason=request.reason, made_by=context.person, made_at=context.at,
        expires_at=context.at + LASTS, of_official=official, alone=official and not others,
    )  # fmt: skip
    _tell(person, CHANGE, cause=f"renewal {made.pk}", at=context.at)
    if official and others:
        waits = at_desks(Desk.AGENCY, Desk.MINISTRY, but=(person, context.person))
        notice = Notice("renewal_to_confirm", waits, f"renewal/{made.pk}", {"to": usually(person.name)})
        tell([notice], cause="made", at=context.at)
    return made.pk


def confirm(request: ConfirmRenewal, context: Context) -> str:
    """Let it open; returns the renewal's id."""
    renewal = _open(request.renewal, context.at)
    if not renewal.of_official or renewal.confirmed_by_id or renewal.alone:
        raise BadInput("waits for nobody.", where=f"renewal {renewal.pk}", todo="Load the page again.", code="renewal_over")
    if context.person.as_one & {renewal.made_by_id, renewal.person_id}:
        raise Refused("it is yours.", where=f"renewal {renewal.pk}", todo="Another person must confirm it.", code="four_eyes")
    return actions.confirm_renewal(renewal=renewal, by=context.person, at=context.at).pk


def withdraw(request: WithdrawRenewal, context: Context) -> str:
    """Take it back; returns the renewal's id."""
    return actions.withdraw_renewal(renewal=_open(request.renewal, context.at), at=context.at).pk


def _open(renewal_id: str, at: dt.datetime) -> Renewal:
    renewal = found(queries.renewal(renewal_id, lock=True), "renewal", renewal_id)
    if renewal.used_at or renewal.withdrawn_at or renewal.expires_at <= at:
        raise BadInput("is open no more.", where=f"renewal {renewal_id}", todo="Make a new one.", code="renewal_over")
    return renewal


@transaction.atomic
def use(digest: str, *, password: str, programme: str, at: dt.datetime) -> Person:
    """Set the password, end every old way to log in, all sessions and tokens; record the act under the person.

    Raises `BadInput` with code `renewal_over` for a link that was used, withdrawn, has expired or waits for a second person.
    """
    renewal = queries.renewal_that_opens(digest, at=at, lock=True)
    if renewal is None:
        raise BadInput("this link opens nothing any more.", where="renewal", todo="Ask for a new one.", code="renewal_over")
    person = actions.use_renewal(renewal=renewal, password=password, at=at)
    record_act(
        programme=programme, command="use_renewal", about=f"person/{person.uid}", person=person, via="page",
        given={"renewal": renewal.pk}, result=person.uid, at=at,
    )  # fmt: skip
    _tell(person, USED, cause=f"used {renewal.pk}", at=at)
    return person


def _tell(person: Person, change: str, *, cause: str, at: dt.datetime) -> None:
    """On the pages, and by a letter to the address that the records hold, whatever the person chose for other notices."""
    tell(
        [Notice("log_in_changed", [person], f"person/{person.uid}", {"change": change, "at": at.isoformat()})], cause=cause, at=at
    )
    language = language_of(notifications.preference(person))
    post("access_was_renewed", f"person/{person.uid}", to=person.email, language=language, at=at)
