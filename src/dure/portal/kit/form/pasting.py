"""A long list as text: JSON, or CSV whose first line names the columns."""

import csv
import io
import json
from typing import Any

from django.utils.translation import gettext as _

from dure.formats.canonical import pretty
from dure.formats.reading import parse_json
from dure.portal.kit.form.fields import Field
from dure.portal.kit.form.values import Unreadable, read_value


def rows_of(field: Field, text: str) -> Any:
    """A list of rows, or a map for `pairs`; raises `Unreadable` naming the line, or `BadInput` where it is no JSON."""
    if text[:1] in "[{":
        value = parse_json(text.encode(), where="")
        wanted = dict if field.kind == "pairs" else list
        if not isinstance(value, wanted):
            raise Unreadable(
                _("A list in brackets is wanted here.") if wanted is list else _("An object in braces is wanted here.")
            )
        return value
    return _from_csv(field, text)


def text_of(field: Field, value: Any) -> str:
    """The list as text that `rows_of` reads back: CSV where each row is flat, else JSON."""
    if field.kind == "pairs" or any(each.is_group or each.kind == "json" for each in field.items):
        return pretty(value)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    keys = [each.key for each in field.items]
    writer.writerow(keys)
    for row in value:
        writer.writerow([_cell(row.get(each.key)) for each in field.items])
    return out.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "\n".join(str(each) for each in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _from_csv(field: Field, text: str) -> Any:
    head, *rows = _lines_of(text.lstrip("\ufeff"))
    by_key = {each.key: each for each in field.items}
    unknown = [each for each in head if each.strip() not in by_key]
    if unknown:
        names = {"column": unknown[0][:40], "known": ", ".join(by_key)}
        raise Unreadable(_("The first line names a column “%(column)s”; the columns are: %(known)s.") % names)
    made = []
    for line, row in enumerate(rows, start=2):
        if not any(each.strip() for each in row):
            continue
        given: dict[str, Any] = {}
        for name, cell in zip(head, row, strict=False):
            each = by_key[name.strip()]
            try:
                value = _structured(cell) if each.is_group or each.kind == "json" else read_value(each, cell)
            except (Unreadable, json.JSONDecodeError) as error:
                what = _("This is not JSON.") if isinstance(error, json.JSONDecodeError) else error
                where = {"line": line, "column": name, "what": what}
                raise Unreadable(_("Line %(line)s, column %(column)s: %(what)s") % where) from None
            if value is not None:
                given[each.key] = value
        given |= {each.key: None for each in field.items if each.nullable and not each.optional and each.key not in given}
        if missing := next((each.key for each in field.items if each.required and each.key not in given), ""):
            raise Unreadable(_("Line %(line)s: nothing in column %(column)s.") % {"line": line, "column": missing})
        made.append(given)
    return {row["key"]: row.get("value") for row in made} if field.kind == "pairs" else made


def _lines_of(text: str) -> list[list[str]]:
    """As a spreadsheet copies them, by tab, or from a file, by comma."""
    between = "\t" if "\t" in text.partition("\n")[0] else ","
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=between)) or [[]]
    except csv.Error:
        raise Unreadable(_("This is no table. Check the quotation marks.")) from None


def _structured(cell: str) -> Any:
    return json.loads(cell) if cell.strip() else None
