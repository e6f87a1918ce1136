"""The acts open to a person, grouped by desk and by arm of the programme, as far as they match what is searched for."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dure.cycle.commands.rows import Row
from dure.cycle.commands.tables import decisions, demand, documents, funding, people, stem, supply, work
from dure.portal.kit.chrome import DESKS
from dure.portal.kit.form.fields import says
from dure.portal.kit.wording.words import name

ARMS = (
    (gettext_noop("Decisions: file and answer"), decisions.ROWS),
    (gettext_noop("Calls and agreements"), supply.CALLS),
    (gettext_noop("Panels"), supply.PANELS),
    (gettext_noop("Orders, assets, build-out"), supply.ASSETS),
    (gettext_noop("Surveys, applications, rounds"), demand.ROWS),
    (gettext_noop("Documents"), documents.ROWS),
    (gettext_noop("Operation, notices, appeals"), stem.OPERATION),
    (gettext_noop("Charges and payments"), (*stem.CHARGES, *funding.ROWS)),
    (gettext_noop("Results"), stem.RESULTS),
    (gettext_noop("Organisations and people"), people.ROWS),
    (gettext_noop("Work in the background"), work.ROWS),
)


@dataclass(frozen=True)
class Door:
    """One act as a link."""

    href: str
    label: str
    says: str


@dataclass(frozen=True)
class Group:
    """The acts of one arm at one desk."""

    title: str
    doors: tuple[Door, ...]


def door(row: Row) -> Door:
    """The act in the reader's language."""
    return Door(reverse("acts:act", kwargs={"name": row.name}), _(row.label), _(says(row.command)))


def by_desk(person: Any, wanted: str) -> list[tuple[str, list[Group]]]:
    """For each desk of the person its groups of acts; `wanted`: only those that hold these words."""
    found = []
    for desk in DESKS:
        if desk not in person.desks:
            continue
        groups = [
            Group(_(title), doors)
            for title, rows in ARMS
            if (doors := tuple(door(row) for row in rows if _sits(row, desk) and _matches(row, wanted)))
        ]
        if groups:
            found.append((name(desk), groups))
    return found


def _sits(row: Row, desk: str) -> bool:
    return any(seat.desk == desk for seat in row.by)


def _matches(row: Row, wanted: str) -> bool:
    text = f"{row.name} {row.label} {_(row.label)} {_(says(row.command))}".casefold()
    return all(word in text for word in wanted.casefold().split())
