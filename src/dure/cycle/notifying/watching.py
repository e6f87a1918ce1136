"""Auditors are told when somebody of an office reads of many people in a short time."""

import datetime as dt

from django.conf import settings
from django.db import transaction

from dure.cycle.notifying import whom
from dure.cycle.notifying.telling import Notice, tell
from dure.records.notifications import queries as notifications
from dure.records.parties.models import Desk
from dure.records.readings import queries

WITHIN = dt.timedelta(hours=1)


def tell_of_bulk_reading(now: dt.datetime) -> int:
    """Tell each auditor once an hour of each reader who has read of too many people within one; returns how many notices are new.

    An auditor who reads that many is told of to the others.
    """
    found = queries.in_bulk(since=now - WITHIN, most=settings.DURE_BULK_READING)
    readers = notifications.people(each.reader_id for each in found)
    notices = [
        Notice(
            "bulk_reading", whom.at_desks(Desk.AUDITOR, but=(readers[each.reader_id],)), f"person/{readers[each.reader_id].uid}",
            {"people": each.people},
        )
        for each in found
    ]  # fmt: skip
    with transaction.atomic():
        return tell(notices, cause=f"hour {now.astimezone(dt.UTC):%Y-%m-%dT%H}", at=now)
