"""A command as rows of a table: a column per field, nested ones by dot, lists by semicolon, a blank cell for the default.

A list of parts, such as the answers to a survey, has a column for each field of a part, LIST.FIELD, and a row for each part.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from msgspec import Struct, inspect

from dure.formats.commands.kinds import Command
from dure.formats.errors import BadInput
from dure.formats.kinds import is_names
from dure.formats.reading import parse_json
from dure.formats.reading.workbooks import BadCell
from dure.formats.sheets import AGAIN

SEPARATOR = ";"
_LISTS = (inspect.ListType, inspect.VarTupleType, inspect.SetType, inspect.FrozenSetType, inspect.CollectionType)


class Column(NamedTuple):
    """One column of a table of commands.

    `kind`: `one` value; a `list` of values parted by semicolons; a `map` whose columns are NAME.KEY; `names`, a text by
    language, whose columns are NAME.LANGUAGE; `json`.
    `of`: the list of parts that it belongs to; `required` then where a part is given.
    """

    name: str
    meaning: str
    required: bool
    kind: str
    of: str = ""


@cache
def columns(command: type[Struct], languages: tuple[str, ...] = ()) -> tuple[Column, ...]:
    """The columns of that command's table, in the order of its fields; `languages`: of those texts by language are given in."""
    found: list[Column] = []
    _spread(inspect.type_info(command), "", True, found)
    return tuple(part for each in found for part in (_by_language(each, languages) if each.kind == "names" else (each,)))


def _by_language(column: Column, languages: tuple[str, ...]) -> tuple[Column, ...]:
    """A column for each language, of which the first is as needed as the whole."""
    made = [
        column._replace(name=f"{column.name}.{language}", required=column.required and not place, kind="one")
        for place, language in enumerate(languages)
    ]
    return tuple(made) or (column,)


@cache
def parts(command: type[Struct]) -> dict[str, type[Struct]]:
    """The fields of the command that are lists of parts, each with the struct of a part."""
    found: dict[str, type[Struct]] = {}
    for field in inspect.type_info(command).fields:  # type: ignore[attr-defined] # a command is a struct
        kind, _meaning = bare(field.type)
        item = bare(kind.item_type)[0] if isinstance(kind, _LISTS) else None
        if isinstance(item, inspect.StructType):
            found[field.encode_name] = item.cls
    return found


def template(command: type[Command], languages: tuple[str, ...], say: Callable[[str], str] = str) -> tuple[list[str], list[str]]:
    """The row of column names, and a row of remarks that says what each means; `say`: puts a text into the reader's language."""
    spread = columns(command, languages)
    needs = {
        each.name: ", ".join(map(say, filter(None, (NEEDED[each.required], HOW[each.kind], EACH if each.of else ""))))
        for each in spread
    }
    notes = [f"{say(each.meaning) if each.meaning else ''} ({needs[each.name]})" for each in spread]
    return [each.name for each in spread], [f"# {notes[0]}", *notes[1:]] if notes else []


def require_columns(command: type[Command], header: Sequence[str]) -> None:
    """Raise unless every column is one of the command's, and none that it requires is missing."""
    spread = columns(command)
    whole = set(parts(command))
    known = {*(each.name for each in spread), *whole}
    maps = {each.name for each in spread if each.kind in _MAPS}
    unknown = [name for name in header if name not in known and not any(name.startswith(f"{each}.") for each in maps)]
    given = {*header, *(name.partition(".")[0] for name in header)}
    maybe = {each for each in whole if each in header or each not in given}  # as JSON in one cell, or not at all
    missing = [each.name for each in spread if each.required and each.name not in given and each.of not in maybe]
    missing += sorted(_required_lists(command) - given)
    if unknown or missing:
        raise BadInput(
            f"there is no column {unknown[0][:80]!r}." if unknown else f"the column {missing[0]!r} is missing.",
            where="columns",
            todo=f"Columns: {', '.join(each.name for each in spread)}.",
            code="unknown_column" if unknown else "missing_column",
            detail={"unknown": unknown[:20], "missing": missing[:20]},
        )


