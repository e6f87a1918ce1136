"""How a table of the rule book is told: each row with its name, its conditions and its values."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext, gettext_noop

from dure.portal.kit.form.labels import LABELS
from dure.portal.kit.wording.language import in_language
from dure.portal.kit.wording.words import WORDS, name

CONDITIONS = {
    "is": gettext_noop("%(what)s: %(values)s"),
    "in": gettext_noop("%(what)s: %(values)s"),
    "other_than": gettext_noop("%(what)s other than %(values)s"),
    "at_least": gettext_noop("%(what)s from %(values)s"),
    "below": gettext_noop("%(what)s below %(values)s"),
    "has": gettext_noop("%(what)s with %(values)s"),
}
COMBINED = {
    "replace": gettext_noop("instead"),
    "product": gettext_noop("multiplied"),
    "sum": gettext_noop("added"),
    "min": gettext_noop("the smaller holds"),
    "max": gettext_noop("the larger holds"),
}

# What tables give, and what an applicant reads as the reason where it is not met.
OUTPUTS = {
    "rate": gettext_noop("Rate"),
    "factor": gettext_noop("Rate times"),
    "lowest": gettext_noop("Lowest"),
    "highest": gettext_noop("Highest"),
    "largest_gpus": gettext_noop("Largest request"),
    "least_gpus": gettext_noop("Smallest request"),
    "unit_gpus": gettext_noop("Unit of request"),
    "large_project_from_gpus": gettext_noop("Large-project line"),
    "largest_months": gettext_noop("Longest use"),
    "least_months": gettext_noop("Shortest use"),
}


class RowWords(NamedTuple):
    """One row in words: its name, when it holds, what it gives, and how that combines where it is an exception."""

    title: str
    when: str
    values: Mapping[str, Any]
    combined: str
    status: str | None
    source: Mapping[str, Any] | None


def rows_of(table: Mapping[str, Any]) -> Iterator[RowWords]:
    """The rows, then the exceptions, of a table in plain values."""
    for part, how in (("rows", ""), ("exceptions", gettext(COMBINED[table["combine"]]))):
        for row in table[part]:
            title = in_language(row["title"]) or row_id(row["id"])
            yield RowWords(title, conditions(row["when"]), row["then"], how, row["status"], row["source"])


def row_title(table: Mapping[str, Any], row: str) -> str:
    """The name of the row with that id; the id in words where the table names it in no language, or has none such."""
    found = next((each for each in (*table["rows"], *table["exceptions"]) if each["id"] == row), None)
    return (in_language(found["title"]) if found else "") or row_id(row)


def row_id(row: str) -> str:
    """The words of an id such as `industry/startup`."""
    return " · ".join(name(each) if name(each) != each else each.replace("_", " ") for each in row.split("/"))


def conditions(when: Mapping[str, Mapping[str, Any]]) -> str:
    """When a row holds; empty where it always does."""
    told = [
        gettext(CONDITIONS[operator]) % {"what": attribute(of), "values": _values(asked)}
        for of, condition in sorted(when.items())
        for operator, asked in condition.items()
    ]
    return ", ".join(told)


def output(of: str) -> str:
    """The name of what a table gives."""
    return gettext(OUTPUTS[of]) if of in OUTPUTS else of.replace("_", " ")


def attribute(of: str) -> str:
    """The name of what a condition is about."""
    return gettext(WORDS[of]) if of in WORDS else gettext(LABELS[of]) if of in LABELS else of.replace("_", " ")


def _values(asked: Any) -> str:
    if isinstance(asked, bool):
        return name("yes" if asked else "no")
    each: Sequence[Any] = asked if isinstance(asked, list | tuple) else (asked,)
    return ", ".join(name(value) for value in each)
