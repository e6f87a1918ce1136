"""What the table of commands says of each: who may, in which state, how it is called, and the function that does it."""

import datetime as dt
from collections.abc import Callable
from typing import Any, Literal, NamedTuple

from django.utils import timezone

from dure.formats.commands.kinds import Command
from dure.records.parties.models import Person
from dure.rules.book import Book

Door = Literal["page", "api", "command line", "import", "script", "worker"]
Relation = Literal["desk", "own"]
OFFICIAL = ("ministry", "agency", "operator", "auditor")


class Context(NamedTuple):
    """Who acts, when, under which rules, and by which door. Only a script sets the time. By the door `worker` nobody acts.

    `confirmed_at`: when this person last proved who they are, by a log-in or by a token whose scope names the act.
    `clock`: read again once every lock is held, since a deadline may pass while an act waits; None where the time is set.
    """

    book: Book
    person: Person
    at: dt.datetime
    via: Door = "script"
    confirmed_at: dt.datetime | None = None
    clock: Callable[[], dt.datetime] | None = None

    @property
    def programme(self) -> str:
        return self.book.programme

    @property
    def day(self) -> dt.date:
        """The day of the act where the programme's clocks stand: rules hold by day, and the server's own zone is another."""
        return timezone.localdate(self.at)

    def under_lock(self) -> "Context":
        """The same act at the time that counts: the clock's, or the one that was set."""
        return self._replace(at=self.clock()) if self.clock else self


def by_rule(book: Book, clock: Callable[[], dt.datetime]) -> Context:
    """The worker, by itself: the act is nobody's."""
    return Context(book, Person(uid="", is_active=False), clock(), "worker", clock=clock)


class Seat(NamedTuple):
    """One kind of person who may do it: a desk, and a relation to the subject.

    `desk`: everybody at that desk. `own`: of these, only the people that the subject belongs to (`Owners`).
    """

    desk: str
    relation: Relation


class Owners(NamedTuple):
    """To whom a subject belongs: organisations by id, people by stable id."""

    organisations: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()


def _held_by_its_acts(_command: Any) -> None:
    """Acts on one subject wait for each other; a state that other acts change needs a lock of its own."""


class State(NamedTuple):
    """In which states a command's subject can be, how to tell which it is in now, and how to hold it there.

    `hold`: locks the record by which the state is told until the transaction ends.
    """

    names: tuple[str, ...]
    now: Callable[[Any, Context], str]
    hold: Callable[[Any], None] = _held_by_its_acts


def at(*desks: str) -> tuple[Seat, ...]:
    """Anyone at one of those desks."""
    return tuple(Seat(desk, "desk") for desk in desks)


def own(*desks: str) -> tuple[Seat, ...]:
    """At one of those desks, only the people that the subject belongs to."""
    return tuple(Seat(desk, "own") for desk in desks)


ANY = State(("any",), lambda _command, _context: "any")


def nobody(_command: Any) -> Owners:
    """The subject belongs to nobody in particular."""
    return Owners()


class Row(NamedTuple):
    """One command of the table. `by` is empty where no person may, and the worker does it by a rule.

    `about` names the subject as KIND/ID: its acts are its timeline and its version. `while_`: the states in which the command
    is possible. `step_up`: asks for a log-in no older than the programme's rule. `undo`: the command that takes it back.
    `in_person`: why a person does it logged in, and no token whatever its scope says; empty where one may.
    """

    name: str
    command: type[Command]
    does: Callable[[Any, Context], Any]
    by: tuple[Seat, ...]
    label: str
    about: Callable[[Any], str]
    owners: Callable[[Any], Owners] = nobody
    state: State = ANY
    while_: tuple[str, ...] = ("any",)
    step_up: bool = False
    undo: str = ""
    in_person: str = ""


def gettext_noop(text: str) -> str:
    """Marks a text of the interface for translation; it is translated where it is shown."""
    return text
