"""Are the rules that decisions read those of the rule book, with the value in force on that day? The book is the part `rules`."""

import datetime as dt
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from dure.evidence.findings import Finding, finding
from dure.evidence.holding import Held

PART = "rules"


def day_of(held: Held, at: str) -> str:
    """The day of that moment where the programme's clocks stand."""
    return dt.datetime.fromisoformat(at).astimezone(ZoneInfo(held.manifest["zone"])).date().isoformat()


def value_on(held: Held, rule: str, at: str) -> Any:
    """The value of a rule on the day of that moment; an empty one where the book has none."""
    found = in_force(_book(held).get(rule, ()), day_of(held, at))
    return found["value"] if found else {}


def in_force(values: Any, day: str) -> Any:
    """Of a rule's values the one in force that day, or nothing."""
    return next((v for v in reversed(values) if v["since"] <= day and (v["until"] is None or day < v["until"])), None)


def _book(held: Held) -> dict[str, Any]:
    return {each["rule"]: each["values"] for each in held.table(PART)}


def read(held: Held) -> Iterator[Finding]:
    """Each recommendation read the values in force on its day, from a rule book that is known."""
    book = _book(held)
    for entry in held.entries:
        if entry["kind"] != "recommendation" or (made := held.document(entry, "recommendation")) is None:
            continue
        for reading in made["rules_read"]:
            where = f"journal entry {entry['seq']}, rule {reading['rule']}"
            value = in_force(book.get(reading["rule"], ()), made["on"])
            told = {name: reading[name] for name in ("value", "since", "status", "source")}
            if value is None:
                yield finding("invented_rule", where, f"a rule in force on {made['on']}", "none of that name")
            elif told != {name: value[name] for name in told}:
                yield finding("other_rule", where, {name: value[name] for name in told}, told)


def known(held: Held) -> Iterator[Finding]:
    """The rule book is one that was published."""
    digest = next(each["sha256"] for each in held.manifest["parts"] if each["name"] == PART)
    if not held.trust.rule_books:
        held.remarks.append(f"no digest of a published rule book was given; that of this one is {digest}.")
    elif digest not in held.trust.rule_books:
        yield finding("unknown_rule_book", "rules", f"one of {', '.join(held.trust.rule_books)}", digest)
