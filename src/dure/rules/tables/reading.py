"""Reads a table from the text of its YAML, and says with file and line what is wrong with it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, get_args

from dure.formats.errors import BadInput
from dure.formats.kinds import Source
from dure.formats.rule_tables import NO_LIMIT, Attribute, Combine, Condition, Kind, Output, Row, Table
from dure.rules.units import UNITS
from dure.rules.yaml_file import Mapping, require_keys

COMBINE: tuple[str, ...] = get_args(Combine)
PLAIN: dict[str, Kind] = {kind: kind for kind in get_args(Kind) if kind not in {"choice", "words"}}  # named by a word alone
ORDERED = ("count", "date")
OPTIONAL = f" or {NO_LIMIT}"
OUTPUTS = tuple(name for name, unit in UNITS.items() if unit.shape == 0)
LARGEST_COUNT = 2**31 - 1


class Written(NamedTuple):
    """The table, and the line of each of its rows."""

    table: Table
    lines: dict[str, int]


class Declared(NamedTuple):
    """What the rows of a table may speak of."""

    reads: dict[str, Attribute]
    gives: dict[str, Output]


class Frame(NamedTuple):
    """What holds for all rows of one value: where it stands, and what rows that say nothing else are cited by."""

    path: Path
    status: str
    source: Source
    read_source: Callable[[Any, Path, int], Source]
    read_title: Callable[[Mapping, Path], dict[str, str]]

    def refuse(self, line: int, message: str, todo: str = "docs/how-to/add-a-rule.md shows a table.") -> BadInput:
        return BadInput(message, where=f"{self.path}:{line}", todo=todo)


def read_table(raw: Any, line: int, frame: Frame) -> Written:
    """The table; raises `BadInput` for the first thing that is wrong with its form."""
    raw = _map(raw, line, frame, "a table says what it `reads`, what it `gives`, and its `rows`.")
    require_keys(raw, frame.path, required=("reads", "gives", "rows"), optional=("exceptions", "combine"))
    reads = _attributes(raw, frame)
    gives = _outputs(raw, frame)
    combine = raw.get("combine", "replace")
    if combine not in COMBINE:
        raise frame.refuse(raw.lines["combine"], f"{combine!r} is no way to combine.", f"Write one of {', '.join(COMBINE)}.")
    declared = Declared(reads, gives)
    lines: dict[str, int] = {}
    parts = {}
    for part in ("rows", "exceptions"):
        rows = _map(raw.get(part, Mapping()), raw.lines.get(part, line), frame, "rows stand by their ids.", empty=True)
        if again := sorted(set(rows) & set(lines)):
            raise frame.refuse(rows.lines[again[0]], f"{again[0]!r} is the id of a row already.", "Give each row its own id.")
        lines.update({name: rows.lines[name] for name in rows})
        parts[part] = tuple(_row(name, rows[name], rows.lines[name], declared, frame) for name in rows)
    if not parts["rows"]:
        raise frame.refuse(raw.lines["rows"], "a table has at least one row.")
    return Written(Table(reads=reads, gives=gives, combine=combine, **parts), lines)


def _map(raw: Any, line: int, frame: Frame, message: str, *, empty: bool = False) -> Mapping:
    if not isinstance(raw, Mapping) or not (raw or empty):
        raise frame.refuse(line, message)
    if not hasattr(raw, "lines"):
        raw.lines = {}
    return raw


def _attributes(raw: Mapping, frame: Frame) -> dict[str, Attribute]:
    declared = _map(raw["reads"], raw.lines["reads"], frame, "`reads` names attributes with their kind.", empty=True)
    return {name: _attribute(declared[name], declared.lines[name], frame) for name in declared}


def _attribute(raw: Any, line: int, frame: Frame) -> Attribute:
    """A list is a choice, `{has: [...]}` some of these words, and other kinds go by their name."""
    if isinstance(raw, str) and raw in PLAIN:
        return Attribute(kind=PLAIN[raw])
    kind, of = ("words", raw.get("has")) if isinstance(raw, Mapping) and set(raw) == {"has"} else ("choice", raw)
    if not isinstance(of, list) or not of or not all(isinstance(each, str) and each for each in of):
        raise frame.refuse(
            line, "this is no kind of attribute.", f"Write a list of ids, {{has: [...]}}, or one of {', '.join(PLAIN)}."
        )
    if len(set(of)) < len(of):
        raise frame.refuse(line, "an id comes twice.", "Name each once.")
    return Attribute(kind="words" if kind == "words" else "choice", of=tuple(of))


def _outputs(raw: Mapping, frame: Frame) -> dict[str, Output]:
    declared = _map(raw["gives"], raw.lines["gives"], frame, "`gives` names values with their unit.")
    made = {}
    for name, said in declared.items():
        unit = said.removesuffix(OPTIONAL) if isinstance(said, str) else ""
        if unit not in OUTPUTS:
            todo = f"Write one of {', '.join(OUTPUTS)}, with `{OPTIONAL.strip()}` after it where there may be no value."
            raise frame.refuse(declared.lines[name], f"{said!r} is no unit of one value.", todo)
        made[name] = Output(unit=unit, optional=said != unit)
    return made


def _row(name: str, raw: Any, line: int, table: Declared, frame: Frame) -> Row:
    raw = _map(raw, line, frame, "a row has `title`, `when` and `then`.")
    require_keys(raw, frame.path, required=("title", "then"), optional=("when", "status", "source"))
    when = _map(raw.get("when", Mapping()), line, frame, "`when` has conditions by attribute.", empty=True)
    then = _map(raw["then"], raw.lines["then"], frame, "`then` has values by name.")
    if set(then) != set(table.gives):
        raise frame.refuse(line, f"the row {name!r} gives {', '.join(then)}.", f"Give {', '.join(table.gives)}, each once.")
    status = raw.get("status", frame.status)
    if status not in {"enacted", "assumed"}:
        raise frame.refuse(raw.lines["status"], f"status {status!r} is neither enacted nor assumed.")
    return Row(
        id=name,
        when={each: _condition(each, when[each], when.lines[each], table, frame) for each in when},
        then={each: _value(table.gives[each], then[each], then.lines[each], frame) for each in then},
        status=status,
        source=frame.read_source(raw["source"], frame.path, raw.lines["source"]) if "source" in raw else frame.source,
        title=frame.read_title(raw, frame.path),
    )


def _value(output: Output, raw: Any, line: int, frame: Frame) -> Any:
    if raw == NO_LIMIT and output.optional:
        return None
    return _leaf(output.unit, raw, line, frame)


def _leaf(unit: str, raw: Any, line: int, frame: Frame) -> Any:
    if not isinstance(raw, str):
        raise frame.refuse(line, "one value is expected here.")
    try:
        return UNITS[unit].leaf(raw)
    except ValueError as error:
        raise frame.refuse(line, f"{raw[:60]!r} {error}.", "Correct the value or its unit.") from error


def _condition(name: str, raw: Any, line: int, table: Declared, frame: Frame) -> Condition:
    attribute = table.reads.get(name)
    if attribute is None:
        todo = f"It reads {', '.join(table.reads) or 'nothing'}."
        raise frame.refuse(line, f"{name!r} is not among what the table reads.", todo)
    raw = _map(raw, line, frame, "a condition is such as {is: ...} or {at_least: ..., below: ...}.")
    allowed = _operators(attribute)
    for operator in raw:
        if operator not in allowed:
            raise frame.refuse(
                raw.lines[operator], f"{operator!r} cannot be asked of a {attribute.kind}.", f"Ask with {', '.join(allowed)}."
            )
    made = {operator: _asked(operator, raw[operator], raw.lines[operator], attribute, frame) for operator in raw}
    if "at_least" in made and "below" in made and not made["at_least"] < made["below"]:
        raise frame.refuse(line, "nothing is at least the one and below the other.", "Put the smaller first.")
    return Condition(**{{"is": "is_", "in": "in_"}.get(key, key): value for key, value in made.items()})


def _operators(attribute: Attribute) -> tuple[str, ...]:
    if attribute.kind == "words":
        return ("has",)
    if attribute.kind == "flag":
        return ("is",)
    return ("is", "in", "at_least", "below") if attribute.kind in ORDERED else ("is", "in", "other_than")


def _asked(operator: str, raw: Any, line: int, attribute: Attribute, frame: Frame) -> Any:
    if operator not in {"in", "other_than", "has"}:
        return _member(raw, line, attribute, frame)
    if not isinstance(raw, list) or not raw or len(set(map(str, raw))) < len(raw):
        raise frame.refuse(line, f"`{operator}` asks for a list, each value once.")
    return tuple(_member(each, line, attribute, frame) for each in raw)


def _member(raw: Any, line: int, attribute: Attribute, frame: Frame) -> Any:
    """One value of the attribute."""
    if attribute.of and raw not in attribute.of:
        raise frame.refuse(line, f"{raw!r} is none of {', '.join(attribute.of)}.", "Correct the id, or add it to `reads`.")
    value = _leaf({"flag": "flag", "count": "count", "date": "date"}.get(attribute.kind, "word"), raw, line, frame)
    if attribute.kind == "count" and value > LARGEST_COUNT:
        raise frame.refuse(line, f"{value} is above {LARGEST_COUNT}.", "Leave the condition out: nothing is so large.")
    return value
