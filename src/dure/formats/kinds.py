"""The kinds of value in dure's files, and the frame that every file has.

Money is whole won; ratios and scores are decimal text; dates `YYYY-MM-DD`; instants RFC 3339 with
an offset; intervals half-open; ids are text, unique in their list; lists have no order.
"""

import datetime as dt
from fractions import Fraction
from functools import lru_cache
from typing import Annotated, Any, ClassVar

import msgspec
from msgspec import Meta

# `(?!\n)`: in Python `$` alone also matches before a line feed at the end.
Id = Annotated[str, Meta(min_length=1, max_length=160, pattern=r"^[^\x00-\x1f\x7f]+$(?!\n)", description="unique in its list")]
Text = Annotated[str, Meta(max_length=4000)]
Won = Annotated[int, Meta(ge=0, le=2**53 - 1, description="whole won")]
SignedWon = Annotated[int, Meta(ge=-(2**53) + 1, le=2**53 - 1, description="whole won; a reversal is negative")]
Count = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Positive = Annotated[int, Meta(ge=1, le=2**31 - 1)]
Week = Annotated[int, Meta(ge=0, le=5200, description="weeks since `start_on`; 0 is the first")]
Decimal = Annotated[str, Meta(pattern=r"^-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,18})?$(?!\n)", description="a decimal number as text")]
Amount = Annotated[
    str, Meta(pattern=r"^(0|[1-9][0-9]{0,17})(\.[0-9]{1,18})?$(?!\n)", description="a non-negative decimal number as text")
]
Share = Annotated[
    str, Meta(pattern=r"^(0(\.[0-9]{1,18})?|1(\.0{1,18})?)$(?!\n)", description="a ratio from 0 to 1 as decimal text")
]
Exact = Annotated[str, Meta(pattern=r"^-?[0-9]+(/[1-9][0-9]*)?$(?!\n)", description="an exact fraction as text, `n/d`")]
Date = dt.date
Instant = Annotated[dt.datetime, Meta(tz=True, description="RFC 3339 with an offset")]
Digest = Annotated[str, Meta(pattern=r"^([0-9a-f]{64})?$(?!\n)", description="SHA-256 in hexadecimal")]


# How a half-open interval of instants is spelt in a file; `from` is a word of Python's.
SPAN = {"from_at": "from", "to_at": "to"}


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A piece of a file: frozen, and refusing keys that it does not know."""


class Facts(Part, frozen=True, kw_only=True):
    """What a decision is told. `on` is the day for which the rules are read.

    `tables`: lists that may stand as Parquet beside the JSON (`dure.formats.tables`).
    """

    tables: ClassVar[tuple[str, ...]] = ()
    stage: str
    version: Annotated[int, Meta(ge=1, le=999)]
    on: Date | None = None


class Rules(Part, frozen=True, kw_only=True):
    """What a decision may use of the rule book: one field, one file of the topic's folder."""

    topic: ClassVar[str] = ""


class Source(Part, frozen=True, kw_only=True):
    """Where a rule value is written."""

    name: Text
    published: Date | None = None
    article: Text = ""
    url: Text = ""


class Reading(Part, frozen=True, kw_only=True):
    """One rule as it was read: value, since when, and how official it is."""

    rule: Id
    value: Any
    since: Date
    status: Annotated[str, Meta(pattern="^(enacted|assumed)$")]
    source: Source


class Reason(Part, frozen=True, kw_only=True):
    """Why an item did not get all that it asked for."""

    item: Id
    code: Annotated[str, Meta(pattern="^[a-z][a-z0-9_]*$")]
    detail: dict[str, Any] = {}


class Recommendation(Part, frozen=True, kw_only=True):
    """What a decision returns. The last four fields are filled in by `cycle.deciding`; `tables` as in `Facts`."""

    tables: ClassVar[tuple[str, ...]] = ()
    method: Id
    reasons: tuple[Reason, ...] = ()
    stage: str = ""
    version: int = 1
    on: Date | None = None
    facts_digest: Digest = ""
    rules_read: tuple[Reading, ...] = ()


class Fault(Part, frozen=True, kw_only=True):
    """One thing that a checker found wrong: what, at which item, and both figures."""

    code: Annotated[str, Meta(pattern="^[a-z][a-z0-9_]*$")]
    where: str
    message: str


@lru_cache(maxsize=1 << 14)
def exact(text: str) -> Fraction:
    """Decimal or `n/d` text as the fraction that it is."""
    return Fraction(text)


def decimal_text(value: Fraction, decimals: int) -> str:
    """The fraction as decimal text, rounded half up (away from zero) at `decimals` places."""
    scaled = abs(value) * 10**decimals
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    sign = "-" if value < 0 and whole else ""
    digits = f"{whole:0{decimals + 1}d}"
    return sign + (f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits)


def exact_text(value: Fraction) -> str:
    """The fraction as `n/d`, or `n` when it is whole."""
    return str(value)
