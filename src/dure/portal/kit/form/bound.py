"""A form as a page shows it: each field with what was typed, what is wrong with it, and what can be chosen."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _

from dure.portal.kit.form.fields import Field
from dure.portal.kit.form.labels import label
from dure.portal.kit.form.reading import MOST_TYPED, Faults, Typed, is_pasted, rows_typed
from dure.portal.kit.wording.words import WORDS, name

RADIOS = 4  # so many choices are shown at once; more fold into a list
Options = Sequence[tuple[str, str]]


class Choices(NamedTuple):
    """What can be chosen in a field: values and their names. `open`: another value may be typed as well."""

    options: Options = ()
    open: bool = False


NO_CHOICES = Choices()
OptionsOf = Callable[[Field], Choices]


@dataclass(frozen=True)
class Bound:
    """One field on a page. `rows`: for each row of a group its bound fields; `columns`: of a pasted list."""

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

    @property
    def id(self) -> str:
        return f"f-{self.path}"

    @property
    def help(self) -> str:
        """The field's description in the reader's language, as a sentence."""
        text = _(self.field.help) if self.field.help else ""
        return text[:1].upper() + text[1:]

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


def bound(fields: Sequence[Field], typed: Typed, faults: Faults, options_of: OptionsOf, prefix: str = "") -> list[Bound]:
    """The fields as the page shows them."""
    return [_bound(each, typed, faults, options_of, prefix + each.name) for each in fields]


def _bound(field: Field, typed: Typed, faults: Faults, options_of: OptionsOf, path: str) -> Bound:
    pasted = field.is_group and is_pasted(field, typed, path)
    rows: tuple[tuple[Bound, ...], ...] = ()
    if field.is_group and not pasted:
        count = max(rows_typed(typed, path), 1 if field.required or field.least else 0)
        rows = tuple(tuple(bound(field.items, typed, faults, options_of, f"{path}-{place}-")) for place in range(count))
    options, is_open = _options(field, options_of, typed.get(path, "")) if not field.is_group else NO_CHOICES
    return Bound(
        field=field,
        path=path,
        label=label(field),
        value=typed.get(path, ""),
        fault=faults.get(path, ""),
        input=_input(field, options, pasted=pasted, is_open=is_open),
        options=options,
        rows=rows,
        pasted=pasted,
        columns=tuple(bound(field.items, {}, {}, lambda _field: NO_CHOICES, f"{path}-column-")) if pasted else (),
    )


def option_name(field: Field, value: str) -> str:
    """What a choice is called: by its field where the same word means other things elsewhere."""
    own = f"{field.name}.{value}"
    return name(own) if own in WORDS else name(value)


def _options(field: Field, options_of: OptionsOf, value: str) -> Choices:
    if field.kind == "choice":
        return Choices([(each, option_name(field, each)) for each in field.options])
    if field.kind == "answer":
        return Choices([("yes", name("yes")), ("no", name("no"))])
    if field.kind not in {"text", "whole", "month", "date"}:
        return NO_CHOICES
    found, is_open = options_of(field)
    if found and value and not is_open and value not in {key for key, _shown in found}:
        return Choices([(value, value), *found])
    return Choices(found, is_open)


def _input(field: Field, options: Options, *, pasted: bool, is_open: bool) -> str:
    if pasted:
        return "paste"
    if field.kind in {"choice", "answer"}:
        return "radios" if len(options) <= RADIOS else "select"
    if options:
        return "suggest" if is_open else "select"
    return {"whole": "text", "decimal": "text", "month": "text", "json": "long", "lines": "long"}.get(field.kind, field.kind)


def summary(fields: Sequence[Bound]) -> Iterator[Fault]:
    """Every fault in the order of the page; of a group of choices the first input is meant."""
    for each in fields:
        if each.fault:
            yield Fault(f"{each.id}-0" if each.input == "radios" else each.id, each.label, each.fault)
        for place, row in enumerate(each.rows, start=1):
            for fault in summary(row):
                where = _("%(list)s, row %(row)s: %(field)s") % {"list": each.label, "row": place, "field": fault.label}
                yield fault._replace(label=where)
