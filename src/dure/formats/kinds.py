"""The kinds of value in dure's files, and the frame that every file has.

Money is a whole number of the currency's smallest unit; ratios and scores are decimal text; dates `YYYY-MM-DD`;
instants RFC 3339 with an offset; intervals half-open; ids are text, unique in their list; lists have no order.

The description of a kind says what a value looks like; the one that a field adds to its kind is the field's
meaning (`dure.formats.meanings`). `dure schema` and the reference print both.
"""

import datetime as dt
import inspect
from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Annotated, Any, ClassVar
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta
from msgspec.inspect import DictType

from dure.formats.errors import BadInput

# `(?!\n)`: in Python `$` alone also matches before a line feed at the end.
Id = Annotated[str, Meta(min_length=1, max_length=160, pattern=r"^[^\x00-\x1f\x7f]+$(?!\n)", description="id")]
Text = Annotated[str, Meta(max_length=4000, description="text of at most 4,000 characters")]
Money = Annotated[int, Meta(ge=0, le=2**53 - 1, description="amount in the smallest unit of the currency")]
SignedMoney = Annotated[
    int, Meta(ge=-(2**53) + 1, le=2**53 - 1, description="amount in the smallest unit of the currency, possibly negative")
]
Count = Annotated[int, Meta(ge=0, le=2**31 - 1, description="whole number from 0")]
Positive = Annotated[int, Meta(ge=1, le=2**31 - 1, description="whole number from 1")]
Week = Annotated[int, Meta(ge=0, le=5200, description="week from 0, the one that begins at `start_on`")]
Decimal = Annotated[str, Meta(pattern=r"^-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,18})?$(?!\n)", description="decimal number as text")]
Amount = Annotated[
    str, Meta(pattern=r"^(0|[1-9][0-9]{0,17})(\.[0-9]{1,18})?$(?!\n)", description="decimal number from 0 as text")
]
Share = Annotated[
    str, Meta(pattern=r"^(0(\.[0-9]{1,18})?|1(\.0{1,18})?)$(?!\n)", description="ratio from 0 to 1 as decimal text")
]
Exact = Annotated[str, Meta(pattern=r"^-?[0-9]+(/[1-9][0-9]*)?$(?!\n)", description="exact fraction as text, `n` or `n/d`")]
Date = dt.date
Instant = Annotated[dt.datetime, Meta(tz=True, description="instant with an offset, RFC 3339")]
Zone = Annotated[
    str,
    Meta(
        pattern=r"^(UTC|[A-Z][A-Za-z_+-]*(/[A-Za-z0-9_+-]+)+|[+-][0-9]{2}:[0-9]{2})$(?!\n)",
        description="time zone by its name in the IANA database, or as an offset such as `+05:45`",
    ),
]
Digest = Annotated[str, Meta(pattern=r"^([0-9a-f]{64})?$(?!\n)", description="SHA-256 in hexadecimal, or empty")]


LANGUAGE = r"^[a-z]{2,3}(-[a-z0-9]{2,8})*$(?!\n)"
LanguageCode = Annotated[str, Meta(pattern=LANGUAGE, description="code of a language, such as `en`")]
LONGEST_NAME = 200
# What something is called: the languages are the programme's, of which the first is always said (`cycle.commands.languages`).
Names = Annotated[
    dict[LanguageCode, Annotated[str, Meta(min_length=1, max_length=LONGEST_NAME)]],
    Meta(min_length=1, max_length=40, description="text by language, each of at most 200 characters"),
]

