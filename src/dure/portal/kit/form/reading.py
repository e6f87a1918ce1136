"""What was typed, as plain values for the command; and for each field that cannot be taken, why, in the reader's language."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from dure.formats.errors import BadInput
from dure.portal.kit.form import pasting
from dure.portal.kit.form.fields import Field
from dure.portal.kit.form.names import codes
from dure.portal.kit.form.values import Unreadable, read_value
from dure.portal.kit.refusals.saying import say
from dure.portal.kit.wording.numbers import number

MOST_TYPED = 25  # rows that are shown as inputs; more are shown as text
Faults = dict[str, str]
Typed = Mapping[str, str]


def read(fields: Sequence[Field], typed: Typed, prefix: str = "") -> tuple[dict[str, Any], Faults]:
    """Plain values by key, and faults by the name of the input; a field left empty that has a default is left out."""
    values: dict[str, Any] = {}
    faults: Faults = {}
    for field in fields:
        path = prefix + field.name
        found = _reader_of(field)(field, typed, path, faults)
        if found is not None:
            values[field.key] = found
        elif field.nullable and not field.optional:
            values[field.key] = None
        elif field.required and path not in faults and not _faulty_below(faults, path):
            faults[path] = _("Fill this in.")
    return values, faults


def _reader_of(field: Field) -> Callable[[Field, Typed, str, Faults], Any]:
    return _names if field.kind == "names" else _group if field.is_group else _one


def _names(field: Field, typed: Typed, path: str, faults: Faults) -> Any:
    """What was filled in by language; that the first is missing is said at its input."""
    found = {code: _one(field.items[0], typed, f"{path}-{code}", faults) for code in codes()}
    said = {code: text for code, text in found.items() if text is not None}
    first = f"{path}-{settings.LANGUAGE_CODE}"
    if settings.LANGUAGE_CODE not in said and first not in faults and (field.required or said):
        faults[first] = _("Fill this in.")
    return said or None


def rows_typed(typed: Typed, path: str) -> int:
    """How many rows of that list the form has."""
    text = typed.get(f"{path}-count", "")
    return min(int(text), MOST_TYPED * 2) if text.isdecimal() and len(text) < 4 else 0


def is_pasted(field: Field, typed: Typed, path: str) -> bool:
    """Is that list given as text?"""
    return field.pasted or typed.get(f"{path}-mode") == "paste"


def _faulty_below(faults: Faults, path: str) -> bool:
    return any(each.startswith(f"{path}-") for each in faults)


def _one(field: Field, typed: Typed, path: str, faults: Faults) -> Any:
    try:
        return read_value(field, typed.get(path, ""))
    except Unreadable as error:
        faults[path] = str(error)
        return None


def _group(field: Field, typed: Typed, path: str, faults: Faults) -> Any:
    if is_pasted(field, typed, path):
        text = typed.get(path, "").strip()
        if not text:
            return _nothing(field)
        try:
            rows = pasting.rows_of(field, text)
        except (BadInput, Unreadable) as error:
            faults[path] = say(error) if isinstance(error, BadInput) else str(error)
            return None
        return _counted(field, rows, path, faults)
    rows = []
    for place in range(rows_typed(typed, path)):
        below = f"{path}-{place}-"
        if not any_typed(field.items, typed, below):
            continue
        row, found = read(field.items, typed, below)
        faults.update(found)
        rows.append(row)
    if not rows:
        return _nothing(field)
    if field.kind == "pairs":
        return _counted(field, _map(rows, path, faults), path, faults)
    return _counted(field, rows, path, faults)


def _nothing(field: Field) -> Any:
    """A list that was left empty: as good as absent, unless the command wants to be told that it is empty."""
    if not field.required or field.least:
        return None
    return {} if field.kind == "pairs" else []


def any_typed(fields: Sequence[Field], typed: Typed, prefix: str) -> bool:
    """A row of which nothing was filled in counts as absent; a box that is ticked by default says nothing."""
    for field in fields:
        path = prefix + field.name
        if field.kind == "names":
            if any(typed.get(f"{path}-{code}", "").strip() for code in codes()):
                return True
        elif field.is_group:
            if any(any_typed(field.items, typed, f"{path}-{place}-") for place in range(rows_typed(typed, path))):
                return True
            if typed.get(path, "").strip():
                return True
        elif field.kind != "check" and typed.get(path, "").strip():
            return True
    return False


def _map(rows: list[dict[str, Any]], path: str, faults: Faults) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for row in rows:
        if row.get("key") in made:
            faults[path] = _("%(key)s comes twice.") % {"key": row["key"]}
        if "key" in row:
            made[row["key"]] = row.get("value")
    return made


def _counted(field: Field, rows: Any, path: str, faults: Faults) -> Any:
    if field.least and len(rows) < field.least and not _faulty_below(faults, path):
        faults[path] = _("Enter at least one.")
    if field.most and len(rows) > field.most:
        faults[path] = _("At most %(most)s can be taken; there are %(there)s.") % {
            "most": number(field.most),
            "there": number(len(rows)),
        }
    return rows
