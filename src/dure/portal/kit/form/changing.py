"""Rows are added, taken away, and changed into text and back on the server, so that a form works without a script."""

import re
from collections.abc import Sequence

from dure.formats.errors import BadInput
from dure.portal.kit.form import pasting
from dure.portal.kit.form.fields import Field
from dure.portal.kit.form.reading import MOST_TYPED, Typed, read, rows_typed
from dure.portal.kit.form.values import Unreadable
from dure.portal.kit.form.writing import written_group

_WISH = re.compile(r"(add|drop|paste|rows):([a-z_]+(?:-[0-9]+-[a-z_]+)*)(?::([0-9]{1,3}))?")


def changed(fields: Sequence[Field], typed: Typed, wish: str) -> tuple[dict[str, str], str] | None:
    """The inputs after that wish, and the id of the input to stand on; None where the wish is no change of rows.

    `add:LIST`, `drop:LIST:ROW`, `paste:LIST` (rows become text), `rows:LIST` (text becomes rows).
    """
    asked = _WISH.fullmatch(wish)
    field = _field_at(fields, asked[2]) if asked else None
    if asked is None or field is None:
        return None
    path, made = asked[2], dict(typed)
    if asked[1] == "add":
        count = max(rows_typed(typed, path), 1 if field.required or field.least else 0)
        made[f"{path}-count"] = str(min(count + 1, MOST_TYPED))
        return made, f"f-{path}-{min(count, MOST_TYPED - 1)}-{field.items[0].name}"
    if asked[1] == "drop":
        return _without(made, path, int(asked[3] or 0), rows_typed(typed, path)), f"f-{path}"
    return _otherwise_shown(field, made, path, as_text=asked[1] == "paste"), f"f-{path}"


def _field_at(fields: Sequence[Field], path: str) -> Field | None:
    head, *rest = re.split(r"-[0-9]+-", path)
    field = next((each for each in fields if each.name == head and each.is_group), None)
    for name in rest:
        field = next((each for each in field.items if each.name == name and each.is_group), None) if field else None
    return field


def _without(typed: dict[str, str], path: str, gone: int, count: int) -> dict[str, str]:
    """Rows after the one that went move up by one."""
    made = {key: value for key, value in typed.items() if not re.match(rf"{re.escape(path)}-[0-9]+-", key)}
    for key, value in typed.items():
        if found := re.match(rf"{re.escape(path)}-([0-9]+)-(.*)", key):
            row = int(found[1])
            if row != gone:
                made[f"{path}-{row - (row > gone)}-{found[2]}"] = value
    made[f"{path}-count"] = str(max(count - 1, 0))
    return made


def _otherwise_shown(field: Field, typed: dict[str, str], path: str, *, as_text: bool) -> dict[str, str]:
    kept = {key: value for key, value in typed.items() if not key.startswith(f"{path}-") and key != path}
    parent = path.removesuffix(field.name)
    if as_text:
        values, _faults = read([field], typed, parent)
        value = values.get(field.key)
        return {**kept, f"{path}-mode": "paste", path: pasting.text_of(field, value) if value else ""}
    try:
        text = typed.get(path, "").strip()
        return {**kept, **written_group(field, pasting.rows_of(field, text) if text else None, path)}
    except (BadInput, Unreadable):
        return typed
