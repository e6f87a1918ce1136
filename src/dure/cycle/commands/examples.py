"""How the table of a command with lists of parts is filled in: a sentence, and rows that read back as that command."""

import json
import re
from collections.abc import Callable
from functools import cache
from typing import Any

from msgspec import Struct, inspect

from dure.cycle.commands.spreading import SEPARATOR, Column, bare, columns, parts, template
from dure.formats.commands.kinds import Command
from dure.formats.kinds import is_names

TOGETHER = (
    "An act takes a row for each of its parts. Fill in %(columns)s in its first row; leave them blank in the rows below it, or "
    "repeat the same values. Another value there begins another act."
)
ALONE = "All rows together are one act, with a row for each of its parts."
BLANK = "(blank)"
EXAMPLE = "For example:"
_ONE_OF = re.compile(r"\^\(([a-z_|]+)\)\$")
_MONTH = "-(0[1-9]|1[0-2])"  # how every pattern of a calendar month ends


def common(command: type[Struct], languages: tuple[str, ...]) -> list[str]:
    """The columns that an act fills in once, in its first row."""
    return [each.name for each in columns(command, languages) if not each.of]


def sentence(command: type[Struct], languages: tuple[str, ...], say: Callable[[str], str] = str) -> str:
    """How rows are put together; empty where each row is an act of its own. `say`: puts a text into the reader's language."""
    if not parts(command):
        return ""
    once = common(command, languages)
    return say(TOGETHER) % {"columns": ", ".join(once)} if once else say(ALONE)


def with_example(
    command: type[Command], languages: tuple[str, ...], say: Callable[[str], str] = str
) -> tuple[list[str], list[list[str]]]:
    """The row of column names, and remarks: what each means and, of parts, how rows are put together, with an example."""
    names, notes = template(command, languages, say)
    remarks = [notes] if notes else []
    if said := sentence(command, languages, say):
        remarks.append([f"# {said} {say(EXAMPLE)}"])
        remarks += [[f"# {first or say(BLANK)}", *others] for first, *others in example(command, languages)]
    return names, remarks


@cache
def example(command: type[Struct], languages: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Rows of what an act must have: one of two parts, and, where that can be told apart, another below it."""
    values = [_plain(inspect.type_info(command), "", number, languages) for number in (1, 2, 3)]
    spread = columns(command, languages)
    rows = []
    for number, act in ((0, 0), (1, -1), (2, 1)):
        rows.append(tuple(_cell(each, values[number] if each.of else values[act] if act >= 0 else {}) for each in spread))
    return tuple(rows if _differ(spread, rows) else rows[:2])


def _differ(spread: tuple[Column, ...], rows: list[tuple[str, ...]]) -> bool:
    return any(not each.of and rows[0][place] != rows[2][place] for place, each in enumerate(spread))


def _cell(column: Column, value: Any) -> str:
    if not column.required:
        return ""
    for part in column.name.split("."):
        value = (value[0] if isinstance(value, list) else value).get(part, "") if value else ""
    if value in ("", None):
        return ""
    if column.kind == "list":
        return SEPARATOR.join(map(str, value))
    return json.dumps(value, ensure_ascii=False) if column.kind in {"json", "map"} else str(value)


def _plain(info: inspect.Type, name: str, number: int, languages: tuple[str, ...]) -> Any:  # noqa: PLR0911 - one line for each kind of value
    kind, _meaning = bare(info)
    match kind:
        case inspect.StructType():
            needed = [each for each in kind.fields if each.required or each.encode_name in parts(kind.cls)]
            return {each.encode_name: _plain(each.type, each.encode_name, number, languages) for each in needed}
        case inspect.DateType():
            return f"2026-03-0{number}"
        case inspect.DateTimeType():
            return f"2026-03-0{number}T09:00:00+09:00"
        case inspect.BoolType():
            return "true"
        case inspect.IntType():
            return str(max(kind.ge or 0, number))
        case inspect.LiteralType():
            return str(kind.values[0])
        case inspect.StrType():
            return _text(kind.pattern or "", name, number)
        case inspect.DictType() if is_names(kind):
            return dict.fromkeys(languages, f"{name}-{number}")
        case inspect.DictType():
            return {_plain(kind.key_type, name, number, languages): _plain(kind.value_type, name, number, languages)}
    return [_plain(kind.item_type, name, number, languages)] if hasattr(kind, "item_type") else f"{name}-{number}"


def _text(pattern: str, name: str, number: int) -> str:
    if chosen := _ONE_OF.fullmatch(pattern):
        return chosen[1].split("|")[0]
    if _MONTH in pattern:
        return f"2026-0{number}"
    return f"0.{number}" if "[0-9]" in pattern else f"{name}-{number}"
