"""The rule book as everybody may read it: each value, and each row of a table, with its source and standing."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext as _said

from dure.formats.canonical import plain
from dure.portal.kit.downloads import as_csv
from dure.portal.kit.section import section
from dure.portal.kit.shown import Column, Table
from dure.portal.kit.wording.book import book, given, note_of, title, written
from dure.portal.kit.wording.numbers import date
from dure.portal.kit.wording.tables import RowWords, rows_of
from dure.records.installation import queries as installation
from dure.rules.book import Rule, Value


def rules(request: HttpRequest) -> HttpResponseBase:
    """The rule book: every value with its source and standing."""
    rows = [row for _name, each in sorted(book().rules.items()) for value in each.values for row in _rows(each, value)]
    columns = [
        Column("rule", _("Rule")), Column("name", _("Name"), "code"), Column("when", _("Condition")), Column("value", _("Value")),
        Column("standing", _("Standing"), "badge"),
        Column("since", _("In force since"), "date"), Column("source", _("Source")), Column("note", _("Note")),
    ]  # fmt: skip
    table = Table("rules", _("Rule book"), columns, rows, narrowed_by="standing")
    if request.GET.get("format") == "csv":
        return as_csv(table, name="dure-rules")
    assumed = sum(row["standing_tone"] == "assumed" for row in rows)
    context = {
        "section": section(table, request.GET),
        "all": len(rows),
        "assumed": assumed,
        "enacted": len(rows) - assumed,
        "adopted": installation.adoption(),
    }
    return render(request, "programme/rules.html", context)


def _rows(rule: Rule, value: Value) -> Iterator[dict[str, Any]]:
    if rule.unit != "table":
        yield _row(rule, value, title(rule.name), "", written(value.value, rule.unit))
        return
    for each in rows_of(value.value):
        yield _row(rule, value, f"{title(rule.name)}: {each.title}", each.when, given(value.value, each), each)


def _row(rule: Rule, value: Value, named: str, when: str, said: str, of: RowWords | None = None) -> dict[str, Any]:
    """One line; a row of a table has a standing and a source of its own."""
    assumed = (of.status if of and of.status else value.status) == "assumed"
    return {
        "rule": named,
        "name": rule.name,
        "when": when,
        "value": said,
        "standing": _("Assumed") if assumed else _("Enacted"),
        "standing_tone": "assumed" if assumed else "good",
        "since": value.since.isoformat(),
        "source": _source(of.source) if of and of.source else _source(plain(value.source)),
        "note": note_of(value),
    }


def _source(source: Any) -> str:
    published = date(source["published"]) if source["published"] else ""
    return " ".join(filter(None, (_said(source["name"]), source["article"], published)))
