"""`calendar.yaml`: what was promised and what happened when, windows that open and close, and days on which nobody works."""

import datetime as dt
from typing import Annotated, Literal

from msgspec import Meta, Struct

from dure.formats.folder.vocabulary import Names
from dure.formats.kinds import Id

LocalTime = Annotated[
    str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}$", description="day and time in the programme's zone: 2031-06-23 15:00")
]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class Milestone(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A day of the programme, as it was promised and as it came."""

    id: Annotated[Id, Meta(description="stable id")]
    title: Annotated[Names, Meta(description="what happens, by language")]
    promised: Annotated[dt.date | None, Meta(description="day that was announced; null: none was")] = None
    actual: Annotated[dt.date | None, Meta(description="day on which it happened; null: not known, or not yet")] = None
    precision: Annotated[Literal["day", "month"], Meta(description="a month stands for its last day")] = "day"
    after: Annotated[Id | None, Meta(description="milestone that it waited for; null: none")] = None
    cause: Annotated[Names | None, Meta(description="why it slipped, by language; null: not known")] = None
    status: Annotated[str, Meta(description="how sure its days are")] = ""
    sources: Annotated[tuple[str, ...], Meta(description="keys of sources")] = ()


class Window(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A time in which something may be done; `every` repeats it."""

    id: Annotated[Id, Meta(description="stable id")]
    title: Annotated[Names, Meta(description="what may be done in it, by language")]
    opens: Annotated[LocalTime, Meta(description="its first minute")]
    closes: Annotated[LocalTime | None, Meta(description="the minute from which it is closed; none: until it is exhausted")] = (
        None
    )
    every: Annotated[
        Literal["week", "month", "quarter", "year"] | None, Meta(description="it opens and closes again that often; null: once")
    ] = None
    after: Annotated[Id | None, Meta(description="milestone or window without which it does not open; null: none")] = None


class Calendar(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`calendar.yaml`."""

    first_weekday: Annotated[Weekday, Meta(description="day on which its weeks begin")] = "monday"
    rest_days: Annotated[tuple[Weekday, ...], Meta(description="days of the week on which nobody works")] = ("saturday", "sunday")
    holidays: Annotated[tuple[dt.date, ...], Meta(description="other days on which nobody works")] = ()
    milestones: Annotated[tuple[Milestone, ...], Meta(description="days promised and kept, in order")] = ()
    windows: Annotated[tuple[Window, ...], Meta(description="times in which something may be done")] = ()
