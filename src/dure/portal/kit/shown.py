"""The parts of which an explanation of a decision is made: figures, charts, tables and reasons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True)
class Figure:
    """One number to be read at a glance; `tone`: good, warn or bad."""

    label: str
    value: str
    note: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Column:
    """`kind` says how a raw value is written, such as text, sentence, code, number, money, share, points, date, instant, flag."""

    key: str
    label: str
    kind: str = "text"

    @property
    def numeric(self) -> bool:
        """Is the column read from the right?"""
        return self.kind in {"number", "money", "share", "points", "gpus"}


@dataclass(frozen=True)
class Table:
    """Raw values; `public` tables are open data, all others are for the desks that the decision concerns.

    `office`: for the office that keeps the matter and for audit alone, such as whose score sheet was left out.
    `narrowed_by`: the column by whose values readers can narrow it down. `empty`: what is said where there is no row.
    """

    key: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Mapping[str, Any]]
    note: str = ""
    public: bool = True
    folded: bool = False
    office: bool = False
    narrowed_by: str = ""
    empty: str = ""

    def __post_init__(self) -> None:
        if self.narrowed_by and self.narrowed_by not in {each.key for each in self.columns}:
            raise ValueError(f"table {self.key!r} is narrowed down by {self.narrowed_by!r}, which is none of its columns")


@dataclass(frozen=True)
class Chart:
    """A drawing, the sentence that says what to see in it, the table with the same numbers, and what its axis counts."""

    title: str
    svg: str
    says: str
    table: Table
    unit: str = ""


@dataclass(frozen=True)
class Shown:
    """A decision explained: one sentence, figures, and sections of charts and tables in reading order.

    `warning`: what the person who answers it must not overlook; mostly empty.
    """

    headline: str
    figures: Sequence[Figure] = ()
    sections: Sequence[Chart | Table] = ()
    method: str = ""
    proof: str = ""
    warning: str = ""

    def tables(self) -> list[Table]:
        """Every table, those behind charts among them, by which data are handed out."""
        return [each.table if isinstance(each, Chart) else each for each in self.sections]

    def table(self, key: str) -> Table | None:
        """The table of that key."""
        return next((each for each in self.tables() if each.key == key), None)

    def only_public(self) -> "Shown":
        """What everybody may see."""
        kept = [each for each in self.sections if (each.table if isinstance(each, Chart) else each).public]
        return replace(self, sections=kept)

    def without_office(self) -> "Shown":
        """What the desks beyond the office that keeps the matter may see."""
        kept = [each for each in self.sections if not (each.table if isinstance(each, Chart) else each).office]
        return replace(self, sections=kept)
