"""Are the rules that decisions read those of the rule book that was adopted then, with the value in force on that day?

The part `rules` is the book of now, and `rule_books` are all that were adopted, each until the next. An entry from before the
first was made by the first: books were not kept until then. An export without them has the book of now for everything.
"""

import datetime as dt
import hashlib
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from dure.evidence.findings import Finding, finding
from dure.evidence.holding import Held
from dure.formats.canonical import canonical_bytes, digest

PART, BOOKS = "rules", "rule_books"
WITH_BOOKS = 3  # the format of evidence since which it has them


def day_of(held: Held, at: str) -> str:
    """The day of that moment where the programme's clocks stand."""
    return dt.datetime.fromisoformat(at).astimezone(ZoneInfo(held.manifest["zone"])).date().isoformat()


def value_on(held: Held, rule: str, at: str) -> Any:
    """The value of a rule on the day of that moment, by the book of then; an empty one where the book has none."""
    found = in_force(_book(held, at).get(rule, ()), day_of(held, at))
    return found["value"] if found else {}


def in_force(values: Any, day: str) -> Any:
    """Of a rule's values the one in force that day, or nothing."""
    return next((v for v in reversed(values) if v["since"] <= day and (v["until"] is None or day < v["until"])), None)


def read(held: Held) -> Iterator[Finding]:
    """Each recommendation read the values in force on its day, from a rule book that is known."""
    for entry in held.entries:
        if entry["kind"] != "recommendation" or (made := held.document(entry, "recommendation")) is None:
            continue
        book = _book(held, entry["at"])
        for reading in made["rules_read"]:
            where = f"journal entry {entry['seq']}, rule {reading['rule']}"
            value = in_force(book.get(reading["rule"], ()), made["on"])
            told = {name: reading[name] for name in ("value", "since", "status", "source")}
            if value is None:
                yield finding("invented_rule", where, f"a rule in force on {made['on']}", "none of that name")
            elif told != {name: value[name] for name in told}:
                yield finding("other_rule", where, {name: value[name] for name in told}, told)


def known(held: Held) -> Iterator[Finding]:
    """Each rule book is one that was published, and the last that was adopted is that of now."""
    adopted, now = _adopted(held), {each["rule"]: each["values"] for each in held.table(PART)}
    for each in adopted:
        if (made := digest(each["content"])) != each["digest"]:
            yield finding("changed_rule_book", f"the book adopted at {each['adopted_at']}", each["digest"], made)
    if adopted and adopted[-1]["content"]["rules"] != now:
        yield finding("other_rule_book", "rules", "the book that was adopted last", "another one")
    books = list(dict.fromkeys([*(_published(each["content"]["rules"]) for each in adopted), _published(now)]))
    if not held.trust.rule_books:
        held.remarks.append(f"no digest of a published rule book was given; here they are {', '.join(books)}.")
        return
    for book in books:
        if book not in held.trust.rule_books:
            yield finding("unknown_rule_book", "rules", f"one of {', '.join(held.trust.rule_books)}", book)


def _adopted(held: Held) -> list[dict[str, Any]]:
    return held.table(BOOKS) if held.manifest["evidence"] >= WITH_BOOKS else []


def _book(held: Held, at: str) -> dict[str, Any]:
    """By rule its values, of the book that held at that moment."""
    moment, adopted = dt.datetime.fromisoformat(at), _adopted(held)
    by_then = [each for each in adopted if dt.datetime.fromisoformat(each["adopted_at"]) <= moment] or adopted[:1]
    if by_then:
        rules: dict[str, Any] = by_then[-1]["content"]["rules"]
        return rules
    return {each["rule"]: each["values"] for each in held.table(PART)}


def _published(rules: dict[str, Any]) -> str:
    """The digest by which a book is published: that of the part `rules` with it."""
    lines = (canonical_bytes({"rule": name, "values": rules[name]}) + b"\n" for name in sorted(rules))
    return hashlib.sha256(b"".join(lines)).hexdigest()
