"""What the table of resources says of each: whose records a person sees, their fields, filters and order."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.db.models import QuerySet


class Field(NamedTuple):
    """One member of an answer: its name, what it means, and the column that it is read from where that has another name.

    The type is the column's. `filters`: the address may name a value for it, or a range where it has an order.
    """

    name: str
    meaning: str
    column: str = ""
    filters: bool = False

    @property
    def path(self) -> str:
        return self.column or self.name


class Resource(NamedTuple):
    """One kind of record. `kind`: its name in KIND/ID of acts. `order`: columns that are never empty, the last one unique."""

    noun: str
    what: str
    visible: Callable[[Any], QuerySet[Any]]
    fields: tuple[Field, ...]
    kind: str = ""
    order: tuple[str, ...] = ("id",)
    id: str = "id"


def by(name: str, meaning: str, column: str = "") -> Field:
    """A field by which the list can be filtered."""
    return Field(name, meaning, column, filters=True)


ID = Field("id", "stable id")
NAME = Field("name", "name by language; the programme's first is always said")
TITLE = Field("title", "title by language; the programme's first is always said")
DURING = (
    Field("from", "first instant of the period", "during__startswith"),
    Field("to", "first instant after the period", "during__endswith"),
)
ENTRY = by("entry", "number of the journal entry that decided it", "entry_id")
