"""Which desks file and answer which decision, for the database: from the hand-offs, and from the rule `approvals` over time."""

import datetime as dt

from django.utils import timezone

from dure.cycle.handoffs import HANDOFFS
from dure.formats.approvals import ApprovalRules
from dure.records.rights.applying import Authority
from dure.rules.book import Book

ALWAYS = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def authorities(book: Book) -> list[Authority]:
    """For `records.rights`: given to the database with the grants, after every migration and every change of the rule book."""
    desks: dict[str, tuple[str, ...]] = {}
    for each in HANDOFFS:
        desks[each.decision] = tuple(dict.fromkeys((*desks.get(each.decision, ()), *each.desks)))
    files = [Authority("files", decision, ALWAYS, allowed) for decision, allowed in sorted(desks.items())]
    answers = [
        Authority("answers", decision, _midnight(value.since), tuple(allowed))
        for value in book.rules[f"{ApprovalRules.topic}/desks"].values
        for decision, allowed in sorted(value.value.items())
    ]
    return files + answers


def _midnight(day: dt.date) -> dt.datetime:
    """Where the programme's clocks stand."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
