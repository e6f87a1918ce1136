"""By which way the commands of a script reach the records: straight into them here; a test has another through the API."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Protocol

from dure.cycle.commands.registry import row_of
from dure.cycle.commands.rows import Context
from dure.cycle.commands.running import read_command, run
from dure.cycle.documents.handing_in import hand_in
from dure.cycle.evidence.keyring import KeyRing
from dure.cycle.handoffs import BY_NAME
from dure.cycle.lookup import found
from dure.cycle.proposing import prepared_facts
from dure.records.journal import queries as journal
from dure.records.parties import queries as people
from dure.records.parties.models import Person
from dure.rules.book import Book


class Door(Protocol):
    """By which way commands reach the records."""

    def act(self, command: str, given: Mapping[str, Any], *, by: str, at: dt.datetime) -> Any:
        """Carry out one command as that person at that time; returns its result."""

    def hand_in(self, name: str, content: bytes, *, by: str, at: dt.datetime) -> str:
        """Hand in a file for an act of that person; returns its SHA-256."""

    def facts(self, handoff: str, subject: str, *, by: str, at: dt.datetime) -> Any:
        """The facts of a decision as the records give them."""

    def entry(self, seq: int, *, by: str) -> Mapping[str, Any]:
        """Facts, rules and recommendation of a journal entry."""


class Here:
    """Straight into the records, in this process; people sign what they answer with keys that are made for the play."""

    def __init__(self, book: Book) -> None:
        self.book, self.keys = book, KeyRing()
        self._people: dict[str, Person] = {}

    def act(self, command: str, given: Mapping[str, Any], *, by: str, at: dt.datetime) -> Any:
        row, context = row_of(command), self._context(by, at)
        result = run(row, read_command(row, self.keys.signed(command, given, context)), context).result
        if command in {"give_role", "confirm_role", "end_role", "close_account", "confirm_person_merger"}:
            self._people.clear()
        return result

    def hand_in(self, name: str, content: bytes, *, by: str, at: dt.datetime) -> str:
        return hand_in(self._context(by, at).person, name, content, at=at).digest

    def facts(self, handoff: str, subject: str, *, by: str, at: dt.datetime) -> Any:
        return prepared_facts(BY_NAME[handoff], subject, self._context(by, at))

    def entry(self, seq: int, *, by: str) -> Mapping[str, Any]:
        del by
        entry = found(journal.find(seq), "journal entry", str(seq))
        return {
            "facts": entry.facts_value(),
            "rules": entry.rules_value(),
            "recommendation": entry.recommendation_value(),
        }

    def _context(self, by: str, at: dt.datetime) -> Context:
        if by not in self._people:
            self._people[by] = found(people.person(by), "person", by)
        return Context(self.book, self._people[by], at, "script")
