"""The days by which a person has to act, read from the records: what a calendar shows, and what reminders are made from."""

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from dure.records.allocation import queries as allocation
from dure.records.demand import queries as demand
from dure.records.outcomes.owed import Owed, owed
from dure.records.parties.models import Desk, Person
from dure.records.procurement import queries as procurement

ALL_SEE_CALLS = (Desk.AGENCY, Desk.MINISTRY, Desk.AUDITOR)


class Duty(NamedTuple):
    """Something that is due. `what`: a stable word for it; `about`: KIND/ID; `at`: an instant, or a whole day."""

    what: str
    about: str
    at: dt.datetime | dt.date


def duties_of(person: Person, *, now: dt.datetime, on: dt.date) -> list[Duty]:
    """What is due for the person at their desks from now on, the earliest first; what is late and still open is among it."""
    found = [*_calls(person, now), *_owed(person, on), *_ends_of_grants(person, now), *_roles(person, now)]
    return sorted(found, key=_order)


def owed_by(person: Person, *, on: dt.date, most: int | None = None) -> list[Owed]:
    """What the person's organisations owe: money, answers to notices and reports; the earliest first."""
    mine = person.organisations_at(Desk.APPLICANT)
    return owed(mine, on=on, most=most) if mine else []


def _order(duty: Duty) -> tuple[str, str, str]:
    return (_instant(duty.at), duty.what, duty.about)


def _instant(at: dt.datetime | dt.date) -> str:
    return at.astimezone(dt.UTC).isoformat() if isinstance(at, dt.datetime) else at.isoformat()


def _calls(person: Person, now: dt.datetime) -> Iterator[Duty]:
    desks = person.desks
    if desks & {Desk.PROVIDER, *ALL_SEE_CALLS}:
        for call in procurement.calls_that_close_after(now):
            yield Duty("call_closes", f"call/{call.pk}", call.closes_at)
            if call.briefing_at and call.briefing_at > now:
                yield Duty("briefing", f"call/{call.pk}", call.briefing_at)
    if desks & {Desk.APPLICANT, *ALL_SEE_CALLS}:
        for user_call in demand.user_calls_that_close_after(now):
            yield Duty("user_call_closes", f"user_call/{user_call.pk}", user_call.closes_at)


def _owed(person: Person, on: dt.date) -> Iterator[Duty]:
    for each in owed_by(person, on=on):
        yield Duty(each.what, f"{each.kind}/{each.key}", each.day)


def _ends_of_grants(person: Person, now: dt.datetime) -> Iterator[Duty]:
    mine = person.organisations_at(Desk.APPLICANT)
    for grant in allocation.ends_of_grants(mine, after=now) if mine else ():
        yield Duty("grant_ends", f"grant/{grant.pk}", grant.ends_at)  # type: ignore[attr-defined] # an annotation


def _roles(person: Person, now: dt.datetime) -> Iterator[Duty]:
    for role in person.live_roles:
        if role.until and role.until > now:
            yield Duty("role_ends", f"role/{role.pk}", role.until)
