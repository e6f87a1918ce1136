"""The types of commands and answers as JSON Schema 2020-12, from the structs that the code itself reads and writes."""

import inspect
import re
import typing
from functools import cache
from typing import Any

import msgspec
from django.conf import settings

from dure.cycle.commands.rows import Row
from dure.formats.errors import BadInput
from dure.formats.kinds import LANGUAGE

DIALECT = "https://json-schema.org/draft/2020-12/schema"
# JSON Schema patterns are searched for as ECMA-262 has them: there `$` matches at the end alone.
_PYTHON_END = "$(?!\\n)"


def command_schema(row: Row) -> dict[str, Any]:
    """The schema of a command's input, by itself."""
    made = portable(msgspec.json.schema(row.command))
    return {"$schema": DIALECT, "$id": f"/api/v1/commands/{row.name}/schema", **made}


def components(types: list[Any]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """For each type its schema, and the named schemas that these refer to, as OpenAPI keeps them."""
    schemas, named = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    return [portable(each) for each in schemas], {key: portable(value) for key, value in sorted(named.items())}


def doc_of(kind: type) -> str:
    """The docstring of a struct on one line."""
    return " ".join((inspect.getdoc(kind) or "").split())


@cache
def result_type(row: Row) -> Any:
    """What the command's function says that it returns."""
    try:
        returned = typing.get_type_hints(row.does).get("return", Any)
        msgspec.json.schema(returned)
    except (TypeError, NameError):
        return Any
    return returned


def example(schema: dict[str, Any], named: dict[str, Any], name: str = "value") -> Any:
    """A small value that fits the schema: what must be there, each with the first value that its type takes."""
    if "$ref" in schema:
        return example(named[schema["$ref"].rpartition("/")[2]], named, name)
    if "enum" in schema:
        return schema["enum"][0]
    if "const" in schema:
        return schema["const"]
    for each in schema.get("anyOf", schema.get("oneOf", ())):
        if each != {"type": "null"}:
            return example(each, named, name)
    return _MAKERS.get(schema.get("type", ""), lambda _schema, _named, name: name)(schema, named, name)


def _example_object(schema: dict[str, Any], named: dict[str, Any], name: str) -> Any:
    made = {key: example(schema["properties"][key], named, key) for key in schema.get("required", ())}
    if isinstance(extra := schema.get("additionalProperties"), dict) and schema.get("minProperties", 0) > len(made):
        pattern = schema.get("propertyNames", {}).get("pattern", "")
        by_language = bool(pattern) and LANGUAGE.startswith(pattern)  # written as other languages than Python read it
        made[settings.LANGUAGE_CODE if by_language else name[:1] or "a"] = example(extra, named, name)
    return made


def _example_array(schema: dict[str, Any], named: dict[str, Any], name: str) -> Any:
    return [example(schema.get("items", {}), named, name.removesuffix("s"))] * schema.get("minItems", 0)


def _example_text(schema: dict[str, Any], _named: dict[str, Any], name: str) -> str:
    formats = {"date": "2026-03-02", "date-time": "2026-03-02T09:00:00Z", "uuid": "00000000-0000-4000-8000-000000000000"}
    if schema.get("format") in formats:
        return formats[schema["format"]]
    most, least, pattern = schema.get("maxLength", 100), schema.get("minLength", 0), schema.get("pattern", "")
    for each in (
        f"{name}-1",
        "1",
        "0.25",
        "2026-03",
        "2026-03-02",
        "a",
        "A",
        "a" * 32,
        "a" * 64,
        "enacted",
        f"ed25519:{'a' * 43}",
        "",
    ):
        if least <= len(each) <= most and re.search(pattern, each):
            return each
    raise BadInput(f"no example fits the pattern {pattern!r}.", where=name, todo="Add one to `_example_text`.", code="no_example")


_MAKERS: dict[str, Any] = {
    "object": _example_object,
    "array": _example_array,
    "string": _example_text,
    "integer": lambda schema, _named, _name: max(schema.get("minimum", 1), min(1, schema.get("maximum", 1))),
    "number": lambda _schema, _named, _name: 1,
    "boolean": lambda _schema, _named, _name: True,
    "null": lambda _schema, _named, _name: None,
}


def portable(value: Any) -> Any:
    """The schema as JSON has it, and without what only Python's regular expressions need."""
    if isinstance(value, dict):
        return {
            key: each.replace(_PYTHON_END, "$") if key == "pattern" and isinstance(each, str) else portable(each)
            for key, each in value.items()
        }
    return [portable(each) for each in value] if isinstance(value, list | tuple) else value
