"""What a person does with their notices. These concern nobody else, and are no acts of the programme: see docs/adr/0030."""

import datetime as dt
import zoneinfo
from collections.abc import Iterable, Mapping

from django.conf import settings
from django.core import signing
from django.db import transaction

from dure.cycle.notifying.kinds import BY_KEY, HOUR, KINDS
from dure.cycle.people.secrets import Secret, new_secret
from dure.formats.errors import BadInput
from dure.records.notifications import actions, queries
from dure.records.notifications.models import Preference
from dure.records.parties import queries as parties
from dure.records.parties.models import Person

SALT = "dure.notifications.stop"
ALL = "digest"  # stands for the mail of the day, in a link that stops it


def mark_read(person: Person, *, at: dt.datetime, only: Iterable[int] | None = None, read: bool = True) -> int:
    """Mark these of the person's notices, or all, as read, or as unread again; returns how many changed."""
    return actions.mark_read(person=person, at=at, only=only, read=read)


@transaction.atomic
def prefer(person: Person, *, at: dt.datetime, language: str, hour: int, zone: str, ways: Mapping[str, str]) -> None:
    """Keep how the person wants to be told. Raises `BadInput` with code `invalid` for what cannot be chosen."""
    if language not in dict(settings.LANGUAGES) or not 0 <= hour <= 23 or zone not in zoneinfo.available_timezones():
        raise BadInput("a value cannot be chosen.", where="language, hour, zone", todo="Choose from the lists.", code="invalid")
    wrong = [key for key, way in ways.items() if key not in BY_KEY or way not in BY_KEY[key].ways]
    if wrong:
        raise BadInput(f"{wrong[0]!r} cannot go that way.", where="ways", todo="Choose from the lists.", code="invalid")
    _kept(person, at)
    actions.prefer(person=person, at=at, language=language, hour=hour, zone=zone, ways=dict(ways))


def stop_link(person: Person, kind: str) -> str:
    """What the address holds by which mails of that kind are stopped, without a log-in."""
    return signing.dumps([person.uid, kind], salt=SALT, compress=True)


def of_stop_link(text: str) -> tuple[Person, str] | None:
    """Whose mails of which kind such an address stops; nothing for what we never made."""
    try:
        uid, kind = signing.loads(text, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    person = parties.person_by_uid(uid)
    return (person, kind) if person is not None and (kind == ALL or kind in BY_KEY) else None


@transaction.atomic
def stop(person: Person, kind: str, *, at: dt.datetime) -> None:
    """No mail of that kind any more; urgent ones come in the mail of the day. `ALL`: no mail of the day but for those."""
    kept = _kept(person, at)
    stopped = [each for each in KINDS if kind in {each.key, ALL} and (kind != ALL or not each.urgent)]
    if kind == ALL:
        stopped = [each for each in stopped if each.way(kept.ways.get(each.key)) == "digest"]
    actions.prefer(person=person, at=at, ways={**kept.ways, **{each.key: each.ways[0] for each in stopped}})


@transaction.atomic
def open_calendar(person: Person, *, at: dt.datetime) -> Secret:
    """A new address of the person's calendar, whose page is `/calendar/SECRET.ics`; the one before it is void."""
    _kept(person, at)
    secret = new_secret()
    actions.prefer(person=person, at=at, calendar_digest=secret.digest)
    return secret


@transaction.atomic
def close_calendar(person: Person, *, at: dt.datetime) -> None:
    """The person's calendar has no address any more."""
    _kept(person, at)
    actions.prefer(person=person, at=at, calendar_digest=None)


def usual(person: Person) -> Preference:
    """How the person is told now, whether or not they ever said; nothing is written."""
    return queries.preference(person) or Preference(
        person=person, language=settings.LANGUAGE_CODE, hour=HOUR, zone=settings.TIME_ZONE, ways={}
    )


def _kept(person: Person, at: dt.datetime) -> Preference:
    return actions.preference_of(person=person, at=at, language=settings.LANGUAGE_CODE, zone=settings.TIME_ZONE, hour=HOUR)