def _required_lists(command: type[Command]) -> set[str]:
    fields = inspect.type_info(command).fields  # type: ignore[attr-defined] # a command is a struct
    return {each.encode_name for each in fields if each.required} & set(parts(command))


def gathered(command: type[Struct], cells: Mapping[str, Any]) -> dict[str, Any]:
    """One row as the plain values of a command, or of a part, still as text; parts that were gathered before stay.

    Raises `BadInput` for a formula, an error, or no JSON.
    """
    kinds = {each.name: each.kind for each in columns(command)} | dict.fromkeys(parts(command), "json")
    made: dict[str, Any] = {}
    for name, cell in cells.items():
        if isinstance(cell, BadCell):
            raise BadInput(cell.what, where=f"row at $.{name}", todo=AGAIN, code=cell.code)
        if cell == "":
            continue
        if isinstance(cell, list):
            made[name] = cell
            continue
        *outer, last = name.split(".") if name in kinds else name.split(".", 1)
        if outer and kinds.get(outer[0]) in _MAPS and cells.get(outer[0], "") != "":
            raise BadInput(
                "is given as a whole and in parts.", where=f"row at $.{name}", todo="Use one of the two.", code="invalid"
            )
        inner = made
        for part in outer:
            inner = inner.setdefault(part, {})
        inner[last] = _value(cell, kinds.get(name, "one"), name)
    return made


_MAPS = ("map", "names")
_KEYS = "one column NAME.KEY each, or JSON"
HOW = {"one": "", "list": "several parted by semicolons", "map": _KEYS, "names": _KEYS, "json": "as JSON"}
EACH = "one row for each"
NEEDED = {True: "required", False: "may be blank"}


def _value(cell: str, kind: str, name: str) -> Any:
    if kind == "list" and not cell.startswith("["):
        return [part for each in cell.split(SEPARATOR) if (part := each.strip())]
    if kind == "one":
        return cell
    try:
        return parse_json(cell.encode("utf-8", "surrogatepass"), where=f"row at $.{name}")
    except BadInput as error:
        raise BadInput(error.what, where=f"row at $.{name}", todo="Write JSON in this cell.", code="bad_json") from error


def _spread(info: inspect.Type, prefix: str, required: bool, found: list[Column]) -> None:
    if not isinstance(info, inspect.StructType):
        return
    for field in info.fields:
        kind, meaning = bare(field.type)
        name = f"{prefix}{field.encode_name}"
        needed = required and field.required
        item = bare(kind.item_type)[0] if isinstance(kind, _LISTS) else None
        if isinstance(kind, inspect.StructType):
            _spread(kind, f"{name}.", needed, found)
        elif isinstance(item, inspect.StructType) and not prefix:
            within: list[Column] = []
            _spread(item, f"{name}.", True, within)
            found += [each._replace(of=name) for each in within]
        else:
            found.append(Column(name, meaning, needed, _kind_of(kind)))


def _kind_of(info: inspect.Type) -> str:
    if isinstance(info, inspect.DictType):
        return "names" if is_names(info) else "map"
    if isinstance(info, _LISTS):
        item, _meaning = bare(info.item_type)
        return "json" if isinstance(item, (inspect.StructType, inspect.DictType, *_LISTS)) else "list"
    return "json" if isinstance(info, inspect.AnyType | inspect.TupleType | inspect.UnionType) else "one"


def bare(info: inspect.Type) -> tuple[inspect.Type, str]:
    """The type without its notes and without null, and what it means."""
    meaning = ""
    while True:
        if isinstance(info, inspect.Metadata):
            meaning = meaning or str((info.extra_json_schema or {}).get("description", ""))
            info = info.type
        elif isinstance(info, inspect.UnionType):
            some = [each for each in info.types if not isinstance(each, inspect.NoneType)]
            if len(some) != 1:
                return info, meaning
            info = some[0]
        else:
            return info, meaning
