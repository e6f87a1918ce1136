"""Tells people, and keeps the outbox."""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from django.db.models import F

from dure.records.notifications.models import Mail, Notification, Preference
from dure.records.parties.models import Person


def post(*, domain: str, at: dt.datetime, **fields: Any) -> Mail:
    """Put a mail into the outbox; its Message-ID ends in that domain."""
    return post_all(domain=domain, at=at, mails=[fields])[0]


def post_all(*, domain: str, at: dt.datetime, mails: Iterable[dict[str, Any]]) -> list[Mail]:
    """Put many into the outbox at once."""
    made = []
    for each in mails:
        key = uuid.uuid4().hex
        made.append(Mail(id=key, message_id=f"<{key}@{domain}>", made_at=at, due_at=each.pop("due_at", at), **each))
    return Mail.objects.bulk_create(made, batch_size=500)


def tell(notifications: Iterable[Notification]) -> list[Notification]:
    """Add what was not told before; returns all of them that are new, with their numbers."""
    given = list(notifications)
    if not given:
        return []
    known = set(
        Notification.objects.filter(
            person__in={each.person_id for each in given}, cause__in={each.cause for each in given}
        ).values_list("person", "kind", "about", "cause")
    )
    new = [each for each in given if (each.person_id, each.kind, each.about, each.cause) not in known]
    return Notification.objects.bulk_create(new, batch_size=500)


def carry(mail: Mail, notifications: Iterable[int]) -> int:
    """These notices are what that mail brings, those that no other brings; returns how many."""
    return Notification.objects.filter(pk__in=list(notifications), mail=None, read_at=None).update(mail=mail)


def carry_each(notifications: Iterable[Notification]) -> None:
    """Note the mail of each of these."""
    Notification.objects.bulk_update(list(notifications), ["mail"], batch_size=500)


def mark_read(*, person: Person, at: dt.datetime, only: Iterable[int] | None = None, read: bool = True) -> int:
    """Mark these notices of the person, or all, as read or as unread again; returns how many changed."""
    found = Notification.objects.filter(person=person, read_at__isnull=read)
    if only is not None:
        found = found.filter(pk__in=list(only))
    return found.update(read_at=at if read else None)


def preference_of(*, person: Person, at: dt.datetime, **usual: Any) -> Preference:
    """How the person wants to be told, held until the transaction ends; made as usual where they never said."""
    Preference.objects.bulk_create([Preference(person=person, saved_at=at, **usual)], ignore_conflicts=True)
    return Preference.objects.select_for_update().get(person=person)


def prefer(*, person: Person, at: dt.datetime, **fields: Any) -> None:
    """Keep how the person, of whom there is a preference, wants to be told; what is not given stays as it was."""
    Preference.objects.filter(person=person).update(saved_at=at, **fields)


def claim(*, now: dt.datetime, again_at: dt.datetime) -> Mail | None:
    """The most urgent mail that is due, held by nobody else; from now on it is not tried before `again_at`.

    Call it in a transaction of its own.
    """
    waiting = Mail.objects.filter(sent_at=None, given_up_at=None, due_at__lte=now).order_by("-urgent", "due_at", "id")
    mail = waiting.select_for_update(skip_locked=True, of=("self",)).first()
    if mail is not None:
        Mail.objects.filter(pk=mail.pk).update(claimed_at=now, due_at=again_at, attempts=F("attempts") + 1)
        mail.refresh_from_db()
    return mail


def note_sent(*, mail: Mail, at: dt.datetime) -> None:
    """It was taken; the secret that it brought is forgotten."""
    Mail.objects.filter(pk=mail.pk).update(sent_at=at, fault="", enclosed="")


def note_fault(*, mail: Mail, fault: str, due_at: dt.datetime) -> None:
    """It was not taken, and is tried again then."""
    Mail.objects.filter(pk=mail.pk).update(fault=fault[:400], due_at=due_at)


def give_up(*, mail: Mail, fault: str, at: dt.datetime) -> None:
    """It is not tried any more."""
    Mail.objects.filter(pk=mail.pk).update(fault=fault[:400], given_up_at=at, enclosed="")
