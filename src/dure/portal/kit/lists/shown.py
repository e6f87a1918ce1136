"""A list as its template writes it: heads, rows as HTML, fields of its form, files, saved views, and where to turn."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from dure.portal.kit.escaping import beneath, escape, escape_for
from dure.portal.kit.lists.asked import Asked
from dure.portal.kit.lists.bound import Found
from dure.portal.kit.lists.declared import Choice, Column, DateRange, Filter, List, Range, Row
from dure.portal.kit.wording.cells import cell
from dure.portal.kit.wording.numbers import number

FORMATS = ("csv", "xlsx", "json")
SAFE = "/~:@!$&'()*+,;="  # what Django leaves as it is in the path of an address


@dataclass(frozen=True)
class Head:
    """A column's head: where sorting by it leads, and how it is sorted now."""

    label: str
    href: str
    sorted: str
    numeric: bool


@dataclass(frozen=True)
class Field:
    """One input of the form.

    `kind`: select, text, number or date; `options` of a select as HTML; `said`: the value in words; `error`: why what was
    given could not be used.
    """

    name: str
    label: str
    kind: str
    value: str
    options: str = ""
    said: str = ""
    error: str = ""


@dataclass(frozen=True)
class ShownList:
    """Everything that the template writes."""

    key: str
    title: str
    heads: Sequence[Head]
    rows: Sequence[SafeString]
    fields: Sequence[Field]
    filtered: int
    query: str
    searched: str
    sort: str
    columns: SafeString
    found: str
    previous: str
    next: str
    files: Sequence[tuple[str, str, str]]
    print: str
    reset: str
    lasting: str
    hidden: Sequence[tuple[str, str]]
    empty: str
    note: str
    saves: bool = True
    views: Sequence[Any] = ()

    @property
    def is_plain(self) -> bool:
        """Is it so short that search, filters and files would only be in the way?"""
        return not self.rows and not self.query and not self.filtered


def shown(found: Found, *, saves: bool = True, views: Sequence[Any] = ()) -> ShownList:
    """The page of the list, with every address on it. `saves`: its reader can keep views of it."""
    asked, declared = found.asked, found.bound.declared
    page, columns = found.page, found.columns
    lasting = asked.lasting
    write = row_writer(columns, found.bound.desk, box=(f"{declared.key}-chosen", escape(_("Choose"))))
    return ShownList(
        key=declared.key,
        title=str(declared.title),
        heads=[_head(each, asked) for each in columns],
        rows=[write(row) for row in page.rows],
        fields=fields(found),
        filtered=sum(key not in {"q", "sort", "cols"} for key, _value in lasting),
        query=asked.query,
        searched=str(declared.searched),
        sort=asked.one("sort"),
        columns=_boxes(declared, columns),
        found=_found(found),
        previous=asked.address({"before": page.previous}) if page.previous else "",
        next=asked.address({"after": page.next}) if page.next else "",
        files=[
            (form.upper(), asked.address({"format": form}, keep_place=True), asked.address({"format": form, "rows": "all"}))
            for form in FORMATS
        ],
        print=asked.address({"print": "1"}),
        reset="?",
        lasting=asked.address().removeprefix("?"),
        hidden=[(f"{declared.key}-{key}", value) for key, value in lasting],
        empty=_("Nothing matches. Take a filter away, or search for fewer words.") if asked.narrowed
        else str(declared.empty or _("Nothing here yet.")),
        note=str(declared.note),
        saves=saves,
        views=views,
    )  # fmt: skip


def _found(found: Found) -> str:
    count, more = found.counted
    if more:
        return _("more than %(n)s rows") % {"n": number(count)}
    return _("1 row") if count == 1 else _("%(n)s rows") % {"n": number(count)}


def _head(column: Column, asked: Asked) -> Head:
    sort = asked.sort
    now = "ascending" if sort == column.key else "descending" if sort == f"-{column.key}" else "none"
    turned = f"-{column.key}" if now == "ascending" else column.key
    href = asked.address({"sort": turned}) if column.sorts else ""
    return Head(str(column.label), href, now, column.numeric)


def row_writer(columns: Sequence[Column], desk: str, *, box: tuple[str, str] = ("", "")) -> Callable[[Row], SafeString]:
    """Writes a row of the table; with `box` (name of the input, word for choosing) it begins with the box by which it is chosen.

    What all rows share, such as the columns' names in the reader's language, is looked up once.
    """
    name, word = box
    written = [_cell_writer(each, desk) for each in columns]

    def write(row: Row) -> SafeString:
        key = escape(str(row["pk"]))
        first = (
            f'<td class="choose no-print"><input type="checkbox" name="{name}" value="{key}" aria-label="{word} {key}"></td>'
            if name
            else ""
        )
        return mark_safe(f"<tr>{first}{''.join([each(row) for each in written])}</tr>")  # noqa: S308 - cells are escaped

    return write


