"""Plays the script of a programme's folder, stage by stage.

It acts through a `Door`, and reads only what any official can: the folder's facts, prepared facts and filed entries. So the same
script runs in this process or against a server.
"""

import datetime as dt
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from dure.cycle.playing.doors import Door, Here
from dure.cycle.playing.generators import GENERATORS
from dure.cycle.playing.papers import document
from dure.cycle.playing.values import Values, shown
from dure.cycle.stages import STAGES, Stage
from dure.formats.errors import BadInput
from dure.formats.folder.script import Step
from dure.records.parties import actions as parties
from dure.records.parties.models import Person
from dure.rules.book import Book
from dure.rules.folder import SCRIPT, Folder
from dure.rules.yaml_file import line_at

Keys = tuple[str | int, ...]


class Filed(NamedTuple):
    """A decision that the script filed."""

    decision: str
    recommendation: Any


class Line(NamedTuple):
    """What was done at a stage, with its times in seconds; `deciding` is the part spent on recommendations."""

    stage: Stage
    filed: tuple[Filed, ...]
    acts: int
    expected: int
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


class Around(NamedTuple):
    """What a step has from the steps around it: when, who, and the row for which they are repeated."""

    at: Any = None
    by: Any = None
    row: Any = None


class Player:
    """One run of a script: its folder, the door, what was made, and how long deciding took."""

    def __init__(self, folder: Folder, door: Door) -> None:
        self.folder, self.script, self.door = folder, folder.script, door
        self.values = Values(folder)
        self.deciding, self.acts, self.expected = 0.0, 0, 0
        self.filed: list[Filed] = []
        self._people = {each["username"] for each in people_of(folder)}

    def perform(self, steps: Sequence[Step], keys: Keys, around: Around = Around()) -> None:  # noqa: B008 - a constant
        """Each step in order; raises `BadInput` with the line of the step that is refused."""
        for place, step in enumerate(steps):
            here = (*keys, place)
            try:
                self._each(step, here, around)
            except BadInput as error:
                error.where = self._placed(error.where, here)
                raise

    def _placed(self, where: str, keys: Keys) -> str:
        if where.startswith(str(self.folder.path)):
            return where  # said by a step within this one
        line = f"{self.folder.path / SCRIPT}:{line_at(self.folder.raw_script, keys)}"
        return f"{line}, {where}" if where else line

    def _each(self, step: Step, keys: Keys, around: Around) -> None:
        rows = [around.row] if step.each is None else self.values.rows(step.each, around.row)
        for row in rows:
            here = Around(step.at if step.at is not None else around.at, step.by if step.by is not None else around.by, row)
            if step.steps:
                self.perform(step.steps, (*keys, "steps"), here)
            else:
                self._one(step, here)

    def _one(self, step: Step, here: Around) -> None:
        if step.expect is not None:
            self._expect(step, here)
            return
        if step.draw:
            given = self.values.resolved(step.given, here.row)
            self._keep(step.name or step.draw, GENERATORS[step.draw](given))
            return
        at, by = self.values.moment(here.at, here.row), self._who(here)
        if step.do:
            self._keep(step.name, self._do(step, here, by=by, at=at))
            return
        subject = str(self.values.resolved(step.subject, here.row))
        if step.read:
            self._keep(step.name or step.read, self.door.facts(step.read, subject, by=by, at=at))
        else:
            self._decide(step, subject, by=by, at=at)

    def _do(self, step: Step, here: Around, *, by: str, at: dt.datetime) -> Any:
        given = {name: here.row[name] for name in step.take if here.row.get(name) is not None} if step.take else {}
        given |= self.values.resolved(step.given, here.row)
        if step.paper:
            content = document(self.values.resolved(step.paper.paragraphs, here.row))
            given["file"] = self.door.hand_in(str(self.values.resolved(step.paper.name, here.row)), content, by=by, at=at)
        return self._act(step.do, given, by=by, at=at)

    def _act(self, command: str, given: dict[str, Any], *, by: str, at: dt.datetime) -> Any:
        self.acts += 1
        return self.door.act(command, given, by=by, at=at)

    def _decide(self, step: Step, subject: str, *, by: str, at: dt.datetime) -> None:
        """File it, and have another person approve it an hour later."""
        start = time.perf_counter()
        seq = self._act(f"file_{step.decide}", {"subject": subject}, by=by, at=at)
        self.deciding += time.perf_counter() - start
        made = self.door.entry(seq, by=by)["recommendation"]
        self.filed.append(Filed(step.decide, made))
        self._keep(step.name or step.decide, made)
        if step.approved_by:
            approver = self.script.cast.get(step.approved_by, step.approved_by)
            self._act("approve_decision", {"entry": seq}, by=approver, at=at + dt.timedelta(hours=1))

    def _expect(self, step: Step, here: Around) -> None:
        found, wanted = self.values.resolved(step.expect, here.row), self.values.resolved(step.is_, here.row)
        if found != wanted:
            raise BadInput(f"is {shown(found)}, and {shown(wanted)} was expected.", where=shown(step.expect))
        self.expected += 1

    def _keep(self, name: str | None, made: Any) -> None:
        if name:
            self.values.made[name] = made

    def _who(self, here: Around) -> str:
        by = str(self.values.resolved(here.by, here.row))
        found = self.script.cast.get(by, by)
        if found not in self._people:
            raise BadInput(f"{by!r} is nobody of the script.", where="by", todo=f"Cast: {', '.join(self.script.cast)}.")
        return found


def stages_of(folder: Folder) -> tuple[Stage, ...]:
    """The stages that the script plays, in order of the programme."""
    played = [act.stage for act in folder.script.stages]
    return tuple(stage for stage in STAGES if stage.key in played)


def play(
    folder: Folder, book: Book, *, door: Door | None = None, until: str = "", tell: Callable[[Line], None] = lambda _: None
) -> Summary:
    """Play the script of that folder to its end, or to the end of the stage `until`; `tell` gets each line as it is done."""
    player = Player(folder, door or Here(book))
    if door is None:
        first_administrator(folder, at=player.values.moment(folder.script.begins_at))
    player.perform(folder.script.begin, ("begin",))
    lines = []
    for place, act in enumerate(folder.script.stages):
        stage = next(each for each in STAGES if each.key == act.stage)
        start, decided, acts, expected, filed = (
            time.perf_counter(), player.deciding, player.acts, player.expected, len(player.filed),
        )  # fmt: skip
        player.perform(act.steps, ("stages", place, "steps"))
        lines.append(
            Line(
                stage, tuple(player.filed[filed:]), player.acts - acts, player.expected - expected,
                time.perf_counter() - start, player.deciding - decided,
            )
        )  # fmt: skip
        tell(lines[-1])
        if stage.key == until:
            break
    if isinstance(player.door, Here):
        player.door.keys.end()
    return Summary(tuple(lines), player.acts)


def people_of(folder: Folder) -> list[dict[str, Any]]:
    """Everybody who takes part in the script."""
    found = Values(folder).resolved({"fact": folder.script.people})
    return list(found)


def first_administrator(folder: Folder, *, at: dt.datetime | None = None) -> Person:
    """The one person who is there before any command, from then on: at the agency's desk, who lets all others in."""
    given = next((each for each in people_of(folder) if each["username"] == folder.script.first), None)
    if given is None:
        raise BadInput(f"{folder.script.first!r} is nobody of `people`.", where=str(folder.path / SCRIPT))
    person = parties.add_person(uid=given["id"], username=given["username"], name=given["name"])
    parties.give_role(person=person, desk="agency", at=at)
    return person
