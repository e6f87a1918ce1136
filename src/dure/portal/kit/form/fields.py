"""Which fields does the form of a command have? One per field of its struct, with the kind of input that its type asks for."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import msgspec
from msgspec import inspect

from dure.formats.kinds import is_names

Kind = Literal[
    "text", "long", "whole", "decimal", "date", "instant", "month", "choice", "check", "answer", "lines", "rows", "pairs",
    "names", "json", "file",
]  # fmt: skip
SHORT_TEXT = 300  # a text that may be longer gets more than one line
MANY_ROWS = 1000  # a list that may be longer is pasted, not typed
_MONEY = re.compile(r"smallest unit|(^|_)amount(_|$)|price_per_gpu_hour$")  # how money is described, or named
_MONTH = "-(0[1-9]|1[0-2])"  # how every pattern of a calendar month ends
_ONE_OF = re.compile(r"\^\(([a-z_|]+)\)\$")


@dataclass(frozen=True)
class Field:
    """One input of a form, or a group of them.

    `name`: its name in the struct; `key`: in the plain value. `title`: its label, where its struct names one. `answer`: yes or no
    without a default. `lines`: one value a
    line, of the kind of its one item. `rows`: a list of groups; `pairs`: a map as rows of a key and a value; both may be
    given as CSV or JSON, and where `pasted` is true they always are. `names`: a text for each language of the
    programme. `json`: an object, with its fields where they are known.
    `optional`: has a default. `least` and `most` bound a
    whole number or the number of rows; `longest` bounds a text. `money`: a whole number of the smallest unit. `file`: a file
    that is handed in, of which the command names the SHA-256.
    """

    struct: str
    name: str
    key: str
    kind: Kind
    title: str = ""
    help: str = ""
    required: bool = True
    default: Any = None
    nullable: bool = False
    optional: bool = False
    least: int | None = None
    most: int | None = None
    longest: int | None = None
    pattern: str = ""
    options: tuple[str, ...] = ()
    items: tuple["Field", ...] = ()
    pasted: bool = False
    money: bool = False

    @property
    def is_group(self) -> bool:
        return self.kind in {"rows", "pairs"}


# What no form asks: it is said by imports, machines and scripts alone.
UNASKED = frozenset({"synthetic"})


@cache
def asked_of(command: type[Any]) -> tuple[Field, ...]:
    """The fields of the command that its form asks."""
    return tuple(each for each in _of_struct(inspect.type_info(command)) if each.name not in UNASKED)


@cache
def fields_of(command: type[Any]) -> tuple[Field, ...]:
    """The fields of the command's form, or of a decision's facts, in the order of the struct."""
    return _of_struct(inspect.type_info(command))


def says(command: type[Any]) -> str:
    """What the command does: the first line of its docstring."""
    return (command.__doc__ or "").strip().splitlines()[0]


def _of_struct(kind: Any) -> tuple[Field, ...]:
    owner = kind.cls.__name__
    return tuple(_field(owner, each.name, each.encode_name, each.type, default=each) for each in kind.fields)


def _field(struct: str, name: str, key: str, kind: Any, *, default: Any = None) -> Field:
    title, texts, nullable, bare = _described(kind)
    made: dict[str, Any] = (
        {"kind": "file", "pattern": bare.pattern}
        if _is_file(kind)
        else _by_type(struct, name, bare, has_default=default is not None and not default.required)
    )
    given = {
        **made,
        "struct": struct,
        "name": name,
        "key": key,
        "title": title,
        "help": texts[0] if texts else "",
        "nullable": nullable,
    }
    given["money"] = made["kind"] == "whole" and any(_MONEY.search(each) for each in (*texts, key))
    if default is not None and not default.required:
        given |= {"required": False, "optional": True, "default": _default(default)}
    elif nullable:
        given |= {"required": False}
    return Field(**given)


def _default(field: Any) -> Any:
    return msgspec.to_builtins(field.default) if field.default is not msgspec.NODEFAULT else None


def _described(kind: Any) -> tuple[str, list[str], bool, Any]:
    """The title of a type and its descriptions, the field's own first; whether it may be null; and the type itself."""
    title, nullable = "", False
    texts: list[str] = []
    while True:
        if isinstance(kind, inspect.Metadata):
            meta = kind.extra_json_schema or {}
            title = title or meta.get("title", "")
            texts += [text] if (text := meta.get("description", "")) else []
            kind = kind.type
        elif isinstance(kind, inspect.UnionType):
            rest = [each for each in kind.types if not isinstance(each, inspect.NoneType)]
            nullable = nullable or len(rest) < len(kind.types)
            kind = rest[0]
        else:
            return title, texts, nullable, kind


def _is_file(kind: Any) -> bool:
    """Does the type say that its value names a file?"""
    return isinstance(kind, inspect.Metadata) and ((kind.extra_json_schema or {}).get("format") == "file" or _is_file(kind.type))


def _by_type(  # noqa: PLR0911 - one line for each kind of value
    struct: str, name: str, kind: Any, *, has_default: bool
) -> dict[str, Any]:
    match kind:
        case inspect.DateType():
            return {"kind": "date"}
        case inspect.DateTimeType():
            return {"kind": "instant"}
        case inspect.BoolType():
            return {"kind": "check" if has_default else "answer"}
        case inspect.StrType():
            return _text(kind)
        case inspect.IntType():
            return {"kind": "whole", "least": kind.ge, "most": kind.le}
        case inspect.LiteralType():
            return {"kind": "choice", "options": tuple(kind.values)}
        case inspect.StructType():
            return {"kind": "json", "items": _of_struct(kind)}
    return _composed(struct, name, kind)


def _composed(struct: str, name: str, kind: Any) -> dict[str, Any]:
    if isinstance(kind, inspect.VarTupleType):
        return _list(struct, name, kind)
    if is_names(kind):
        return {"kind": "names", "items": (_field(struct, name, "value", kind.value_type),)}
    if isinstance(kind, inspect.DictType) and not isinstance(kind.value_type, inspect.AnyType):
        items = (_field(struct, f"{name}.key", "key", kind.key_type), _field(struct, f"{name}.value", "value", kind.value_type))
        return {"kind": "pairs", "items": items, "least": kind.min_length or None, "most": kind.max_length}
    return {"kind": "json"}


def _text(kind: Any) -> dict[str, Any]:
    pattern = kind.pattern or ""
    if _MONTH in pattern:
        return {"kind": "month", "pattern": pattern}
    if chosen := _ONE_OF.fullmatch(pattern):
        return {"kind": "choice", "options": tuple(chosen[1].split("|"))}
    if "[0-9]" in pattern:
        return {"kind": "decimal", "pattern": pattern}
    longest = kind.max_length
    wide = longest is not None and longest > SHORT_TEXT
    return {"kind": "long" if wide else "text", "longest": longest, "pattern": pattern}


def _list(struct: str, name: str, kind: Any) -> dict[str, Any]:
    bounds = {"least": kind.min_length or None, "most": kind.max_length}
    *_, item = _described(kind.item_type)
    if not isinstance(item, inspect.StructType):
        return {"kind": "lines", "items": (_field(struct, f"{name}.item", "item", kind.item_type),), **bounds}
    items = _of_struct(item)
    endless = (kind.max_length or 0) > MANY_ROWS
    deep = sum(each.is_group for each in items) > 1
    timed = any(each.kind == "instant" for each in items)  # what machines record comes as a file
    return {"kind": "rows", "items": items, "pasted": endless or deep or timed, **bounds}
