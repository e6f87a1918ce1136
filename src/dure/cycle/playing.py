"""Plays a programme's script: who does what when, each act through the same table of commands as everybody's.

A script is a package `script` in the programme's folder with `ACTS`, one function a stage, and `FIRST`, when it begins. It acts
through a `Player`, and reads only what any official can: prepared facts and filed entries. So the same script runs in this
process or against a server.
"""

import datetime as dt
import importlib.util
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple, Protocol

from dure.cycle.commands.registry import row_of
from dure.cycle.commands.rows import Context
from dure.cycle.commands.running import read_command, run
from dure.cycle.documents.handing_in import hand_in
from dure.cycle.evidence.keyring import KeyRing
from dure.cycle.handoffs import BY_NAME
from dure.cycle.lookup import found
from dure.cycle.proposing import prepared_facts
from dure.cycle.stages import STAGES, Stage
from dure.formats.errors import BadInput
from dure.formats.reading import read_json
from dure.records.journal import queries as journal
from dure.records.parties import actions as parties
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


class Told(NamedTuple):
    """One line of the summary in two languages: what was decided, and how it is known to be right."""

    decided: tuple[str, str]
    proof: tuple[str, str]


class Line(NamedTuple):
    """A stage's line with its times in seconds; `deciding` is the part spent on recommendations."""

    stage: Stage
    told: Told
    seconds: float
    deciding: float


class Summary(NamedTuple):
    """The lines of a run, and how many commands it took."""

    lines: tuple[Line, ...]
    acts: int

    @property
    def seconds(self) -> float:
        return sum(line.seconds for line in self.lines)

    @property
    def deciding(self) -> float:
        return sum(line.deciding for line in self.lines)


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


class Player:
    """One run of a script: its folder, its book, the door, and how long deciding took."""

    def __init__(self, folder: Path, book: Book, door: Door) -> None:
        if not (folder / "programme.json").is_file():
            raise BadInput("holds no programme.json.", where=str(folder), todo="Give a programme's folder.")
        self.folder, self.book, self.door = folder, book, door
        self.deciding, self.acts = 0.0, 0
        self.filed: dict[str, Any] = {}
        self._read: dict[str, Any] = {}

    @property
    def programme(self) -> str:
        return self.book.programme

    def input(self, name: str) -> Any:
        """The input file of that name, read once."""
        if name not in self._read:
            self._read[name] = read_json(self.folder / f"{name}.json")
        return self._read[name]

    def person(self, desk: str, place: int = 0) -> str:
        """Log-in name of the first (or later) person at that desk in the programme's list."""
        return str([each for each in self.input("programme")["people"] if each["desk"] == desk][place]["username"])

    def act(self, command: str, given: Mapping[str, Any], *, by: str, at: dt.datetime) -> Any:
        """One command; `by` is a desk, or the log-in name of a person."""
        self.acts += 1
        return self.door.act(command, given, by=self._who(by), at=at)

    def attach(self, command: str, given: Mapping[str, Any], *, name: str, content: bytes, by: str, at: dt.datetime) -> Any:
        """Hand in a file, and carry out the command that attaches it."""
        digest = self.door.hand_in(name, content, by=self._who(by), at=at)
        return self.act(command, {**given, "file": digest}, by=by, at=at)

    def facts(self, handoff: str, subject: str, *, by: str, at: dt.datetime) -> Any:
        """The facts of a decision as the records give them."""
        return self.door.facts(handoff, subject, by=self._who(by), at=at)

    def propose(self, handoff: str, subject: str, *, by: str, at: dt.datetime, name: str = "") -> Any:
        """File a decision from the records, and return its recommendation."""
        start = time.perf_counter()
        seq = self.act(f"file_{handoff}", {"subject": subject}, by=by, at=at)
        self.deciding += time.perf_counter() - start
        made = self.door.entry(seq, by=self._who(by))["recommendation"]
        self.filed[name or handoff] = made
        return made, seq

    def decide(self, handoff: str, subject: str, *, by: str, approved_by: str, at: dt.datetime, name: str = "") -> Any:
        """File a decision, have another person approve it an hour later, and return its recommendation."""
        made, seq = self.propose(handoff, subject, by=by, at=at, name=name)
        approver = self.person(approved_by, 1 if by == approved_by else 0)
        self.act("approve_decision", {"entry": seq}, by=approver, at=at + dt.timedelta(hours=1))
        return made

    def _who(self, by: str) -> str:
        desks = {each["desk"] for each in self.input("programme")["people"]}
        return self.person(by) if by in desks else by


def load_script(folder: Path) -> ModuleType:
    """The package `script` of a programme's folder."""
    path = folder / "script" / "__init__.py"
    if not path.is_file():
        raise BadInput("holds no script.", where=str(folder), todo="Give the folder of a programme that can be played.")
    name = f"dure_script_{folder.resolve().name}"
    spec = importlib.util.spec_from_file_location(name, path, submodule_search_locations=[str(path.parent)])
    if spec is None or spec.loader is None:
        raise BadInput("cannot be loaded.", where=str(path))
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def play(folder: Path, book: Book, *, door: Door | None = None, tell: Callable[[Line], None] = lambda _: None) -> Summary:
    """Play the whole script of that folder, stage by stage; `tell` gets each line as it is done."""
    script = load_script(folder)
    player = Player(folder, book, door or Here(book))
    if door is None:
        first_administrator(folder, at=script.FIRST)
    script.begin(player)
    lines = []
    for stage in STAGES:
        start, decided = time.perf_counter(), player.deciding
        told = script.ACTS[stage.key](player)
        lines.append(Line(stage, told, time.perf_counter() - start, player.deciding - decided))
        tell(lines[-1])
    if isinstance(player.door, Here):
        player.door.keys.end()
    return Summary(tuple(lines), player.acts)


def first_administrator(folder: Path, *, at: dt.datetime | None = None) -> Person:
    """The one person who is there before any command, from then on: the first at the agency's desk, who lets all others in."""
    given = next(each for each in read_json(folder / "programme.json")["people"] if each["desk"] == "agency")
    person = parties.add_person(uid=person_id(given["username"]), username=given["username"], name=given["name"])
    parties.give_role(person=person, desk="agency", at=at)
    return person


def person_id(username: str) -> str:
    """The stable id of a person whom a script's list names by log-in name."""
    return f"person-{username}"
