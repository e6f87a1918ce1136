"""How templates write figures and draw what `charts` made."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from dure.portal.kit.wording import cells, numbers, words

register = template.Library()


@register.simple_tag
def cell(row: Any, column: Any) -> str:
    """One cell of a table."""
    return cells.cell(row.get(column.key), column.kind)


@register.simple_tag
def drawn(row: Any, column: Any) -> SafeString:
    """A cell that holds a drawing made by `charts`, whose texts are escaped there."""
    return SafeString(row.get(column.key, ""))


@register.simple_tag
def link(row: Any, column: Any) -> SafeString:
    """A cell that leads on; its row gives the address under `href`."""
    return format_html('<a href="{}">{}</a>', row["href"], row.get(column.key))


@register.simple_tag
def badge(row: Any, column: Any) -> SafeString:
    """A cell with a state; its row gives the tone under `COLUMN_tone`."""
    return format_html('<span class="badge {}">{}</span>', row.get(f"{column.key}_tone", ""), row.get(column.key))


@register.filter
def svg(chart: Any) -> SafeString:
    """The drawing of a chart."""
    return SafeString(chart.svg)


register.filter("number", numbers.number)
register.filter("percent", numbers.percent)
register.filter("won", numbers.won)
register.filter("won_short", numbers.won_short)
register.filter("day", numbers.date)
register.filter("long_day", numbers.long_date)
register.filter("instant", numbers.instant)
register.filter("named", words.name)
