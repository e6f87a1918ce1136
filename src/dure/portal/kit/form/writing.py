"""Plain values as they stand in a form's inputs: the way back of `reading`."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from dure.formats.canonical import pretty
from dure.portal.kit.form import pasting
from dure.portal.kit.form.fields import Field
from dure.portal.kit.form.reading import MOST_TYPED


def written(fields: Sequence[Field], values: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """The inputs of a form by name, filled with these plain values."""
    typed: dict[str, str] = {}
    for field in fields:
        path = prefix + field.name
        value = values.get(field.key, field.default)
        if field.kind == "names":
            typed |= {f"{path}-{code}": text for code, text in (value or {}).items()}
        elif field.is_group:
            typed |= written_group(field, value, path)
        elif value is not None and (value is not False or field.kind != "check"):
            typed[path] = _text(field, value)
    return typed


def written_group(field: Field, value: Any, path: str) -> dict[str, str]:
    """The inputs of one list: rows of inputs, or text where it is long or pasted."""
    if field.pasted or len(value or ()) > MOST_TYPED:
        return {f"{path}-mode": "paste", path: pasting.text_of(field, value) if value else ""}
    rows = [{"key": key, "value": each} for key, each in (value or {}).items()] if field.kind == "pairs" else list(value or ())
    typed = {f"{path}-count": str(len(rows))}
    for place, row in enumerate(rows):
        typed |= written(field.items, row, f"{path}-{place}-")
    return typed


def _text(field: Field, value: Any) -> str:
    if field.kind == "instant":
        moment = dt.datetime.fromisoformat(str(value))
        local = timezone.make_naive(moment)
        return local.isoformat(timespec="minutes" if not (local.second or local.microsecond) else "auto")
    if field.kind in {"check", "answer"}:
        return "yes" if value else "no"
    if field.kind == "lines":
        return "\n".join(_text(field.items[0], each) for each in value)
    return pretty(value) if field.kind == "json" else str(value)
