"""What a page says of one subject, whatever its kind."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from dure.portal.kit.section import Section
from dure.portal.subjects.acts.possible import Part
from dure.portal.subjects.calls.questions import Asked


@dataclass(frozen=True)
class Event:
    """What happened to a subject: an act, or what a decision did to it."""

    at: dt.datetime
    label: str
    who: str
    href: str


@dataclass(frozen=True)
class Seen:
    """One subject as a reader may see it. `status`: a whole sentence; `tone`: good, warn, bad or wait.

    `unfit`: acts that make no sense in the present state, such as an answer where nothing was asked. `questions`: those that
    this reader may see, where some can be asked about it. `tables`: what it consists of. `parts`: by act what of the subject it
    can be about, each with what it is called, where there are several, and the fields that name it. `happened`: what decisions
    on something larger did to it; acts on itself are found without. `why`: the page of this reader that explains the status in
    full, with what the link to it says.
    """

    title: str
    status: str
    tone: str = ""
    facts: Sequence[tuple[str, str]] = ()
    links: Sequence[tuple[str, str]] = ()
    unfit: frozenset[str] = frozenset()
    questions: Sequence[Asked] | None = None
    tables: Sequence[Section] = ()
    parts: Mapping[str, Sequence[Part]] = field(default_factory=dict)
    happened: Sequence[Event] = ()
    why: tuple[str, str] | None = None


class Kind(NamedTuple):
    """One kind of subject. `see`: the subject for this person, or nothing where it is not there or not theirs."""

    name: str
    see: Callable[[str, Any], Seen | None]
