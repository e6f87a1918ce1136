"""What a rule book says, in plain values, and where a later one says something else."""

import datetime as dt
from collections.abc import Iterator
from typing import Any, NamedTuple

from dure.formats.canonical import digest, plain
from dure.formats.folder.manifest import LATER_KEYS
from dure.rules.book import Book

Content = dict[str, Any]
FIXED = ("id", "currency", "zone")  # what a head may not say otherwise once something was filed under it


class Change(NamedTuple):
    """One key of the head, or one rule, `topic/field`.

    `since`: the first day from which decisions would read something else; nothing where only words, sources or status differ, and
    for the head.
    """

    what: str
    since: dt.date | None = None


def content_of(book: Book) -> Content:
    """Head and rules, those of a base as well, as they are kept with an installation; prose about a rule is left out.

    Keys of the head that later versions of dure brought are left out where they are not used: a book of before is the same.
    """
    head = {key: said for key, said in plain(book.manifest).items() if said or key not in LATER_KEYS}
    return {"head": head, "rules": {each["rule"]: each["values"] for each in rule_lines(book)}}


def digest_of(content: Content) -> str:
    """SHA-256 of it in canonical form."""
    return digest(content)


def rule_lines(book: Book) -> Iterator[dict[str, Any]]:
    """Each rule with its values over time, how official each is, and where it is written."""
    for name, rule in sorted(book.rules.items()):
        values = [
            plain({name: getattr(value, name) for name in ("since", "until", "value", "status", "source")})
            for value in rule.values
        ]
        yield {"rule": name, "values": values}


def changes(before: Content, now: Content) -> list[Change]:
    """Where they differ: the head first, then rules by name."""
    heads = [f"head/{key}" for key in sorted(before["head"] | now["head"]) if before["head"].get(key) != now["head"].get(key)]
    differing = [name for name in sorted(before["rules"] | now["rules"]) if before["rules"].get(name) != now["rules"].get(name)]
    return [
        *map(Change, heads),
        *(Change(name, _since(before["rules"].get(name, []), now["rules"].get(name, []))) for name in differing),
    ]


def _since(before: list[Any], now: list[Any]) -> dt.date | None:
    """The first day on which the two lists of values have another one in force."""
    days = {dt.date.fromisoformat(day) for each in (*before, *now) for day in (each["since"], each["until"]) if day}
    return next((day for day in sorted(days) if _value_on(before, day) != _value_on(now, day)), None)


def _value_on(values: list[Any], day: dt.date) -> Any:
    text = day.isoformat()
    found = [each["value"] for each in values if each["since"] <= text and (each["until"] is None or text < each["until"])]
    return found[-1] if found else None
