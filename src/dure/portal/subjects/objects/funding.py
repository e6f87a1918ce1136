"""Subjects of the money: appropriations with their budget lines."""

from typing import Any

from django.utils.translation import gettext as _

from dure.portal.kit.section import section
from dure.portal.kit.shown import Column, Table
from dure.portal.kit.wording import numbers
from dure.portal.kit.wording.book import book
from dure.portal.kit.wording.words import name
from dure.portal.subjects.objects.shape import Kind, Seen
from dure.records.funding import queries


def _appropriation(key: str, _person: Any) -> Seen | None:
    """To everybody who is logged in: the budget is public."""
    known = queries.appropriations(programme=book().programme)
    found = next((each for each in known if each.appropriated_on.isoformat() == key), None)
    if found is None:
        return None
    lines = list(queries.lines(appropriation=found))
    waits = _("No approved budget divides it yet; until then a wrong amount can be corrected.")
    facts = [
        (_("Amount"), numbers.money(found.amount)),
        (_("Day of the appropriation"), numbers.long_date(found.appropriated_on)),
        (_("Divided into lines"), numbers.money(sum(each.amount for each in lines))),
        (_("Committed"), numbers.money(sum(each.committed_amount for each in lines))),
        (_("Paid"), numbers.money(sum(each.paid_amount for each in lines))),
    ]
    return Seen(
        _("Appropriation of %(day)s") % {"day": numbers.date(key)},
        _("An approved budget divides it into lines.") if lines else waits,
        "good" if lines else "wait",
        facts,
        unfit=frozenset({"appropriate"} if lines else ()),
        tables=[section(_lines_table(lines), {})] if lines else (),
    )


def _lines_table(lines: list[Any]) -> Table:
    """Its heading names the unit once, so that four amounts fit next to each other."""
    return Table(
        "lines",
        _("Budget lines (%(currency)s)") % {"currency": book().manifest.currency.code},
        [
            Column("line", _("Line")),
            Column("amount", _("Envelope"), "number"),
            Column("committed_amount", _("Committed"), "number"),
            Column("paid_amount", _("Paid"), "number"),
            Column("room_amount", _("Room to commit"), "number"),
        ],
        [
            {
                "line": name(each.name),
                **{key: getattr(each, key) for key in ("amount", "committed_amount", "paid_amount", "room_amount")},
            }
            for each in lines
        ],
    )


KINDS = (Kind("appropriation", _appropriation),)
