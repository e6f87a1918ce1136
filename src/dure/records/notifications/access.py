"""Who may see what somebody was told? That person alone; how the outbox stands, the agency, operators and auditors."""

from typing import Any

from django.db.models import QuerySet

from dure.records.notifications.models import Mail, Notification
from dure.records.notifications.queries import mails, notifications_of
from dure.records.parties.access import sits_at
from dure.records.parties.models import Desk


def visible_notifications(person: Any) -> QuerySet[Notification]:
    """Their own."""
    return notifications_of(person)


def visible_mails(person: Any) -> QuerySet[Mail]:
    """All to the agency, operators and auditors; none to others."""
    return mails() if sits_at(person, Desk.AGENCY, Desk.OPERATOR, Desk.AUDITOR) else Mail.objects.none()
