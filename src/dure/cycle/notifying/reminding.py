"""Reminders that nobody's act causes: what is due soon, and what is overdue. Each is made once, however often one looks."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils import timezone

from dure.cycle.notifying import whom
from dure.cycle.notifying.approved import invoice_facts
from dure.cycle.notifying.telling import Notice, tell
from dure.cycle.stem.periods import end_of
from dure.records.allocation import queries as allocation
from dure.records.journal.readers import read_as
from dure.records.review import access as review_access
from dure.records.review import queries as review
from dure.records.settlement import queries as settlement
from dure.records.settlement.models import Invoice

INVOICE_DAYS, GRANT_DAYS = 7, 14  # how long before


@transaction.atomic
def remind(now: dt.datetime) -> int:
    """Tell people what is due soon or overdue by now; returns how many notices are new."""
    today = timezone.localdate(now)
    told = 0
    for cause, notices in (("due", _invoices_due(today)), ("overdue", _invoices_overdue(today))):
        told += tell(notices, cause=cause, at=now)
    for notice in _grants_ending(now):
        told += tell([notice], cause=f"ends {notice.until}", at=now)
    return told + tell(_papers(now), cause="papers", at=now)


def _invoices_due(today: dt.date) -> Iterator[Notice]:
    soon = today + dt.timedelta(days=INVOICE_DAYS)
    return _invoices("invoice_due", list(settlement.invoices(unpaid=True).filter(due_on__gte=today, due_on__lte=soon)))


def _invoices_overdue(today: dt.date) -> Iterator[Notice]:
    return _invoices("invoice_overdue", list(settlement.invoices(unpaid=True).filter(due_on__lt=today)))


def _invoices(kind: str, invoices: list[Invoice]) -> Iterator[Notice]:
    people = whom.acting_for(each.organisation_id for each in invoices)
    for each in invoices:
        yield Notice(kind, people[each.organisation_id], f"invoice/{each.pk}", invoice_facts(each), end_of(each.due_on))


def _grants_ending(now: dt.datetime) -> Iterator[Notice]:
    soon = now + dt.timedelta(days=GRANT_DAYS)
    ending = [each for each in allocation.ends_of_grants(None, after=now) if each.ends_at <= soon]  # type: ignore[attr-defined] # an annotation
    people = whom.acting_for(each.application.organisation_id for each in ending)
    for each in ending:
        yield Notice("grant_ending", people[each.application.organisation_id], f"grant/{each.pk}", until=each.ends_at)  # type: ignore[attr-defined] # an annotation


def _papers(now: dt.datetime) -> Iterator[Notice]:
    """Sheets exist for their own evaluator only, so that each is asked for as that person."""
    for person in review.people_of_open_panels():
        mine = review.with_progress(review_access.visible_assignments(person, now=now))
        counted = Counter(each.seat.panel_id for each in mine.select_related("seat") if each.progress == "due")  # type: ignore[attr-defined] # an annotation
        for panel, papers in sorted(counted.items()):
            yield Notice("panel_papers", [person], f"panel/{panel}", {"papers": papers})
    read_as(AnonymousUser())