# How a half-open interval of instants is spelt in a file; `from` is a word of Python's.
SPAN = {"from_at": "from", "to_at": "to"}


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A piece of a file: frozen, and refusing keys that it does not know."""


class Facts(Part, frozen=True, kw_only=True):
    """What a decision reads; `tables`: lists that may stand as Parquet next to the JSON (`dure.formats.tables`)."""

    tables: ClassVar[tuple[str, ...]] = ()
    stage: Annotated[str, Meta(description="decision that the file is for, such as `shares`")]
    version: Annotated[int, Meta(ge=1, le=999), Meta(description="version of that stage's format")]
    on: Annotated[Date | None, Meta(description="day for which the rules are read; null: the rule book's reference day")] = None


class Rules(Part, frozen=True, kw_only=True):
    """What a decision may use of the rule book: one field, one file of the topic's folder.

    `tables`: by field, what it asks of the rules that are tables (`dure.formats.rule_tables.Shape`).
    """

    topic: ClassVar[str] = ""
    tables: ClassVar[Mapping[str, Any]] = {}

    @classmethod
    def names(cls) -> dict[str, str]:
        """Each field and the rule that it reads, `topic/field`: the topic of the struct that declares it."""
        topics: dict[str, str] = {}
        for owner in reversed(cls.__mro__):
            if issubclass(owner, Rules):
                topics.update(dict.fromkeys(inspect.get_annotations(owner), owner.topic))
        return {field: f"{topics[field]}/{field}" for field in cls.__struct_fields__}

    @classmethod
    def spared(cls) -> frozenset[str]:
        """Fields that a book may leave out, because only some methods read them."""
        return frozenset(each.name for each in msgspec.structs.fields(cls) if not each.required)


class Source(Part, frozen=True, kw_only=True):
    """Where a rule value is written."""

    name: Annotated[Text, Meta(description="publication or office that states the value")]
    published: Annotated[Date | None, Meta(description="day of publication; null: not known")] = None
    article: Annotated[Text, Meta(description="article or section within the publication; empty: none given")] = ""
    url: Annotated[Text, Meta(description="web address of the publication; empty: none known")] = ""


class Reading(Part, frozen=True, kw_only=True):
    """One rule as it was read."""

    rule: Annotated[Id, Meta(description="`topic/name` in the rule book")]
    value: Annotated[Any, Meta(description="value in force on the day of the decision, in the rule's own type")]
    since: Annotated[Date, Meta(description="first day on which the value is in force")]
    status: Annotated[
        str,
        Meta(pattern="^(enacted|assumed)$"),
        Meta(description="`enacted`: stated officially; `assumed`: no official figure was found"),
    ]
    source: Annotated[Source, Meta(description="publication that states the value")]


class Reason(Part, frozen=True, kw_only=True):
    """Why an item did not get all that it asked for."""

    item: Annotated[Id, Meta(description="subject of the reason, by its id in the facts")]
    code: Annotated[
        str, Meta(pattern="^[a-z][a-z0-9_]*$"), Meta(description="stable key by which reasons are counted and translated")
    ]
    detail: Annotated[dict[str, Any], Meta(description="figures behind the reason, by name; empty: the code says it all")] = {}


class Recommendation(Part, frozen=True, kw_only=True):
    """What a decision returns; `tables` as in `Facts`."""

    tables: ClassVar[tuple[str, ...]] = ()
    method: Annotated[Id, Meta(description="published procedure that was followed")]
    reasons: Annotated[
        tuple[Reason, ...], Meta(description="one entry for each item that got less than it asked for or was set aside")
    ] = ()
    stage: Annotated[str, Meta(description="decision that made it; filled in by `cycle.deciding`, empty before")] = ""
    version: Annotated[int, Meta(description="version of the stage's format; filled in by `cycle.deciding`")] = 1
    on: Annotated[
        Date | None, Meta(description="day for which the rules were read; filled in by `cycle.deciding`, null before")
    ] = None
    facts_digest: Annotated[
        Digest, Meta(description="SHA-256 of the facts in canonical form; filled in by `cycle.deciding`, empty before")
    ] = ""
    rules_read: Annotated[
        tuple[Reading, ...], Meta(description="every rule used, with value and source; filled in by `cycle.deciding`")
    ] = ()


class Fault(Part, frozen=True, kw_only=True):
    """One error that a checker found."""

    code: Annotated[str, Meta(pattern="^[a-z][a-z0-9_]*$"), Meta(description="stable key of the check that failed")]
    where: Annotated[str, Meta(description="item or place in the file that the error is in")]
    message: Annotated[str, Meta(description="sentence that gives the figure found and the one expected")]


def is_names(kind: Any) -> bool:
    """Is that type, as `msgspec.inspect` has it, a text by language?"""
    if not isinstance(kind, DictType):
        return False
    return getattr(getattr(kind.key_type, "type", kind.key_type), "pattern", None) == LANGUAGE


def text_in(names: Mapping[str, str], *languages: str) -> str:
    """Of a text by language that in the first of these languages in which it is said; else in any; empty where it is in none."""
    return next((names[each] for each in languages if names.get(each)), "") or next(iter(names.values()), "")


@lru_cache(maxsize=1 << 14)
def exact(text: str) -> Fraction:
    """Decimal or `n/d` text as the fraction that it is."""
    return Fraction(text)


def zone_of(text: str, *, where: str) -> dt.tzinfo:
    """The zone of that name or offset; raises `BadInput` where there is none."""
    try:
        if text[0] in "+-":
            return dt.datetime.strptime(text, "%z").tzinfo or dt.UTC
        return ZoneInfo(text)
    except (IndexError, KeyError, ValueError, OSError) as error:
        raise BadInput(f"{text!r} is no time zone.", where=where, todo="Write it as in Europe/Paris, or +01:00.") from error


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
