"""Edits of facts in the reader's language: the place by the titles of its fields, both values as a person reads them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from dure.formats.edits import ABSENT, Edit, Step, Stored, read_edit
from dure.formats.stages import stage_format
from dure.portal.kit.form.answers import in_words, row_in_words
from dure.portal.kit.form.fields import Field, fields_of
from dure.portal.kit.form.parts import title_of
from dure.portal.kit.wording.numbers import korean, number
from dure.portal.kit.wording.words import name
from dure.records.demand import queries as demand

BETWEEN = " › "


@dataclass(frozen=True)
class ShownEdit:
    """One edit as a page shows it. `meaning`: what the field says, where that is written in the reader's language."""

    where: str
    recorded: str = ""
    edited: str = ""
    meaning: str = ""


def edits_in_words(decision: str, stored: Sequence[Stored | str], names: Mapping[str, str]) -> list[ShownEdit]:
    """Every edit of that decision's facts; `names`: what the records call ids."""
    edits = [read_edit(each) for each in stored]
    known = {**_titles(edits), **names}
    fields = fields_of(stage_format(decision).facts)
    return [_shown(each, fields, known) for each in edits]


def _shown(edit: Edit, fields: Sequence[Field], names: Mapping[str, str]) -> ShownEdit:
    if edit.remark:
        return ShownEdit(_remark(edit))
    titles, last = _walked(edit.path, fields, names)
    where = BETWEEN.join(titles) or _("Facts")
    if edit.cut:
        return ShownEdit(where, name(edit.before, names), name(edit.after, names))
    help_ = last.help if last else ""
    meaning = _(help_) if help_ and (not korean() or _(help_) != help_) else ""  # never English on a Korean page
    return ShownEdit(where, _value(edit.before, last, names), _value(edit.after, last, names), meaning)


def _remark(edit: Edit) -> str:
    if edit.remark == "no_facts":
        return _("The records gave no facts when it was filed, so there is nothing to compare with.")
    if edit.remark == "more":
        return _("%(n)s more places were changed.") % {"n": number(edit.count)}
    return edit.code


def _walked(path: Iterable[Step], fields: Sequence[Field], names: Mapping[str, str]) -> tuple[list[str], Field | None]:
    """The titles along the path, and the field at its end as far as the format has one."""
    titles: list[str] = []
    field: Field | None = None
    for step in path:
        if isinstance(step, dict):
            titles.append(name(step["id"], names))
        elif isinstance(step, int):
            titles.append(_("No. %(n)s") % {"n": number(step + 1)})
            field = field.items[0] if field and field.kind == "lines" else field
        elif field is not None and field.kind == "pairs":
            titles.append(name(step, names))
            fields, field = field.items[1].items, field.items[1]
        else:
            field = next((each for each in fields if each.key == step), None)
            titles.append(title_of(field) if field else name(step, names))
            fields = field.items if field else ()
    return titles, field


def _value(value: Any, field: Field | None, names: Mapping[str, str]) -> str:
    if value is ABSENT:
        return _("(not there)")
    if field is None:
        return str(value)

    def named(_field: Field, text: str) -> str:
        return name(text, names)

    if field.kind == "rows" and isinstance(value, dict):
        return row_in_words(field.items, value, named, title_of)
    return in_words(field, value, named, title_of)


def _titles(edits: Iterable[Edit]) -> dict[str, str]:
    """The titles of the applications that the edits name."""
    named = {each for edit in edits for part in (*edit.path, edit.before, edit.after) for each in _texts(part)}
    return demand.titles(named) if named else {}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)
