"""Reads one YAML file as text with line numbers: no floats, no aliases, no duplicate keys."""

from pathlib import Path
from typing import Any

import yaml

from dure.formats.errors import BadInput

# The C parser where PyYAML has it: the same nodes and marks, ten times sooner.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
LARGEST_FILE_BYTES = 256 * 1024
DEEPEST = 12


class Mapping(dict[str, Any]):
    """A map that remembers the line of each key."""

    lines: dict[str, int]


def read_yaml(path: Path) -> Mapping:
    """The file's map, every leaf as text; `lines` of each map tells where its keys stand."""
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
        _refuse_aliases(text, path)
        node = yaml.compose(text, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadInput(f"not YAML: {error.problem}.", where=f"{path}:{line}") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise BadInput(f"not YAML: {str(error)[:120]}.", where=str(path)) from error
    value = _convert(node, path, 0)
    if not isinstance(value, Mapping):
        raise BadInput("a rule file is a map of keys.", where=f"{path}:1", todo="See docs/how-to/add-a-rule.md.")
    return value


def _refuse_aliases(text: str, path: Path) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        if isinstance(event, yaml.AliasEvent):
            raise BadInput(
                "an alias (`*name`) is not allowed in a rule.",
                where=f"{path}:{_line(event)}",
                todo="Write the value out.",
            )
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise BadInput("nested too deeply.", where=f"{path}:{_line(event)}")


def _convert(node: yaml.Node | None, path: Path, line: int) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return node.value
    if isinstance(node, yaml.SequenceNode):
        return [_convert(item, path, line) for item in node.value]
    if isinstance(node, yaml.MappingNode):
        made = Mapping()
        made.lines = {}
        for key, item in node.value:
            place = f"{path}:{_line(key)}"
            if not isinstance(key, yaml.ScalarNode):
                raise BadInput("a key must be a word.", where=place)
            if key.value in made:
                raise BadInput(f"key {key.value!r} comes twice.", where=place, todo="Keep one of the two.")
            made[key.value] = _convert(item, path, _line(key))
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
