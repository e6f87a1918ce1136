"""Reads what people were told, how they want it, and how the outbox stands."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Count, Min, Q, QuerySet

from dure.records.notifications.models import Mail, Notification, Preference
from dure.records.parties.models import Person


class Outbox(NamedTuple):
    """How the mail stands: how many wait, since when, how many of them have met with a fault, and how many were given up."""

    waiting: int
    since: dt.datetime | None
    faulty: int
    given_up: int


def notifications_of(person: Any) -> QuerySet[Notification]:
    """What that person was told, the latest first."""
    return Notification.objects.filter(person=person.pk).order_by("-made_at", "-id")


def told(person: Any, kind: str, *, at: dt.datetime) -> Notification | None:
    """What the person was told of that kind at that instant."""
    return Notification.objects.filter(person=person, kind=kind, made_at=at).first()


def unread(person: Any) -> int:
    """How many notices the person has not read."""
    with connection.cursor() as cursor:  # every page asks
        cursor.execute("SELECT count(*) FROM notifications_notification WHERE person_id = %s AND read_at IS NULL", [person.pk])
        return int(cursor.fetchone()[0])


def of_mail(mail: Mail) -> list[Notification]:
    """The notices that a mail brings, urgent ones first."""
    return list(Notification.objects.filter(mail=mail).order_by("-urgent", "until", "made_at", "id"))


def preferences(people: Iterable[int]) -> dict[int, Preference]:
    """How these people want to be told, by their numbers; those who never said are not in it."""
    return {each.person_id: each for each in Preference.objects.filter(person__in=list(people))}


def preference(person: Any) -> Preference | None:
    """How that person wants to be told; nothing where they never said."""
    return Preference.objects.filter(person=person.pk).first()


def of_calendar(digest: str) -> Person | None:
    """The active person whose calendar has a secret of that SHA-256."""
    found = Preference.objects.select_related("person").filter(calendar_digest=digest, person__is_active=True).first()
    return found.person if found else None


def to_digest() -> dict[int, list[int]]:
    """By person the notices that wait for the mail of the day and were not read meanwhile."""
    found: dict[int, list[int]] = {}
    waiting = Notification.objects.filter(mail=None, way="digest", read_at=None, person__is_active=True).exclude(person__email="")
    for person, number in waiting.order_by("person", "id").values_list("person", "id"):
        found.setdefault(person, []).append(number)
    return found


def people(numbers: Iterable[int]) -> dict[int, Person]:
    """These people, by their numbers; passwords are not read."""
    return {each.pk: each for each in Person.objects.filter(pk__in=list(numbers)).defer("password")}


def outbox(*, given_up_since: dt.datetime | None = None) -> Outbox:
    """How the mail stands now; of what was given up, only what was since then."""
    given_up = Q(given_up_at__isnull=False) if given_up_since is None else Q(given_up_at__gte=given_up_since)
    waits = Q(sent_at=None, given_up_at=None)
    told = Mail.objects.filter(sent_at=None).aggregate(
        waiting=Count("id", filter=waits),
        since=Min("made_at", filter=waits),
        faulty=Count("id", filter=waits & ~Q(fault="")),
        given_up=Count("id", filter=given_up),
    )
    return Outbox(**told)


def mails() -> QuerySet[Mail]:
    """The outbox, the latest first; what a mail encloses is not read."""
    return Mail.objects.defer("enclosed").order_by("-made_at", "id")
