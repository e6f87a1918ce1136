"""The rule book: reads the rules of a programme's folder, checks them, and answers "on this date"."""

import datetime as dt
import itertools
import re
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import msgspec

from dure.formats.errors import BadInput
from dure.formats.folder.manifest import Manifest
from dure.formats.kinds import Reading, Rules, Source
from dure.rules.manifest import DEFAULT, base_of, read_manifest, require_languages
from dure.rules.tables import read_proved
from dure.rules.tables.asking import require_shapes
from dure.rules.tables.reading import Frame
from dure.rules.units import UNITS, Unit
from dure.rules.yaml_file import Mapping, read_yaml, require_keys

__all__ = ["DEFAULT", "Book", "Rule", "Value", "check_readers", "read_book"]
FOLDER = "rules"
STATUSES = ("enacted", "assumed")
R = TypeVar("R", bound=Rules)


class Value(NamedTuple):
    """A rule's value in [since, until), where it is written, and how official it is."""

    since: dt.date
    until: dt.date | None
    value: Any
    status: str
    source: Source
    note: dict[str, str]
    line: int


class Rule(NamedTuple):
    """One file of the book. `name` is `topic/field`."""

    name: str
    title: dict[str, str]
    why: str
    unit: str
    values: tuple[Value, ...]
    path: Path

    def on(self, day: dt.date) -> Value | None:
        """The value in force that day, if any."""
        return next((v for v in reversed(self.values) if v.since <= day and (v.until is None or day < v.until)), None)


class Book(NamedTuple):
    """The head of one programme, and all its rules."""

    folder: Path
    manifest: Manifest
    rules: dict[str, Rule]

    @property
    def programme(self) -> str:
        """Its stable id."""
        return self.manifest.id

    @property
    def title(self) -> dict[str, str]:
        """Its name, by language."""
        return self.manifest.title

    @property
    def reference_on(self) -> dt.date:
        """The day for which rules are read unless told."""
        return self.manifest.reference_on

    def fill(self, kind: type[R], *, on: dt.date) -> tuple[R, tuple[Reading, ...]]:
        """The struct of rules that a decision asks for, and each rule as it was read.

        A field with a default is for some methods alone: without a value in force it keeps the default, and is not read.
        """
        values, readings, spared = {}, [], kind.spared()
        for field, name in kind.names().items():
            rule = self.rules.get(name)
            if field in spared and (rule is None or rule.on(on) is None):
                continue
            if rule is None:
                raise BadInput(f"no rule {name}.", where="rule book", todo=f"Write {name}.yaml.", code="no_rule")
            found = rule.on(on)
            if found is None:
                raise BadInput(
                    f"no value in force on {on}.",
                    where=f"rule {rule.name}",  # readers of pages see it, and no path of the server
                    todo="Add a value that begins on or before that day.",
                    code="no_rule",
                )
            values[field] = found.value
            readings.append(
                Reading(rule=rule.name, value=found.value, since=found.since, status=found.status, source=found.source)
            )
        return _convert(kind, values), tuple(readings)


def read_book(folder: Path) -> Book:
    """Read and check the head and all rules of a programme's folder; the first fault is raised with file and line.

    Where the programme has no rule of its own, that of the base holds which it extends.
    """
    manifest = read_manifest(folder)
    below = base_of(folder, manifest.extends) if manifest.extends else None
    rules = _rules_in(below, languages=()) if below else {}
    return Book(folder, manifest, rules | _rules_in(folder, languages=manifest.languages))


def _rules_in(folder: Path, *, languages: tuple[str, ...]) -> dict[str, Rule]:
    """The rules of a programme, or of a base, whose texts are in languages of its own."""
    rules = {}
    for path in sorted((folder / FOLDER).rglob("*.yaml")):
        relative = path.relative_to(folder / FOLDER)
        if len(relative.parts) != 2:
            raise BadInput(f"a rule lies in {FOLDER}/TOPIC/FIELD.yaml.", where=str(path), todo="Move it.")
        rule = _read_rule(path, name=f"{relative.parts[0]}/{relative.stem}", languages=languages)
        rules[rule.name] = rule
    return rules


def check_readers(book: Book, kinds: Iterable[type[Rules]]) -> None:
    """Each field of each struct has a file of the right type on every day of change, and each file of the programme's a reader.

    A base serves many programmes: what this one does not read of it stays unread.
    """
    wanted: set[str] = set()
    for kind in kinds:
        names = kind.names().values()
        wanted.update(names)
        required = [name for field, name in kind.names().items() if field not in kind.spared()]
        begins = {value.since for name in names if name in book.rules for value in book.rules[name].values}
        for day in sorted(begins | {book.reference_on}):
            if day >= book.reference_on or all(name not in book.rules or book.rules[name].on(day) for name in required):
                require_shapes(book.fill(kind, on=day)[0], book.rules, on=day)
    for name, rule in sorted(book.rules.items()):
        if name not in wanted and rule.path.is_relative_to(book.folder / FOLDER):
            raise BadInput(
                f"nothing reads the rule {name}.", where=f"{rule.path}:1", todo="Check its spelling, or take the file away."
            )


def _convert(kind: type[R], values: dict[str, Any]) -> R:
    try:
        return msgspec.convert(values, kind, strict=True)
    except msgspec.ValidationError as error:
        message, _, place = str(error).partition(" - at `$.")
        name = kind.names().get(re.split(r"[.\[`]", place)[0], "")
        raise BadInput(
            f"{message}.",
            where=f"rule {name}" if name else "rule book",
            todo=f"`dure schema {kind.topic} rules` prints what is allowed.",
        ) from error


