"""People enter, sit at desks and leave them."""

import datetime as dt
import re

from dure.cycle.commands.rows import Context
from dure.cycle.lookup import account_on_its_own, found, on_its_own
from dure.cycle.notifying.telling import is_address
from dure.formats.commands.people import AddPerson, CloseAccount, ConfirmRole, EndRole, GiveRole
from dure.formats.errors import BadInput, Refused
from dure.records.parties import actions, queries
from dure.records.parties.models import OFFICIAL_DESKS, ORGANISATIONAL_DESKS, Desk, Person, Role

LOG_IN_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{2,79}")
SEATED_ALONE = (Desk.AGENCY, Desk.MINISTRY)  # by the only administrator: otherwise nobody could ever confirm


def add_person(request: AddPerson, context: Context) -> str:
    """Enter the person, who cannot log in before a way to do so is set; returns the stable id."""
    del context
    if queries.person_by_uid(request.id):
        raise BadInput(f"{request.id!r} is there already.", where="id", todo="Choose another.", code="id_taken")
    require_name(request.username)
    require_address(request.email)
    person = actions.add_person(uid=request.id, username=request.username, name=request.name, email=request.email)
    return person.uid


def require_name(username: str) -> None:
    """Raise unless somebody can be given that log-in name."""
    if not LOG_IN_NAME.fullmatch(username):
        raise BadInput(
            "a log-in name is of 3 to 80 small letters, digits, dots, hyphens and underscores.",
            where="username",
            todo="Choose another.",
            code="log_in_name",
        )
    if queries.username_is_taken(username):
        raise BadInput(f"{username!r} is taken.", where="username", todo="Choose another.", code="id_taken")


def require_address(email: str) -> None:
    """Raise unless mail can be sent there; an address that was not given is none."""
    if email and not is_address(email):
        raise BadInput(f"{email!r} is not an address.", where="email", todo="Leave it empty, or correct it.", code="invalid")


def give(request: GiveRole, context: Context) -> str:
    """Seat the person: an official once another person has confirmed it, others at once; returns the stable id."""
    person = account_on_its_own(request.person)
    require_place(request.desk, request.organisation)
    require_some_time(request.until, context.at)
    seat(
        person, request.desk, request.organisation, until=request.until, given_by=context.person, at=context.at,
    )  # fmt: skip
    return person.uid


def require_place(desk: str, organisation: str | None) -> None:
    """Raise unless the desk belongs to an organisation that is there, or to none."""
    if (desk in ORGANISATIONAL_DESKS) != (organisation is not None):
        raise BadInput(
            f"the desk {desk} {'needs' if organisation is None else 'has no'} organisation.",
            where="organisation",
            todo="Providers and applicants act for one; officials do not.",
            code="invalid",
        )
    if organisation is not None:
        on_its_own(organisation)


def require_some_time(until: dt.datetime | None, at: dt.datetime) -> None:
    """Raise where a role that is given then would be over."""
    if until is not None and until <= at:
        raise BadInput(f"{until.isoformat()} is past.", where="until", todo="Give a later instant.", code="role_lifetime")


def seat(
    person: Person, desk: str, organisation: str | None, *, until: dt.datetime | None, given_by: Person | None, at: dt.datetime
) -> Role:
    """Give the role; where only one person could, for some days already, they seat the second one alone."""
    actions.seating()
    if desk in OFFICIAL_DESKS:
        actions.void_renewals(person=person, at=at)
    alone = desk in SEATED_ALONE and given_by is not None and list(queries.officials_lately(at=at)[:2]) == [given_by]
    alone = alone and not person.organisation_ids
    return actions.give_role(
        person=person, desk=desk, organisation=organisation, until=until, given_by=given_by, at=at, alone=alone
    )


def confirm(request: ConfirmRole, context: Context) -> str:
    """Let the role begin; returns the person's stable id."""
    person = _person(request.person)
    named = {"person": person, "desk": request.desk, "organisation": request.organisation}
    waiting = queries.roles_to_confirm().select_for_update(of=("self",)).filter(**named).first()
    if waiting is None:
        raise BadInput("such a role is not waiting.", where=f"person {request.person}", todo="Check the desk.", code="no_role")
    if context.person.as_one & {waiting.given_by_id, person.pk}:
        raise Refused("it is yours.", where=f"person {request.person}", todo="Another person must confirm it.", code="four_eyes")
    actions.confirm_role(role=waiting, confirmed_by=context.person, at=max(context.at, waiting.given_at))
    return person.uid


def end(request: EndRole, context: Context) -> str:
    """End the role; with the last one sessions and tokens end too. Returns the person's stable id."""
    person = _person(request.person)
    actions.seating()
    held = person.roles.filter(desk=request.desk, organisation=request.organisation, ended_at=None).first()
    if held is None:
        raise BadInput(
            "holds no such role.", where=f"person {request.person}", todo="Check desk and organisation.", code="no_role"
        )
    if held.desk == Desk.AGENCY and held.confirmed_at and not _others_administer(person):
        raise _last(person)
    actions.end_role(role=held, at=context.at)
    if not _person(person.uid).live_roles:
        actions.end_access(person=person, at=context.at)
    return person.uid


def close(request: CloseAccount, context: Context) -> str:
    """End all that the person has here; returns the stable id."""
    person = _person(request.person)
    actions.seating()
    if is_last_administrator(person):
        raise _last(person)
    actions.close_account(person=person, at=context.at)
    return person.uid


def is_last_administrator(person: Person) -> bool:
    """Would nobody be left at the agency without this person? Asked under `actions.seating`."""
    return Desk.AGENCY in person.desks and not _others_administer(person)


def _others_administer(person: Person) -> bool:
    return queries.lasting_administrators().exclude(pk=person.pk).exists()


def _last(person: Person) -> Refused:
    return Refused(
        "is the only administrator whose role has no end.",
        where=f"person {person.uid}",
        todo="Seat another at the agency first, without a last day.",
        code="last_administrator",
    )


def _person(uid: str) -> Person:
    return found(queries.person_by_uid(uid), "person", uid)
