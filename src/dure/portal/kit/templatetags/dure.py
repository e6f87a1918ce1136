"""How templates write figures and draw what `charts` made."""

from collections.abc import Callable, Mapping
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from dure.portal.kit.escaping import beneath, escape, escape_for
from dure.portal.kit.wording import cells, language, numbers, words

register = template.Library()


LEAST_SORTED = 4  # rows from which it helps to sort


@register.simple_tag
def heads(listing: Any) -> SafeString:
    """The column heads of a table; each sorts by its column, in place where there is a script."""
    sorts, target = len(listing.table.rows) >= LEAST_SORTED, f"#table-{escape(listing.table.key)}"
    swap = f'hx-target="{target}" hx-select="{target}" hx-swap="outerHTML" hx-push-url="true"'
    made = []
    for each in listing.headings:
        label, href = escape(str(each.column.label)), escape(each.href)
        marks = ' class="numeric"' if _is_numeric(each.column) else ""
        marks += f' aria-sort="{each.sorted}"' if each.sorted != "none" else ""
        link = f'<a href="{href}" hx-get="{href}" {swap}>{label}</a>'
        made.append(f'<th scope="col"{marks}>{link if sorts and each.column.kind != "drawing" else label}</th>')
    return mark_safe("".join(made))  # noqa: S308 - every value is escaped above


def _is_numeric(column: Any) -> bool:
    return bool(column.numeric or column.kind in {"whole", "hours"})


@register.simple_tag
def rows(listing: Any) -> SafeString:
    """The rows of a table; what all of them share is looked up once."""
    written = [_cell_writer(each.column) for each in listing.headings]
    made = [f"<tr>{''.join([write(row) for write in written])}</tr>" for row in listing.rows]
    return mark_safe("".join(made))  # noqa: S308 - every value is escaped in `_cell_writer`


@register.simple_tag
def choices(listing: Any) -> SafeString:
    """The values that a table can be narrowed down to, as options; there may be hundreds."""
    made = [
        f'<option value="{escape(value)}"{" selected" if chosen else ""}>{escape(shown)}</option>'
        for value, shown, chosen in listing.filters
    ]
    return mark_safe("".join(made))  # noqa: S308 - every value is escaped above


def _cell_writer(column: Any) -> Callable[[Mapping[str, Any]], str]:
    """Writes a column's cells.

    A link's row gives its address under `href` and what stands small below it under `COLUMN_beneath`, a badge's its tone under
    `COLUMN_tone`.
    """
    key, kind = column.key, column.kind
    numeric = " numeric" if _is_numeric(column) else ""
    label = escape(str(column.label))
    before, in_words = f'<td class="k-{kind}{numeric}" data-label="{label}"><span class="in">', escape_for(kind)

    def write(row: Mapping[str, Any]) -> str:
        value = row.get(key)
        if kind == "drawing":  # made by `charts`, whose texts are escaped there
            content = str(row.get(key, ""))
        elif kind == "link":
            link = f'<a href="{escape(str(row["href"]))}">{in_words(str(value))}</a>'
            content = link + beneath(str(row.get(f"{key}_beneath", "")))
        elif kind == "badge":
            content = f'<span class="badge {escape(str(row.get(f"{key}_tone", "")))}">{escape(str(value))}</span>'
        else:
            content = in_words(str(cells.cell(value, kind)))
        return f"{before}{content}</span></td>"

    return write


@register.filter
def svg(chart: Any) -> SafeString:
    """The drawing of a chart."""
    return SafeString(chart.svg)


register.filter("number", numbers.number)
register.filter("in_language", language.in_language)
register.filter("percent", numbers.percent)
register.filter("money", numbers.money)
register.filter("file_size", numbers.size)
register.filter("money_short", numbers.money_short)
register.filter("day", numbers.date)
register.filter("long_day", numbers.long_date)
register.filter("instant", numbers.instant)
register.filter("named", words.name)
