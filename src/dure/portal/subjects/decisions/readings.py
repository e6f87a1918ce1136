"""Which rules did a decision read, how official is each, and where is it written?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, gettext_noop

from dure.portal.kit.wording.book import note_of, rule, title, written

OFTEN = (gettext_noop("dure assumption"),)  # said in the reader's language; names of outlets stay as they are


@dataclass(frozen=True)
class ReadRule:
    """One rule as it was read."""

    name: str
    title: str
    value: str
    unit: str
    since: str
    assumed: bool
    source: str
    published: str
    article: str
    url: str
    note: str


def read_rules(readings: Sequence[Mapping[str, Any]]) -> list[ReadRule]:
    """The readings for a table: assumptions first, because they need the reader's doubt."""
    rows = []
    for each in readings:
        found = rule(each["rule"])
        unit = found.unit if found else ""
        source = each["source"]
        note = next((note_of(value) for value in found.values if str(value.since) == each["since"]), "") if found else ""
        rows.append(
            ReadRule(
                name=each["rule"],
                title=title(each["rule"]),
                value=written(each["value"], unit),
                unit=unit,
                since=each["since"],
                assumed=each["status"] == "assumed",
                source=gettext(source["name"]),
                published=source.get("published") or "",
                article=source.get("article", ""),
                url=_safe(source.get("url", "")),
                note=note,
            )
        )
    return sorted(rows, key=lambda row: (not row.assumed, row.name))


def _safe(url: str) -> str:
    """Only addresses of the web become links."""
    return url if url.startswith(("https://", "http://")) else ""