def _cell_writer(column: Column, desk: str) -> Callable[[Row], str]:
    numeric = " numeric" if column.numeric else ""
    label = escape(str(column.label))  # on a telephone it stands next to the value
    before = f'<td class="k-{column.kind}{numeric}" data-label="{label}"><span class="in">'
    kind, tone, leads, in_words, small = column.kind, column.tone, column.href, escape_for(column.kind), column.beneath

    def write(row: Row) -> str:
        value = column.value(row)
        # A drawing is made by `charts`, whose texts are escaped there.
        content = str(value or "") if kind == "drawing" else in_words(str(cell(value, kind)))
        if tone is not None and value not in (None, ""):
            content = f'<span class="badge {escape(str(tone(row)))}">{content}</span>'
        if leads is not None and (href := leads(row, desk)):
            content = f'<a href="{escape(str(href))}">{content}</a>'
        if small is not None:
            content += beneath(small.value(row))
        return f"{before}{content}</span></td>"

    return write


def leading_to(
    route: str, argument: str, *, key: str = "pk", sample: str | int = "~", of_desk: bool = True
) -> Callable[[Row, str], str]:
    """Where a cell leads: that page, for the row's `key`; the address is looked up once a desk.

    `of_desk`: each desk has a page of that name; else `route` is the whole name of the one that there is.
    """

    @cache
    def parts(desk: str) -> list[str]:
        return reverse(f"{desk}:{route}" if of_desk else route, kwargs={argument: sample}).split(str(sample), 1)

    def href(row: Row, desk: str) -> str:
        before, after = parts(desk)
        return f"{before}{quote(str(row[key]), safe=SAFE)}{after}"

    return href


def leading_to_subject(kind: str, key: str) -> Callable[[Row, str], str]:
    """Where a cell leads: the page of that kind's subject, the same for all desks, for the row's `key`."""

    @cache
    def parts() -> list[str]:
        return reverse("objects:one", kwargs={"kind": kind, "key": "~"}).split("~", 1)

    def href(row: Row, _desk: str) -> str:
        before, after = parts()
        return f"{before}{quote(str(row[key]), safe=SAFE)}{after}"

    return href


def _options(pairs: Iterable[tuple[str, Any]], now: str) -> SafeString:
    made = [
        f'<option value="{escape(str(value))}"{" selected" if value == now else ""}>{escape(str(label))}</option>'
        for value, label in pairs
    ]
    return mark_safe("".join(made))  # noqa: S308 - both are escaped


def _boxes(declared: List, columns: Sequence[Column]) -> SafeString:
    made = [
        f'<label class="choice"><input type="checkbox" name="{declared.key}-cols" value="{each.key}"'
        f"{' checked' if each in columns else ''}>{escape(str(each.label))}</label>"
        for each in declared.columns
    ]
    return mark_safe("".join(made))  # noqa: S308 - labels are escaped, keys are ours


def fields(found: Found) -> list[Field]:
    """The inputs by which the list is filtered, with what they hold now."""
    return [made for each in found.bound.declared.filters for made in _fields(each, found.asked, found.errors)]


def _fields(declared: Filter, asked: Asked, errors: Mapping[str, Any]) -> list[Field]:
    name, label = f"{asked.declared.key}-{declared.key}", str(declared.label)
    error = " ".join(errors.get(declared.key, ()))
    if isinstance(declared, Choice):
        now = asked.one(declared.key)
        pairs = list(declared.choices())
        said = next((str(shown) for value, shown in pairs if value == now), now)
        return [Field(name, label, "select", now, _options(pairs, now), said, error)]
    if isinstance(declared, Range | DateRange):
        kind, ends = ("date", ("after", "before")) if isinstance(declared, DateRange) else ("number", ("min", "max"))
        labels = (_("%(what)s from") % {"what": label}, _("%(what)s to") % {"what": label})
        return [
            Field(f"{name}_{end}", shown, kind, now := asked.one(f"{declared.key}_{end}"), "", now, error)
            for end, shown in zip(ends, labels, strict=True)
        ]
    now = asked.one(declared.key)
    return [Field(name, label, "text", now, "", now, error)]