def _read_rule(path: Path, *, name: str, languages: tuple[str, ...]) -> Rule:
    raw = read_yaml(path)
    require_keys(raw, path, required=("title", "why", "unit", "values"))
    unit = UNITS.get(raw["unit"])
    if unit is None:
        raise BadInput(f"unknown unit {raw['unit']!r}.", where=f"{path}:{raw.lines['unit']}", todo=f"Units: {', '.join(UNITS)}.")
    if not isinstance(raw["values"], list) or not raw["values"]:
        raise BadInput("a rule needs at least one dated value.", where=f"{path}:{raw.lines['values']}")
    values = tuple(_read_value(item, unit, path, raw.lines["values"], languages) for item in raw["values"])
    for earlier, later in itertools.pairwise(values):
        if later.since <= earlier.since:
            raise BadInput(
                f"{later.since} does not come after {earlier.since}.",
                where=f"{path}:{later.line}",
                todo="Put values in order of date.",
            )
    return Rule(name, _title(raw, path, languages), str(raw["why"]), raw["unit"], values, path)


def _read_value(raw: Any, unit: Unit, path: Path, line: int, languages: tuple[str, ...]) -> Value:
    if not isinstance(raw, Mapping):
        raise BadInput("a value has `from`, `value`, `status` and `source`.", where=f"{path}:{line}")
    require_keys(raw, path, required=("from", "value", "status", "source"), optional=("until", "note"))
    at = raw.lines
    since = dt.date.fromisoformat(_leaf(UNITS["date"], raw["from"], path, at["from"]))
    until = dt.date.fromisoformat(_leaf(UNITS["date"], raw["until"], path, at["until"])) if "until" in raw else None
    if until is not None and until <= since:
        raise BadInput(
            f"`until` {until} is not after `from` {since}.",
            where=f"{path}:{at['until']}",
            todo="`until` is the first day without it.",
        )
    if raw["status"] not in STATUSES:
        raise BadInput(f"status {raw['status']!r} is neither enacted nor assumed.", where=f"{path}:{at['status']}")
    source = _read_source(raw["source"], path, at["source"])
    if unit.shape == "table":
        frame = Frame(path, raw["status"], source, _read_source, lambda row, where: _title(row, where, languages))
        value = read_proved(raw["value"], at["value"], frame)
    else:
        value = _read_shape(unit, unit.shape, raw["value"], path, at["value"])
    if unit.sums_to_one and (total := sum(map(Fraction, value.values()))) != 1:
        raise BadInput(
            f"the shares sum to {float(total):.6g}, not to one.", where=f"{path}:{at['value']}", todo="Correct the shares."
        )
    return Value(since, until, value, raw["status"], source, _note(raw, path), at["from"])


def _note(raw: Any, path: Path) -> dict[str, str]:
    """What is to be said of the value, by language; empty where nothing is."""
    note = raw.get("note", {})
    if isinstance(note, str) or not all(isinstance(text, str) and text for text in note.values()):
        where = f"{path}:{raw.lines['note']}"
        raise BadInput("a note is said by language.", where=where, todo="Write `note: {ko: ..., en: ...}`.")
    return dict(note)


def _read_source(raw: Any, path: Path, line: int) -> Source:
    if not isinstance(raw, Mapping) or not raw.get("name"):
        raise BadInput(
            "a source needs at least its name.",
            where=f"{path}:{line}",
            todo="Say where the number is written, or that it is ours.",
        )
    require_keys(raw, path, required=("name",), optional=("article", "published", "url"))
    published = _leaf(UNITS["date"], raw["published"], path, raw.lines["published"]) if "published" in raw else None
    return Source(
        name=raw["name"],
        article=raw.get("article", ""),
        published=dt.date.fromisoformat(published) if published else None,
        url=raw.get("url", ""),
    )


def _read_shape(unit: Unit, shape: int | str, raw: Any, path: Path, line: int) -> Any:
    if shape == "list":
        if not isinstance(raw, list):
            raise BadInput("the unit asks for a list.", where=f"{path}:{line}")
        return [_leaf(unit, item, path, line) for item in raw]
    if shape == "lists by name":
        if not isinstance(raw, Mapping) or not raw:
            raise BadInput("the unit asks for a map of names to lists.", where=f"{path}:{line}")
        return {key: _read_shape(unit, "list", item, path, raw.lines[key]) for key, item in raw.items()}
    if isinstance(shape, int) and shape > 0:
        if not isinstance(raw, Mapping) or not raw:
            raise BadInput("the unit asks for a map of names to values.", where=f"{path}:{line}")
        return {key: _read_shape(unit, shape - 1, item, path, raw.lines[key]) for key, item in raw.items()}
    return _leaf(unit, raw, path, line)


def _leaf(unit: Unit, raw: Any, path: Path, line: int) -> Any:
    if not isinstance(raw, str):
        raise BadInput("one value is expected here.", where=f"{path}:{line}")
    try:
        return unit.leaf(raw)
    except ValueError as error:
        raise BadInput(f"{raw[:60]!r} {error}.", where=f"{path}:{line}", todo="Correct the value or the unit.") from error


def _title(raw: Mapping, path: Path, languages: tuple[str, ...]) -> dict[str, str]:
    title, where = raw["title"], f"{path}:{raw.lines['title']}"
    if not isinstance(title, Mapping):
        raise BadInput("a title is given by language.", where=where, todo=f"Say it in {', '.join(languages)}.")
    if languages:
        require_languages(title, languages, where=where)
    return dict(title)
