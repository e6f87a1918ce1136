"""The head of a programme's folder: what the programme is called, and its languages, time and money."""

import datetime as dt
from typing import Annotated

from msgspec import Meta, Struct

from dure.formats.folder.stages import StageKey
from dure.formats.kinds import LanguageCode


class Currency(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Amounts are whole numbers of the smallest unit: 1,459 in a currency with two digits is 14.59."""

    code: Annotated[str, Meta(pattern="^[A-Z]{3}$", description="ISO 4217 code")]
    digits: Annotated[int, Meta(ge=0, le=4, description="digits after the decimal point")]
    unit: Annotated[
        dict[LanguageCode, str],
        Meta(description="what follows an amount in a language; in a language not named, the code stands before it"),
    ] = {}


class Manifest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`programme.yaml`."""

    id: Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{0,79}$", description="stable id of the programme")]
    title: Annotated[dict[LanguageCode, str], Meta(description="its name, by language")]
    reference_on: Annotated[dt.date, Meta(description="day for which rules are read unless another is given")]
    languages: Annotated[
        tuple[LanguageCode, ...], Meta(min_length=1, description="languages of its pages and titles; the first is the usual one")
    ]
    zone: Annotated[str, Meta(min_length=1, description="time zone in which its days begin, as in the IANA database")]
    currency: Annotated[Currency, Meta(description="its money")]
    extends: Annotated[
        str,
        Meta(
            pattern="^([a-z][a-z0-9_]{0,79})?$",
            description="a base whose rules hold where this programme has none of its own: a folder in this one, or one that "
            "comes with dure",
        ),
    ] = ""
    stages: Annotated[tuple[StageKey, ...], Meta(description="the stages that it has; none named: all")] = ()


LATER_KEYS = ("extends", "stages")  # of the head; not part of what a book says where they are not used
