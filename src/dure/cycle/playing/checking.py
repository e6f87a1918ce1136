"""Can a script be played? What it names is there, each step has one thing to do, and rows of facts fit the commands they go to.

Everything that can be known before anybody has acted is looked at: values that are made on the way are not.
"""

import importlib
import pkgutil
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

import msgspec

import dure.formats.commands
from dure.cycle.playing.generators import GENERATORS
from dure.cycle.playing.values import SOURCES, Unknown, Values, reference_in
from dure.formats.commands.kinds import Command
from dure.formats.errors import BadInput
from dure.formats.folder.script import Condition, Reference, Step
from dure.formats.folder.stages import STAGE_KEYS
from dure.formats.folder.vocabulary import Vocabulary
from dure.formats.reading.faulty import in_plain_words
from dure.rules.book import Book
from dure.rules.folder import SCRIPT, Folder, line_in
from dure.rules.naming import check_names, require_named
from dure.rules.yaml_file import line_at

Keys = tuple[str | int, ...]
Rows = Sequence[Any] | None  # nothing: they are made on the way
ONCE = (None,)
KINDS_OF_STEP = ("do", "decide", "read", "draw", "expect", "steps")
# Which list of the vocabulary has the names in a command's fields; `*` goes through a list, `keys` are those of a map.
NAMES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "register_organisation": (("size", "sizes"), ("region", "regions")),
    "submit_application": (("sector", "sectors"), ("purpose", "purposes"), ("use", "uses")),
    "open_survey": (("frame/*/sector", "sectors"), ("frame/*/size", "sizes")),
    "record_survey_responses": (
        ("responses/*/sector", "sectors"), ("responses/*/size", "sizes"), ("responses/*/region", "regions"),
        ("responses/*/use", "uses"),
    ),
    "seat_panel": (("criteria/*/id", "criteria"),),
    "set_policy_priority": (("priority/keys", "sectors"),),
    "open_round": (("sectors/*/id", "sectors"),),
    "design_burden": (("places/*/kind", "kinds"),),
    "report_achievement": (("kind", "results"),),
}  # fmt: skip


def check_folder(folder: Folder, book: Book) -> None:
    """Raise `BadInput`, with file and line, for the first fault in any file of the folder, or between two of them."""
    check_names(folder, book)
    for name in folder.names_of_facts():
        folder.facts(name)
    if folder.has_script:
        Script(folder).check()


def commands() -> dict[str, type[Command]]:
    """The struct of each command of its own name."""
    found: dict[str, type[Command]] = {}
    for module in pkgutil.iter_modules(dure.formats.commands.__path__):
        for kind in vars(importlib.import_module(f"dure.formats.commands.{module.name}")).values():
            if isinstance(kind, type) and issubclass(kind, Command):
                found[re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()] = kind
    return found


class Known(Values):
    """Values as far as they are known before the first act. A row is not left out for what will only be made."""

    def _source(self, reference: Reference, row: Any) -> Any:
        if reference.made:
            raise Later
        return super()._source(reference, row)

    def _is_so(self, value: Any, condition: Condition, row: Any) -> bool:
        if condition.among is not None and condition.among.made:
            condition = msgspec.structs.replace(condition, among=None)
        return super()._is_so(value, condition, row)


class Later(Exception):
    """The value is made by a step."""


