"""Who may see what was read? Whose it is, of their own; the auditor, all. The database's views hold the same."""

from typing import Any

from django.db.models import QuerySet

from dure.records.journal.readers import read_as
from dure.records.parties.access import sits_at
from dure.records.parties.models import Desk
from dure.records.readings.models import ReadingOfOwn, ReadingOverseen


def own_readings(person: Any) -> QuerySet[ReadingOfOwn]:
    """What people of an office have read of that person, the latest first; exports of whole lists are among it."""
    read_as(person)
    return ReadingOfOwn.objects.order_by("-at", "-id")


def visible_readings(person: Any) -> QuerySet[ReadingOverseen]:
    """All readings to auditors, none to others, the latest first."""
    if not sits_at(person, Desk.AUDITOR):
        return ReadingOverseen.objects.none()
    read_as(person)
    return ReadingOverseen.objects.order_by("-at", "-id")
