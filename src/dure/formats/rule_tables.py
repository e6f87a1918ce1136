"""A table of the rule book: which values hold for which combination of attributes, row by row.

The form is closed: a row names conditions on attributes and the values that then hold. There is no arithmetic, no nesting and no
name that the table does not declare, so that every combination can be tried (`dure.rules.tables.proof`). Of the rows in `rows`
exactly one holds for every combination; those in `exceptions` hold beside it, and `combine` says what then becomes of the values.
"""

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from msgspec import Meta

from dure.formats.kinds import Id, Part, Source

Kind = Literal["choice", "word", "words", "flag", "count", "date"]
Combine = Literal["replace", "product", "sum", "min", "max"]
NO_LIMIT = "none"  # how a row says that there is no value, where its output allows that
WORDS = frozenset({"choice", "word", "date"})  # units of outputs that are words and days, and no quantities
DECIMALS = frozenset({"ratio", "decimal", "points"})  # those that are decimal text; all others but `flag` are whole numbers
_DECIMAL = re.compile(r"(0|[1-9][0-9]{0,17})(\.[0-9]{1,18})?")
_MEMBERS: dict[str, type] = {"flag": bool, "count": int}  # of other kinds a value is text


class Attribute(Part, frozen=True, kw_only=True):
    """What a table reads of an applicant, an application or a proposal."""

    kind: Annotated[
        Kind,
        Meta(
            description="`choice`: one of `of`; `word`: any id; `words`: some of `of`; `flag`: true or false; `count`: a whole "
            "number from 0; `date`: a day"
        ),
    ]
    of: Annotated[tuple[Id, ...], Meta(description="ids of a `choice` or of `words`, in order; empty for other kinds")] = ()


class Output(Part, frozen=True, kw_only=True):
    """What a table gives."""

    unit: Annotated[Id, Meta(description="unit of the value, as in the rule book")]
    optional: Annotated[bool, Meta(description="whether a row may say `none`: that there is no value, such as no limit")] = False


class Condition(Part, frozen=True, kw_only=True, omit_defaults=True, rename={"is_": "is", "in_": "in"}):
    """What one attribute has to be; all that is said has to hold."""

    is_: Annotated[Any, Meta(description="this value")] = None
    in_: Annotated[tuple[Any, ...], Meta(description="one of these values")] = ()
    other_than: Annotated[tuple[Any, ...], Meta(description="none of these values")] = ()
    at_least: Annotated[Any, Meta(description="this value or more; the same day or later")] = None
    below: Annotated[Any, Meta(description="less than this value; an earlier day")] = None
    has: Annotated[tuple[Id, ...], Meta(description="all of these ids, for an attribute of the kind `words`")] = ()


class Row(Part, frozen=True, kw_only=True):
    """Values that hold together, and where that is written."""

    id: Annotated[Id, Meta(description="unique in its table; reasons name it")]
    when: Annotated[dict[Id, Condition], Meta(description="conditions by attribute; empty: whatever the attributes are")]
    then: Annotated[dict[Id, Any], Meta(description="value by output; null: none, such as no limit")]
    title: Annotated[dict[str, str], Meta(description="its name, by language; empty: filed before rows had one")] = {}
    status: Annotated[
        Literal["enacted", "assumed"] | None, Meta(description="as for rules; null: filed before rows were cited apart")
    ] = None
    source: Annotated[Source | None, Meta(description="where it is written; null: filed before rows were cited apart")] = None


class Table(Part, frozen=True, kw_only=True):
    """Rows of which exactly one holds, and exceptions."""

    reads: Annotated[dict[Id, Attribute], Meta(description="attributes that its conditions are about, by name")]
    gives: Annotated[dict[Id, Output], Meta(description="values that it gives, by name")]
    rows: Annotated[tuple[Row, ...], Meta(description="exactly one holds for every combination of the attributes")]
    exceptions: Annotated[tuple[Row, ...], Meta(description="those that hold beside it; empty: there are none")] = ()
    combine: Annotated[
        Combine,
        Meta(
            description="what becomes of the values where an exception holds: `replace`, or a sum, product, least or most of all"
        ),
    ] = "replace"

    def __post_init__(self) -> None:
        """Refuse rows that nobody can read, so that a forged table is a finding and does not stop its reader."""
        if not self.rows:
            raise ValueError("has no row")
        for row in (*self.rows, *self.exceptions):
            for fault in (*_conditions(self, row), *_values(self, row)):
                raise ValueError(f"row {row.id!r}: {fault}")


def _conditions(table: Table, row: Row) -> Iterator[str]:
    for name, asked in row.when.items():
        if name not in table.reads:
            yield f"the table reads no {name!r}"
            continue
        kind = _MEMBERS.get(table.reads[name].kind, str)
        members = (asked.is_, *asked.in_, *asked.other_than, asked.at_least, asked.below)
        if any(member is not None and type(member) is not kind for member in members):
            yield f"{name!r} is held against what it cannot be"


def _values(table: Table, row: Row) -> Iterator[str]:
    if set(row.then) != set(table.gives):
        yield "it does not give what the table gives"
        return
    for name, output in table.gives.items():
        value = row.then[name]
        if value is None and output.optional:
            continue
        if output.unit in DECIMALS:
            held = isinstance(value, str) and _DECIMAL.fullmatch(value) is not None
        else:
            held = type(value) is (bool if output.unit == "flag" else str if output.unit in WORDS else int)
        if not held:
            yield f"{name!r} is no {output.unit}"


class Shape(Part, frozen=True, kw_only=True):
    """What a decision asks of one of its tables: attributes it can be given, and outputs it reads."""

    knows: Annotated[dict[str, Kind], Meta(description="attributes that the decision knows, with their kind")]
    gives: Annotated[dict[str, str], Meta(description="unit by output; `or none` after it where the decision can take that")]
    combine: Annotated[tuple[Combine, ...], Meta(description="ways to combine that the decision can take")] = ("replace",)
    whole: Annotated[bool, Meta(description="whether words stay open: the decision meets some that no list of ids names")] = False
