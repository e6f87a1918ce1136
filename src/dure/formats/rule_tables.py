"""A table of the rule book: which values hold for which combination of attributes, row by row.

The form is closed: a row names conditions on attributes and the values that then hold. There is no arithmetic, no nesting and no
name that the table does not declare, so that every combination can be tried (`dure.rules.tables.proof`). Of the rows in `rows`
exactly one holds for every combination; those in `exceptions` hold beside it, and `combine` says what then becomes of the values.
"""

from typing import Annotated, Any, Literal

from msgspec import Meta

from dure.formats.kinds import Id, Part, Source

Kind = Literal["choice", "word", "words", "flag", "count", "date"]
Combine = Literal["replace", "product", "sum", "min", "max"]
NO_LIMIT = "none"  # how a row says that there is no value, where its output allows that


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


class Shape(Part, frozen=True, kw_only=True):
    """What a decision asks of one of its tables: attributes it can be given, and outputs it reads."""

    knows: Annotated[dict[str, Kind], Meta(description="attributes that the decision knows, with their kind")]
    gives: Annotated[dict[str, str], Meta(description="unit by output; `or none` after it where the decision can take that")]
    combine: Annotated[tuple[Combine, ...], Meta(description="ways to combine that the decision can take")] = ("replace",)
