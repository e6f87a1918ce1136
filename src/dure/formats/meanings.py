"""What is each field of a format: its name in the file, its type in words, and its meaning?

Type and meaning both stand in the annotation, `Annotated[KIND, Meta(description="...")]`. A kind is an alias such as
`Money` or `Share`; its own description says what a value looks like. The description that a field adds is its meaning.
"""

import datetime as dt
import sys
import types
from collections.abc import Iterator
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta

PLAIN = {str: "text", int: "whole number", bool: "true or false", dt.date: "date", Any: "any value", type(None): "null"}


class Meaning(NamedTuple):
    """One field: `name` as in the file, `field` as in the struct; `meaning` is empty where none is given."""

    name: str
    field: str
    type: str
    needed: bool
    meaning: str


def meanings(struct: type[msgspec.Struct]) -> tuple[Meaning, ...]:
    """The fields of a struct, inherited ones included, in the order of the file."""
    hints, kinds = get_type_hints(struct, include_extras=True), _kinds(struct)
    made = []
    for field in msgspec.structs.fields(struct):
        hint = hints[field.name]
        own = [meta.description for meta in _metas(hint) if meta.description and id(meta) not in kinds]
        words = _in_words(hint, without=own)
        made.append(Meaning(field.encode_name, field.name, words, field.required, own[-1] if own else ""))
    return tuple(made)


def parts(struct: type[msgspec.Struct]) -> tuple[type[msgspec.Struct], ...]:
    """The structs within its fields, at any depth, each once: breadth first, in the order of the fields."""
    found: dict[type[msgspec.Struct], None] = {struct: None}
    waiting = [struct]
    while waiting:
        hints = get_type_hints(waiting.pop(0), include_extras=True)
        fresh = dict.fromkeys(each for hint in hints.values() for each in _structs(hint) if each not in found)
        found.update(fresh)
        waiting += fresh
    return tuple(found)[1:]


def _in_words(annotation: Any, *, without: list[str] | None = None) -> str:
    """A type in words; `without`: descriptions that are the field's own."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        metas = _metas(annotation)
        told = [meta.description for meta in metas if meta.description and meta.description not in (without or ())]
        return told[0] if told else _within(_in_words(arguments[0]), metas)
    if origin in {Literal, Union, types.UnionType}:
        each = arguments if origin is not Literal else [f"`{word}`" if word else "empty" for word in arguments]
        return " or ".join(word if isinstance(word, str) else _in_words(word) for word in each)
    if origin in {tuple, dict}:
        first, last = _in_words(arguments[0]), _in_words(arguments[1]) if origin is dict else ""
        return f"map from {'id' if first == 'text' else first} to {last}" if last else f"list of {first}"
    return f"`{annotation.__name__}`" if _is_struct(annotation) else PLAIN[annotation]


def _within(base: str, metas: list[Meta]) -> str:
    """The type with the limits that stand at the field itself."""
    for meta in metas:
        if meta.ge is not None and meta.le is not None:
            return f"{base} from {meta.ge:,} to {meta.le:,}" if meta.ge != meta.le else f"the number {meta.ge}"
        if meta.max_length is not None:
            return f"{base} of {f'{meta.min_length} to' if meta.min_length else 'at most'} {meta.max_length:,} characters"
    return base


def _kinds(struct: type[msgspec.Struct]) -> set[int]:
    """The `Meta` objects of the aliases that the modules of a struct and its bases know by name."""
    known = (value for base in struct.__mro__ for value in vars(sys.modules[base.__module__]).values())
    return {id(meta) for value in known for meta in _metas(value)}


def _metas(annotation: Any) -> list[Meta]:
    if get_origin(annotation) is not Annotated:
        return []
    return [each for each in annotation.__metadata__ if isinstance(each, Meta)]


def _structs(annotation: Any) -> Iterator[type[msgspec.Struct]]:
    if _is_struct(annotation):
        yield annotation
    for each in get_args(annotation):
        yield from _structs(each)


def _is_struct(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, msgspec.Struct)