class Script:
    """One script while it is looked through."""

    def __init__(self, folder: Folder) -> None:
        self.folder, self.script, self.values = folder, folder.script, Known(folder)
        self.commands = commands()
        self.made: set[str] = set()
        people = self.values.resolved({"fact": self.script.people})
        self.people = {each.get("username") for each in people}

    def check(self) -> None:
        """The cast, the order of the stages, and each step."""
        path = self.folder.path / SCRIPT
        for key, names in (("cast", self.script.cast.values()), ("first", [self.script.first])):
            for name in names:
                if name not in self.people:
                    where = f"{path}:{line_at(self.folder.raw_script, [key])}"
                    raise BadInput(
                        f"{name!r} is nobody of {self.script.people}.", where=where, todo="Correct it, or add the person."
                    )
        for place, act in enumerate(self.script.stages):
            where = f"{path}:{line_at(self.folder.raw_script, ['stages', place, 'stage'])}"
            require_named(act.stage, self.folder.manifest.stages, where=where, file="programme.yaml", words="stages")
        order = [STAGE_KEYS.index(act.stage) for act in self.script.stages]
        for place, number in enumerate(order):
            if number in order[:place] or (order[:place] and number < max(order[:place])):
                where = f"{path}:{line_at(self.folder.raw_script, ['stages', place, 'stage'])}"
                stage = self.script.stages[place].stage
                raise BadInput(
                    f"{stage} does not come here.", where=where, todo=f"Once each, in this order: {', '.join(STAGE_KEYS)}."
                )
        self.steps(self.script.begin, ("begin",))
        for place, act in enumerate(self.script.stages):
            self.steps(act.steps, ("stages", place, "steps"))

    def steps(self, steps: Sequence[Step], keys: Keys, *, rows: Rows = ONCE, said: frozenset[str] = frozenset()) -> None:
        """Each step; `rows`: those for which the steps around it are repeated; `said`: which of `at` and `by` these say."""
        for place, step in enumerate(steps):
            here = (*keys, place)
            try:
                self._step(step, here, rows, said)
            except BadInput as error:
                if not error.where.startswith(str(self.folder.path)):
                    line = f"{self.folder.path / SCRIPT}:{line_at(self.folder.raw_script, here)}"
                    error.where = f"{line}, {error.where}" if error.where else line
                raise

    def _step(self, step: Step, keys: Keys, rows: Rows, said: frozenset[str]) -> None:
        kinds = [name for name in KINDS_OF_STEP if getattr(step, name) not in ("", (), None)]
        if len(kinds) != 1:
            todo = f"One of {', '.join(KINDS_OF_STEP)}."
            raise BadInput(f"a step does one thing, and this one {' and '.join(kinds) or 'none'}.", todo=todo)
        if step.each is not None:
            rows = self._rows(step.each, rows)
        now = said | {name for name in ("at", "by") if getattr(step, name) is not None}
        if kinds[0] in {"do", "decide", "read"} and (lacking := sorted({"at", "by"} - now)):
            raise BadInput(f"`{lacking[0]}` is missing.", todo="Say it here, or in the steps around it.")
        self._known_people(step, rows)
        if step.steps:
            self.steps(step.steps, (*keys, "steps"), rows=rows, said=now)
        elif step.do:
            self._command(step, rows)
        elif step.draw and step.draw not in GENERATORS:
            raise BadInput(f"{step.draw!r} is no generator.", where="draw", todo=f"Generators: {', '.join(GENERATORS)}.")
        self._references(step, rows)
        if name := step.name or step.decide or step.read or step.draw:
            self.made.add(name)

    def _rows(self, each: Reference, around: Rows) -> list[Any] | None:
        """The rows as far as they are known; nothing where they are made."""
        self._require_sound(each)
        try:
            return None if around is None else [row for outer in around for row in self.values.rows(each, outer)]
        except Later:
            return None

    def _known_people(self, step: Step, rows: Rows) -> None:
        for key, value in (("by", step.by), ("approved_by", step.approved_by or None)):
            for name in self._values_of(value, rows) if value is not None else ():
                if self.script.cast.get(name, name) not in self.people:
                    raise BadInput(f"{name!r} is nobody of the script.", where=key, todo=f"Cast: {', '.join(self.script.cast)}.")

    def _values_of(self, value: Any, rows: Rows) -> Iterator[Any]:
        for row in rows or ():
            try:
                yield self.values.resolved(value, row)
            except Later:
                return

    def _command(self, step: Step, rows: Rows) -> None:
        kind = self.commands.get(step.do)
        if kind is None:
            raise BadInput(f"{step.do!r} is no command.", where="do", todo="docs/reference/acts.md lists them.")
        fields = {each.encode_name: each for each in msgspec.structs.fields(kind)}
        for name in (*step.take, *step.given):
            if name not in fields:
                raise BadInput(f"{step.do} has no field {name!r}.", where=step.do, todo=f"Fields: {', '.join(fields)}.")
        written = {*step.given, *(["file"] if step.paper else [])}
        lacking = [name for name, each in fields.items() if each.required and name not in written and name not in step.take]
        if lacking:
            raise BadInput(
                f"{lacking[0]!r} is missing.", where=step.do, todo=f"`dure act --schema {step.do}` prints what it needs."
            )
        for row in rows or ():
            self._row(step, row, fields, written)

    def _row(self, step: Step, row: Any, fields: Mapping[str, Any], written: Collection[str]) -> None:
        """What the command gets of that row, field by field."""
        given = {name: row[name] for name in step.take if row is not None and row.get(name) is not None}
        for name, value in step.given.items():
            try:
                given[name] = self.values.resolved(value, row)
            except Later:
                continue
            except Unknown as error:
                raise self._of_row(step, row, error.what, name, error.todo) from error
        for name in step.take:
            if row is not None and fields[name].required and name not in given and name not in written:
                raise self._of_row(step, row, f"has no {name!r}, which {step.do} needs.", "", "Add it to the row.")
        for name, value in given.items():
            try:
                msgspec.convert(value, fields[name].type)
            except msgspec.ValidationError as error:
                said, _, place = str(error).partition(" - at `$")
                todo = f"`dure act --schema {step.do}` prints what it takes."
                raise self._of_row(step, row, f"{in_plain_words(said)}.", f"{name}{place.rstrip('`')}", todo) from error
        self._names(step, row, given)

    def _names(self, step: Step, row: Any, given: Mapping[str, Any]) -> None:
        """Names in the command's fields are those of the vocabulary, milestones those of the calendar."""
        vocabulary = self.folder.vocabulary
        for path, words in NAMES.get(step.do, ()):
            for name in _found(given, path.split("/")):
                self._require(step, row, name, getattr(vocabulary, words), "vocabulary.yaml", words)
        if step.do == "register_organisation" and "kind" in given:
            self._require(step, row, given["kind"], _kinds(vocabulary), "vocabulary.yaml", "kinds and roles")
        if step.do == "set_milestone" and "key" in given:
            milestones = [each.id for each in self.folder.calendar.milestones]
            self._require(step, row, given["key"], milestones, "calendar.yaml", "milestones")

    def _require(self, step: Step, row: Any, name: str, known: Collection[str], file: str, words: str) -> None:
        try:
            require_named(name, known, where=step.do, file=file, words=words)
        except BadInput as error:
            raise self._of_row(step, row, error.what, "", error.todo) from error

    def _of_row(self, step: Step, row: Any, what: str, name: str, todo: str) -> BadInput:
        """The fault with the line of the row in its file of facts, where the step is repeated for the rows of one."""
        where = f"{step.do}.{name}" if name else step.do
        if step.each is None or not step.each.fact or row is None:
            return BadInput(what, where=where, todo=todo)
        file, *keys = step.each.fact.split("/")
        rows = self.values.resolved(Reference(fact=step.each.fact))
        place = next((number for number, each in enumerate(rows) if each is row), None) if isinstance(rows, list) else None
        path = self.folder.facts_file(file)
        line = line_in(path, ".".join(keys) + ("" if place is None else f"[{place}]"))
        return BadInput(what, where=f"{path}:{line}, {where}", todo=todo)

    def _references(self, step: Step, rows: Rows) -> None:
        """Every other reference of the step leads somewhere."""
        papers = [step.paper.name, step.paper.paragraphs] if step.paper else []
        for value in (step.at, step.subject, step.expect, step.is_, step.given, *papers):
            self._made_before(value)
            if not step.do or value is not step.given:
                list(self._values_of(value, rows and rows[:1]))
        if step.at is not None:
            for row in rows or ():
                self._moment(step.at, row)

    def _moment(self, at: Any, row: Any) -> None:
        try:
            self.values.moment(at, row)
        except (Later, Unknown):
            return

    def _made_before(self, value: Any) -> None:
        reference = reference_in(value) if isinstance(value, Mapping) else None
        if reference is not None:
            self._require_sound(reference)
        elif isinstance(value, Mapping):
            for each in value.values():
                self._made_before(each)
        elif isinstance(value, list | tuple):
            for each in value:
                self._made_before(each)

    def _require_sound(self, reference: Reference) -> None:
        if sum(bool(getattr(reference, name)) for name in SOURCES) != 1:
            raise BadInput(f"a reference has one of {', '.join(SOURCES)}.", todo="Keep one.")
        if reference.pick and reference.columns:
            raise BadInput("a reference takes one field and several at once.", todo="Leave out `pick` or `columns`.")
        name = reference.made.partition("/")[0]
        if name and name not in self.made:
            todo = f"Made before: {', '.join(sorted(self.made)) or 'nothing'}."
            raise BadInput(f"nothing is made under the name {name!r} before this step.", where="made", todo=todo)
        for condition in reference.where.values():
            if condition.among is not None:
                self._require_sound(condition.among)


def _kinds(vocabulary: Vocabulary) -> list[str]:
    return [*vocabulary.kinds, *vocabulary.roles]


def _found(value: Any, keys: list[str]) -> Iterator[str]:
    """The texts under that path, as far as it leads."""
    if not keys:
        if isinstance(value, str):
            yield value
    elif keys[0] == "*" and isinstance(value, list):
        for each in value:
            yield from _found(each, keys[1:])
    elif keys[0] == "keys" and isinstance(value, Mapping):
        yield from value
    elif isinstance(value, Mapping) and keys[0] in value:
        yield from _found(value[keys[0]], keys[1:])
