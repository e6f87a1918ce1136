"""The mail of the day: one for each person who has something new in it, at their hour of their zone."""

import datetime as dt
import zoneinfo

from django.conf import settings
from django.db import transaction

from dure.cycle.notifying.kinds import HOUR
from dure.cycle.notifying.telling import address_of, language_of, mail_domain
from dure.records.notifications import actions, queries
from dure.records.notifications.models import Mail, Preference
from dure.records.parties.models import Person


def make_digests(now: dt.datetime) -> int:
    """Put the mails of the day that are due into the outbox; returns how many. Nobody gets a second one on their day."""
    waiting = queries.to_digest()
    people, wishes = queries.people(waiting), queries.preferences(waiting)
    return sum(
        _made(person, waiting[pk], now)
        for pk, person in sorted(people.items())
        if address_of(person) and is_due(wishes.get(pk), now)
    )


def is_due(wish: Preference | None, now: dt.datetime) -> bool:
    """Is it this person's hour or later, on a day on which they have had no mail of the day?"""
    here = now.astimezone(zone_of(wish))
    return here.hour >= (wish.hour if wish else HOUR) and not (wish and wish.digested_on and wish.digested_on >= here.date())


def zone_of(wish: Preference | None) -> dt.tzinfo:
    """Where the person's hour counts: the programme's zone, unless they named another that is known."""
    try:
        return zoneinfo.ZoneInfo(wish.zone if wish else settings.TIME_ZONE)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo(settings.TIME_ZONE)


@transaction.atomic
def _made(person: Person, notifications: list[int], now: dt.datetime) -> bool:
    """Under the lock of the person's preference, so that two processes make one mail."""
    kept = actions.preference_of(person=person, at=now, language=settings.LANGUAGE_CODE, zone=settings.TIME_ZONE, hour=HOUR)
    if not is_due(kept, now):
        return False
    mail: Mail = actions.post(
        domain=mail_domain(), at=now, kind="digest", about=f"person/{person.uid}", to=address_of(person), person=person,
        language=language_of(kept),
    )  # fmt: skip
    if not actions.carry(mail, notifications):
        transaction.set_rollback(True)
        return False
    actions.prefer(person=person, at=now, digested_on=now.astimezone(zone_of(kept)).date())
    return True
