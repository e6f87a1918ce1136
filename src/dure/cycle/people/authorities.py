"""Which desks file and answer which decision, for the database: from the hand-offs, and from the rule `approvals` over time."""

import datetime as dt
from typing import Any

from django.utils import timezone

from dure.cycle.handoffs import HANDOFFS
from dure.formats.approvals import ApprovalRules
from dure.records.rights.applying import Authority
from dure.rules.book import Book, Rule

ALWAYS = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def authorities(book: Book) -> list[Authority]:
    """For `records.rights`: given to the database with the grants, after every migration and every change of the rule book."""
    desks: dict[str, tuple[str, ...]] = {}
    for each in HANDOFFS:
        desks[each.decision] = tuple(dict.fromkeys((*desks.get(each.decision, ()), *each.desks)))
    files = [Authority("files", decision, ALWAYS, allowed) for decision, allowed in sorted(desks.items())]
    return files + _answers(book)


def _answers(book: Book) -> list[Authority]:
    """Who answers from each day on which either rule begins to say something else."""
    desks, limits = (book.rules[f"{ApprovalRules.topic}/{name}"] for name in ("desks", "two_signatures_from"))
    found = []
    for day in sorted({value.since for rule in (desks, limits) for value in rule.values}):
        in_force, from_amount = (_on(rule, day) for rule in (desks, limits))
        found += [
            Authority("answers", decision, _midnight(day), tuple(allowed), from_amount.get(decision))
            for decision, allowed in sorted(in_force.items())
        ]
    return found


def _on(rule: Rule, day: dt.date) -> dict[str, Any]:
    """What the rule says on that day; nothing before its first value."""
    return next((value.value for value in reversed(rule.values) if value.since <= day), {})


def _midnight(day: dt.date) -> dt.datetime:
    """Where the programme's clocks stand."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
