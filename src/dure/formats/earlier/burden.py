"""Writes the rules of burden as they were until version 2, maps by kind and size, as the tables that they are now.

`any` stood for all sizes of a kind that were not named, and a kind or size without a rate was refused.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from dure.formats.canonical import digest
from dure.formats.kinds import decimal_text

By = Mapping[str, Mapping[str, str]]
DECIMALS = 18  # what a decimal of the rule book may have
WORDS = {"kind": {"kind": "word", "of": []}, "size": {"kind": "word", "of": []}}
OUTPUT = {"unit": "ratio", "optional": True}


def tabulated(rules: Mapping[str, Any]) -> dict[str, Any]:
    """The rules of burden, or of settlement, with `rates`, `announced` and `factors` as tables."""
    kept = dict(rules)
    rates, lowest, highest = (kept.pop(name) for name in ("rates", "lowest_rates", "highest_rates"))
    discount, sizes = kept.pop("youth_discount"), kept.pop("youth_sizes")
    return {
        **kept,
        "rates": _table(WORDS, {"rate": OUTPUT}, list(_by_size(rate=rates))),
        "announced": _table(WORDS, {"lowest": OUTPUT, "highest": OUTPUT}, list(_by_size(lowest=lowest, highest=highest))),
        "factors": _factors(discount, sizes),
    }


def _table(reads: Any, gives: Any, rows: list[Any], exceptions: tuple[Any, ...] = (), combine: str = "replace") -> dict[str, Any]:
    return {"reads": reads, "gives": gives, "rows": rows, "exceptions": list(exceptions), "combine": combine}


def _row(name: str, when: Mapping[str, Any], **then: Any) -> dict[str, Any]:
    return {"id": name, "when": dict(when), "then": then, "title": {}, "status": None, "source": None}


def _by_size(**maps: By) -> Iterator[dict[str, Any]]:
    """A row for each kind and size that one of the maps names, one for other sizes of a kind, and one for other kinds."""
    kinds = sorted({kind for each in maps.values() for kind in each})
    for kind in kinds:
        sizes = sorted({size for each in maps.values() for size in each.get(kind, {})} - {"any"})
        for size in sizes:
            then = {name: _of(each.get(kind, {}), size) for name, each in maps.items()}
            yield _row(f"{kind}/{size}", {"kind": {"is": kind}, "size": {"is": size}}, **then)
        others = {"size": {"other_than": sizes}} if sizes else {}
        yield _row(kind, {"kind": {"is": kind}, **others}, **{name: each.get(kind, {}).get("any") for name, each in maps.items()})
    yield _row("others", {"kind": {"other_than": kinds}} if kinds else {}, **dict.fromkeys(maps))


def _of(by_size: Mapping[str, str], size: str) -> str | None:
    return by_size.get(size, by_size.get("any"))


def _factors(discount: str, sizes: list[str]) -> dict[str, Any]:
    """One discount, of youth-led firms of these sizes."""
    reads = {"size": WORDS["size"], "youth_led": {"kind": "flag", "of": []}}
    left = decimal_text(1 - Fraction(discount), DECIMALS).rstrip("0").rstrip(".")
    when = {"size": {"in": list(sizes)}, "youth_led": {"is": True}}
    exceptions = (_row("youth_discount", when, factor=left),) if sizes else ()
    gives = {"factor": {"unit": "decimal", "optional": False}}
    return _table(reads, gives, [_row("full", {}, factor="1")], exceptions, "product")


def bill_renamed(document: dict[str, Any]) -> dict[str, Any]:
    """A bill of then; the digest of its rules is that of the same rules as they are written now, if it was theirs."""
    rules = {reading["rule"].partition("/")[2]: reading["value"] for reading in document.get("rules_read", ())}
    made = reasons_renamed(document)
    return {**made, "policy_digest": digest(tabulated(rules))} if digest(rules) == document.get("policy_digest") else made


def reasons_renamed(document: dict[str, Any]) -> dict[str, Any]:
    """A recommendation, or facts, in which each charge names the rules that made its rate by the names of now."""
    return {key: _renamed(value) for key, value in document.items()}


def _renamed(value: Any) -> Any:
    if isinstance(value, list):
        return [_renamed(each) for each in value]
    if not isinstance(value, dict):
        return value
    made = {key: _renamed(each) for key, each in value.items()}
    if isinstance(named := value.get("because"), list):
        made["because"] = [RENAMED.get(name, name) for name in named if name not in RANGES]
    return made


RANGES = ("burden/lowest_rates", "burden/highest_rates")  # what a rate keeps to, and is not made by
RENAMED = {"burden/youth_discount": "burden/factors/youth_discount"}
