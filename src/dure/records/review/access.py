"""Who may see which scores? An evaluator only their own while scoring lasts; bidders and applicants none."""

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from dure.records.demand.models import Application
from dure.records.journal.readers import read_as
from dure.records.parties import queries as parties
from dure.records.parties.access import sits_at
from dure.records.parties.models import Desk, Person
from dure.records.review.models import Assignment, Panel, Recusal, ScoreSheet, Seat

# What is judged on a panel of that kind comes from organisations for which people sit at this desk.
_HANDS_IN = {Panel.Kind.PROPOSAL: Desk.PROVIDER, Panel.Kind.APPLICATION: Desk.APPLICANT}


def may_judge(kind: str) -> QuerySet[Person]:
    """People at the reviewer desk without a part in any organisation, or one of its group, that could hand in what is judged.

    By roles alone, whoever has handed in: so a refusal tells nobody who has.
    """
    theirs = parties.acting_as_one(parties.organisations(desk=_HANDS_IN[Panel.Kind(kind)]).values_list("pk", flat=True))
    return parties.people(desk=Desk.REVIEWER).exclude(pk__in=parties.people_acting_for(theirs).values("pk"))


def visible_panels(person: Any) -> QuerySet[Panel]:
    """The agency, ministry and auditors: all; an evaluator: those with a seat of theirs."""
    if sits_at(person, Desk.AGENCY, Desk.MINISTRY, Desk.AUDITOR):
        return Panel.objects.all()
    if sits_at(person, Desk.REVIEWER):
        return Panel.objects.filter(seats__person=person, seats__left_at=None)
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
    return Assignment.objects.filter(opened, seat__person=person, seat__left_at=None)


def judged_applications(person: Any, *, now: dt.datetime | None = None) -> QuerySet[Application]:
    """The applications that an evaluator reads as a judge: of a closed call, without those from which they stepped back."""
    at = now or timezone.now()
    mine = visible_assignments(person, now=at).filter(application__user_call__closes_at__lte=at)
    left = Recusal.objects.filter(seat__person=person).values("item")
    return Application.objects.filter(pk__in=mine.exclude(item__in=left).values("application_id"))


def may_score(person: Any, panel: Panel, item: str) -> bool:
    """The holder of a seat, before the lock, unless they stepped back from the item."""
    if panel.locked_at is not None or not sits_at(person, Desk.REVIEWER):
        return False
    seat = Seat.objects.filter(panel=panel, person=person, left_at=None).first()
    return seat is not None and not Recusal.objects.filter(seat=seat, item=item).exists()
