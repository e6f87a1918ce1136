"""A form as a page shows it: each field with what was typed, what is wrong with it, and what can be chosen."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol, get_args

from django.utils.translation import gettext as _

from dure.formats.commands.kinds import NewKey
from dure.portal.kit.form.fields import Field
from dure.portal.kit.form.labels import label
from dure.portal.kit.form.names import languages
from dure.portal.kit.form.reading import MOST_TYPED, Faults, Typed, is_pasted, rows_typed
from dure.portal.kit.wording.words import WORDS, name

# Descriptions that tell of nothing but an id, as those have to know it who write commands and not forms.
_OF_AN_ID = re.compile(r"((stable )?ids?\b|[A-Z]+/[A-Z]+\b)[^;]*")
_BY_NAME = frozenset({"select", "choose", "boxes", "radios", "search", "nothing"})  # inputs that show names
_NEW_ID = next(each.pattern for each in get_args(NewKey)[1:] if each.pattern)
RADIOS = 4  # so many choices are shown at once; more fold into a list
Options = Sequence[tuple[str, str]]


class Choices(NamedTuple):
    """What can be chosen in a field: values and their names.

    `open`: another value may be written as well. `many`: too many to list, so a word finds them; `searched`: it has.
    `nothing`: why there is nothing to choose, in a sentence.
    """

    options: Options = ()
    open: bool = False
    many: bool = False
    searched: bool = False
    nothing: str = ""


NO_CHOICES = Choices()


class Chooser(Protocol):
    """Says what can be chosen in a field, and what a value of it is called."""

    def __call__(self, field: Field, path: str) -> Choices:
        """The choices of the field at that path of the form."""

    def name_of(self, field: Field, value: str) -> str:
        """What the value is called."""


class Unnamed:
    """Nothing can be chosen, and a value is called as it is written."""

    def __call__(self, field: Field, path: str) -> Choices:
        del field, path
        return NO_CHOICES

    def name_of(self, field: Field, value: str) -> str:
        del field
        return value


@dataclass(frozen=True)
class Bound:
    """One field on a page. `rows`: for each row of a group its bound fields; `columns`: of a pasted list.

    `others`: what was written that is not among the choices; `called`: what the value of a field is called that is searched
    for or handed in; `found_nothing`: a word was searched for, and nothing has it; `nothing`: why there is nothing to choose;
    `more`: what is to be known besides, of this form alone.
    """

    field: Field
    path: str
    label: str
    value: str = ""
    fault: str = ""
    input: str = "text"
    options: Options = ()
    rows: tuple[tuple["Bound", ...], ...] = ()
    pasted: bool = False
    columns: tuple["Bound", ...] = ()
    others: str = ""
    called: str = ""
    found_nothing: bool = False
    nothing: str = ""
    more: str = ""

    @property
    def chosen(self) -> set[str]:
        """The lines of the value: which boxes are ticked."""
        return set(self.value.split("\n"))

    @property
    def id(self) -> str:
        return f"f-{self.path}"

    @property
    def help(self) -> str:
        """The field's description in the reader's language, as a sentence.

        Whoever chooses by name sees no id, so that a description of nothing but an id is left out; whoever makes an id reads
        how it is made.
        """
        is_of_id = bool(_OF_AN_ID.fullmatch(self.field.help))
        if (is_of_id and self.input in _BY_NAME) or self.input in {"file", "names"}:
            return self.more
        text = _(self.field.help) if self.field.help and not (is_of_id and self.makes_id) else ""
        rule = _("Letters, digits and hyphens, without blanks. It is chosen once and appears in addresses.")
        text = f"{text}." if text and self.more else text
        return " ".join(each[:1].upper() + each[1:] for each in (text, rule if self.makes_id else "", self.more) if each)

    @property
    def makes_id(self) -> bool:
        """Does the person who fills it in make up the id of something new?"""
        return self.field.pattern == _NEW_ID and self.input == "text"

    @property
    def described_by(self) -> str:
        """Ids of the texts that describe the input."""
        return " ".join([*([f"{self.id}-help"] if self.help else []), *([f"{self.id}-fault"] if self.fault else [])])

    @property
    def full(self) -> bool:
        return len(self.rows) >= MOST_TYPED

    @property
    def nested(self) -> bool:
        return "-" in self.path


class Fault(NamedTuple):
    """One line of the summary of errors: the id of the input that it leads to, and what is wrong."""

    id: str
    label: str
    says: str


def bound(fields: Sequence[Field], typed: Typed, faults: Faults, choose: Chooser, prefix: str = "") -> list[Bound]:
    """The fields as the page shows them."""
    return [_bound(each, typed, faults, choose, prefix + each.name) for each in fields]


def _bound(field: Field, typed: Typed, faults: Faults, choose: Chooser, path: str) -> Bound:
    made = Bound(field, path, label(field), typed.get(path, ""), faults.get(path, ""))
    if field.kind == "names":
        return _names(made, typed, faults)
    if field.is_group:
        return _group(made, typed, faults, choose)
    if field.kind == "file":
        return replace(made, input="file", called=choose.name_of(field, made.value) if made.value else "")
    found = _choices(field, choose, path)
    if found.nothing:
        kept = [(made.value, choose.name_of(field, made.value))] if made.value else []
        return replace(made, input="select" if kept else "nothing", options=kept, nothing=found.nothing)
    if field.kind == "lines":
        return _list(made, found, choose)
    return _one(made, found, choose)


def _names(made: Bound, typed: Typed, faults: Faults) -> Bound:
    """An input for each language; a programme of one language asks for nothing but the text."""
    (item,), known = made.field.items, languages()
    row = tuple(
        Bound(
            replace(item, required=made.field.required and not place), f"{made.path}-{code}",
            called if len(known) > 1 else made.label, typed.get(f"{made.path}-{code}", ""), faults.get(f"{made.path}-{code}", ""),
        )
        for place, (code, called) in enumerate(known)
    )  # fmt: skip
    if len(row) == 1:
        return row[0]
    return replace(made, input="names", rows=(row,))


def _group(made: Bound, typed: Typed, faults: Faults, choose: Chooser) -> Bound:
    field, path = made.field, made.path
    if is_pasted(field, typed, path):
        columns = tuple(bound(field.items, {}, {}, Unnamed(), f"{path}-column-"))
        return replace(made, input="paste", pasted=True, columns=columns)
    count = max(rows_typed(typed, path), 1 if field.required or field.least else 0)
    rows = tuple(tuple(bound(field.items, typed, faults, choose, f"{path}-{place}-")) for place in range(count))
    return replace(made, input=field.kind, rows=rows)


def _list(made: Bound, found: Choices, choose: Chooser) -> Bound:
    """Boxes to be ticked where there is something to choose from; else one value a line."""
    if not found.options:
        return replace(made, input="long")
    listed, (item,) = {key for key, _shown in found.options}, made.field.items
    others = [each for each in (line.strip() for line in made.value.splitlines()) if each and each not in listed]
    value = "\n".join(line.strip() for line in made.value.splitlines())
    if found.open:
        return replace(made, input="boxes", value=value, options=found.options, others="\n".join(others) or " ")
    named = [(each, choose.name_of(item, each)) for each in others]
    return replace(made, input="boxes", value=value, options=[*found.options, *named])


def _one(made: Bound, found: Choices, choose: Chooser) -> Bound:
    field, value = made.field, made.value
    listed = {key for key, _shown in found.options}
    if field.kind in {"choice", "answer"}:
        return replace(made, input="radios" if len(found.options) <= RADIOS else "select", options=found.options)
    if found.many and not (found.searched and found.options):
        called = choose.name_of(field, value) if value else ""
        return replace(made, input="search", called="" if called == value else called, found_nothing=found.searched)
    if found.searched:
        return replace(made, input="select", options=found.options, value=value if value in listed else "")
    if found.options and found.open:
        return replace(made, input="choose", options=found.options, others="" if value in listed else value)
    if found.options:
        options = found.options if not value or value in listed else [(value, choose.name_of(field, value)), *found.options]
        return replace(made, input="select", options=options)
    return replace(made, input={"whole": "text", "decimal": "text", "month": "text", "json": "long"}.get(field.kind, field.kind))


def option_name(field: Field, value: str) -> str:
    """What a choice is called: by its field where the same word means other things elsewhere."""
    own = f"{field.name}.{value}"
    return name(own) if own in WORDS else name(value)


def _choices(field: Field, choose: Chooser, path: str) -> Choices:
    if field.kind == "choice":
        return Choices([(each, option_name(field, each)) for each in field.options])
    if field.kind == "answer":
        return Choices([("yes", name("yes")), ("no", name("no"))])
    if field.kind == "lines":
        return choose(field.items[0], path)
    return choose(field, path) if field.kind in {"text", "whole", "month", "date"} else NO_CHOICES


def summary(fields: Sequence[Bound]) -> Iterator[Fault]:
    """Every fault in the order of the page; of a group of choices the first input is meant."""
    for each in fields:
        if each.fault:
            yield Fault(f"{each.id}-0" if each.input in {"radios", "boxes"} else each.id, each.label, each.fault)
        for place, row in enumerate(each.rows, start=1):
            for fault in summary(row):
                if each.input == "names":
                    where = _("%(what)s (%(language)s)") % {"what": each.label, "language": fault.label}
                else:
                    where = _("%(list)s, row %(row)s: %(field)s") % {"list": each.label, "row": place, "field": fault.label}
                yield fault._replace(label=where)
