"""Makes notices, and the mails of those that go at once, in the transaction that is under way."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from dure.cycle.notifying.kinds import BY_KEY
from dure.records.notifications import actions, queries
from dure.records.notifications.models import Notification, Preference
from dure.records.parties.models import Person


class Notice(NamedTuple):
    """One thing that some people are told. `about`: the subject as KIND/ID; `until`: by when they have to act.

    `facts`: plain values that the text needs and no record tells later.
    """

    kind: str
    people: Iterable[Person]
    about: str
    facts: Mapping[str, Any] = {}
    until: dt.datetime | None = None


def tell(notices: Iterable[Notice], *, cause: str, at: dt.datetime) -> int:
    """Tell each person once for the same cause; returns how many notices are new. Who is no longer active is told nothing."""
    listed = [(notice, person) for notice in notices for person in _each_once(notice.people)]
    if not listed:
        return 0
    wishes = queries.preferences({person.pk for _notice, person in listed})
    made = actions.tell(_notification(notice, person, wishes.get(person.pk), cause, at) for notice, person in listed)
    people = {person.pk: person for _notice, person in listed}
    at_once = [each for each in made if each.way == "at_once" and address_of(people[each.person_id])]
    mails = actions.post_all(
        domain=mail_domain(), at=at, mails=[_mail(each, people[each.person_id], wishes.get(each.person_id)) for each in at_once]
    )
    for notification, mail in zip(at_once, mails, strict=True):
        notification.mail = mail
    if at_once:
        actions.carry_each(at_once)
    return len(made)


def _each_once(people: Iterable[Person]) -> list[Person]:
    return list({person.pk: person for person in people if person.is_active}.values())


def _notification(notice: Notice, person: Person, wish: Preference | None, cause: str, at: dt.datetime) -> Notification:
    kind = BY_KEY[notice.kind]
    return Notification(
        person=person, kind=kind.key, about=notice.about[:200], facts=dict(notice.facts), cause=cause[:80], urgent=kind.urgent,
        made_at=at, until=notice.until, way=kind.way(wish.ways.get(kind.key) if wish else None),
    )  # fmt: skip


def _mail(notification: Notification, person: Person, wish: Preference | None) -> dict[str, Any]:
    return {
        "kind": "notice", "about": f"notification/{notification.pk}", "to": address_of(person), "person": person,
        "language": language_of(wish), "urgent": notification.urgent,
    }  # fmt: skip


def address_of(person: Person) -> str:
    """The address to which the person is written; empty where there is none that mail can go to."""
    return person.email if is_address(person.email) else ""


def is_address(text: str) -> bool:
    """Can a mail go there? Nothing that holds a line break or a second address can."""
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def language_of(wish: Preference | None) -> str:
    """The language in which the person is written to; the programme's first where they never said."""
    return wish.language if wish else settings.LANGUAGE_CODE


def mail_domain() -> str:
    """What stands after the @ of a Message-ID: the domain that sends, or one that nobody has."""
    return str(settings.DURE_MAIL.domain)
