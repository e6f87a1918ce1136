"""Reads one YAML file as text with line numbers: no floats, no aliases, no duplicate keys."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import yaml

from dure.formats.errors import BadInput
from dure.formats.reading.faulty import in_plain_words

# The C parser where PyYAML has it: the same nodes and marks, ten times sooner.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
LARGEST_FILE_BYTES = 256 * 1024
DEEPEST = 12
WORDS = {"true": True, "false": False, "null": None}
_WHOLE = re.compile(r"-?(0|[1-9][0-9_]{0,20})")
T = TypeVar("T")


class Mapping(dict[str, Any]):
    """A map that remembers the line of each key."""

    lines: dict[str, int]


def read_yaml(path: Path, *, typed: bool = False, deepest: int = DEEPEST) -> Mapping:
    """The file's map, every leaf as text; `lines` of each map tells where its keys stand.

    `typed`: a bare `true`, `false`, `null` or whole number is one; all else stays text, a day or a time of day as well.
    """
    try:
        if path.stat().st_size > LARGEST_FILE_BYTES:
            raise BadInput(
                f"a rule file of more than {LARGEST_FILE_BYTES:,} bytes.", where=str(path), todo="One file holds one rule."
            )
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BadInput(f"byte {error.start} is not UTF-8.", where=str(path)) from error
    except OSError as error:
        raise BadInput(f"cannot be read ({error.strerror}).", where=str(path)) from error
    try:
        _refuse_aliases(text, path, deepest)
        node = yaml.compose(text, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadInput(f"not YAML: {error.problem}.", where=f"{path}:{line}") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise BadInput(f"not YAML: {str(error)[:120]}.", where=str(path)) from error
    value = _convert(node, path, 0, typed=typed)
    if not isinstance(value, Mapping):
        raise BadInput("a rule file is a map of keys.", where=f"{path}:1", todo="See docs/how-to/add-a-rule.md.")
    return value


def _refuse_aliases(text: str, path: Path, deepest: int) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        if isinstance(event, yaml.AliasEvent):
            raise BadInput(
                "an alias (`*name`) is not allowed in a rule.",
                where=f"{path}:{_line(event)}",
                todo="Write the value out.",
            )
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > deepest:
            raise BadInput("nested too deeply.", where=f"{path}:{_line(event)}")


def convert(raw: Mapping, kind: type[T], path: Path, *, todo: str) -> T:
    """The file's map as that struct; raises `BadInput` with the line of the fault."""
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        said, _, place = str(error).partition(" - at `$")
        raise BadInput(f"{in_plain_words(said)}.", where=f"{path}:{_deepest(raw, place, said)}", todo=todo) from error


def line_at(raw: Any, keys: Sequence[str | int]) -> int:
    """The line of the deepest of these keys and places that is there."""
    line = 1
    for key in keys:
        if isinstance(raw, Mapping) and key in raw:
            line, raw = raw.lines[str(key)], raw[str(key)]
        elif isinstance(raw, list) and isinstance(key, int) and key < len(raw):
            raw = raw[key]
            line = min(raw.lines.values()) if isinstance(raw, Mapping) and raw.lines else line
        else:
            break
    return line


_NAMED = re.compile(r"(?:field|value) [`']([^`']+)[`']")


def _deepest(raw: Mapping, place: str, said: str) -> int:
    """The line that the place of a message names; of a field that is unknown its own."""
    keys: list[str | int] = []
    for index, name in re.findall(r"\[(\d+)\]|([^.\[\]`]+)", place):
        keys.append(int(index) if index else name)
    named = _NAMED.search(said)
    return line_at(raw, [*keys, named[1]] if named else keys)


def _leaf(node: yaml.ScalarNode) -> Any:
    if not node.style and node.value in WORDS:
        return WORDS[node.value]
    if not node.style and _WHOLE.fullmatch(node.value):
        return int(node.value.replace("_", ""))
    return node.value


def _convert(node: yaml.Node | None, path: Path, line: int, *, typed: bool) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return _leaf(node) if typed else node.value
    if isinstance(node, yaml.SequenceNode):
        return [_convert(item, path, line, typed=typed) for item in node.value]
    if isinstance(node, yaml.MappingNode):
        made = Mapping()
        made.lines = {}
        for key, item in node.value:
            place = f"{path}:{_line(key)}"
            if not isinstance(key, yaml.ScalarNode):
                raise BadInput("a key must be a word.", where=place)
            if key.value in made:
                raise BadInput(f"key {key.value!r} comes twice.", where=place, todo="Keep one of the two.")
            made[key.value] = _convert(item, path, _line(key), typed=typed)
            made.lines[key.value] = _line(key)
        return made
    raise BadInput("the file is empty.", where=f"{path}:1")


def _line(item: yaml.Event | yaml.Node) -> int:
    return item.start_mark.line + 1 if item.start_mark else 1


def require_keys(raw: Mapping, path: Path, *, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> None:
    """Raise for a key that is not known, or that is missing or empty, with its line."""
    for key in raw:
        if key not in required + optional:
            raise BadInput(
                f"unknown key {key!r}.", where=f"{path}:{raw.lines[key]}", todo=f"Keys: {', '.join(required + optional)}."
            )
    first = min(raw.lines.values(), default=1)
    for key in required:
        if key not in raw or raw[key] == "":
            raise BadInput(f"{key!r} is missing.", where=f"{path}:{first}", todo=f"Add `{key}:`.")
