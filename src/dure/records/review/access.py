"""Who may see which scores? An evaluator only their own while scoring lasts; bidders and applicants none."""

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from dure.records.journal.readers import read_as
from dure.records.parties.access import sits_at
from dure.records.parties.models import Desk
from dure.records.review.models import Assignment, Panel, Recusal, ScoreSheet, Seat


def visible_panels(person: Any) -> QuerySet[Panel]:
    """The agency, ministry and auditors: all; an evaluator: those with a seat of theirs."""
    if sits_at(person, Desk.AGENCY, Desk.MINISTRY, Desk.AUDITOR):
        return Panel.objects.all()
    if sits_at(person, Desk.REVIEWER):
        return Panel.objects.filter(seats__person=person)
    return Panel.objects.none()


def visible_sheets(person: Any) -> QuerySet[ScoreSheet]:
    """An evaluator sees their own; officials see a panel's once it is locked, auditors likewise."""
    if sits_at(person, Desk.AGENCY, Desk.MINISTRY, Desk.AUDITOR):
        return ScoreSheet.objects.filter(panel__locked_at__isnull=False)
    if sits_at(person, Desk.REVIEWER):
        read_as(person)
        return ScoreSheet.objects.filter(seat__person=person)
    return ScoreSheet.objects.none()


def visible_assignments(person: Any, *, now: dt.datetime | None = None) -> QuerySet[Assignment]:
    """What an evaluator's own seats judge; nobody else's, and no proposal before its call has closed."""
    if not sits_at(person, Desk.REVIEWER):
        return Assignment.objects.none()
    read_as(person)
    opened = Q(proposal=None) | Q(proposal__call__closes_at__lte=now or timezone.now())
    return Assignment.objects.filter(opened, seat__person=person)


def may_score(person: Any, panel: Panel, item: str) -> bool:
    """The holder of a seat, before the lock, unless they stepped back from the item."""
    if panel.locked_at is not None or not sits_at(person, Desk.REVIEWER):
        return False
    seat = Seat.objects.filter(panel=panel, person=person).first()
    return seat is not None and not Recusal.objects.filter(seat=seat, item=item).exists()
