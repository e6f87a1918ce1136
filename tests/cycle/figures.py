"""What a filed decision says, in figures that a person can review: one line each, sorted, computed from the journal alone."""

import re
from collections import Counter
from decimal import Decimal

LISTED = 10  # a list of at most so many things is written out; a longer one is counted and summed
TALLIED = 8  # so many different words of a field are counted one by one
FIRST_REASONS = 5
NOT_SUMMED = {"number", "order", "rank", "week", "from_week", "to_week", "outcomes"}  # places and dates; one outcome per rule
APART = {"stage", "version", "method", "reasons", "rules_read", "certificate"}
DECIMAL = re.compile(r"-?\d+(\.\d+)?")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}(T\S+)?")


def lines(entry):
    """The decision's heading, its figures by name, and its first reasons."""
    made = entry["recommendation"]
    shown = {name: value for name, value in made.items() if name not in APART and "digest" not in name}
    if entry["decision"] == "allocation":
        shown["granted"] = granted(entry["facts"], made)
    yield f"{entry['decision']} {entry['subject']}, by {entry['method']}"
    for name, value in sorted(shown.items()):
        yield from (f"  {line}" for line in figures(name, value))
    yield f"  reasons: {summary(made['reasons'], {'code'}) if made['reasons'] else 'none'}"
    for reason in made["reasons"][:FIRST_REASONS]:
        yield f"    {reason['code']}: {reason['item']}"


def figures(name, value):
    """One value: as it is, by key, one by one where there are few, else counted and summed."""
    if isinstance(value, dict) and value:
        for key, inner in sorted(value.items()):
            yield from figures(f"{name}.{key}", inner)
    elif not isinstance(value, list):
        yield f"{name}: {text(value)}"
    elif not value or not isinstance(value[0], dict):
        yield f"{name}: {', '.join(map(text, value)) if 0 < len(value) <= LISTED else len(value)}"
    elif len(value) > LISTED:
        yield f"{name}: {summary(value)}"
    else:
        yield f"{name}: {len(value)}"
        yield from sorted(f"  {name}: {in_a_line(each)}" for each in value)


def in_a_line(thing):
    """All fields of a small thing; of a list within it how long it is."""
    fields = {key: len(value) if isinstance(value, list) else value for key, value in thing.items() if "digest" not in key}
    names_first = sorted(fields, key=lambda key: (not is_name(fields[key]), key))
    parts = ((key, fields[key]) for key in names_first)
    return ", ".join(f"{key} ({in_a_line(part)})" if isinstance(part, dict) else f"{key} {text(part)}" for key, part in parts)


def is_name(value):
    return isinstance(value, str) and not DECIMAL.fullmatch(value) and not DATE.fullmatch(value)


def summary(things, only=None):
    """How many there are; of their fields the sums, the first and the last date, and how often each word comes."""
    parts = [f"{len(things):,}"]
    for field in sorted(only or set(things[0]) - NOT_SUMMED):
        values = [each[field] for each in things if each.get(field) is not None]
        if "digest" not in field and values and (sum_or_tally := of_a_field(values)):
            unknown = len(things) - len(values)
            parts.append(f"{field} {sum_or_tally}" + (f", {unknown} unknown" if unknown else ""))
    return "; ".join(parts)


def of_a_field(values):
    if isinstance(values[0], list | dict):
        return f"{sum(map(len, values)):,}"
    if not isinstance(values[0], str | bool):
        return text(sum(values))
    if isinstance(values[0], str) and all(map(DECIMAL.fullmatch, values)):
        return text(str(sum(map(Decimal, values))))
    if isinstance(values[0], str) and all(map(DATE.fullmatch, values)):
        return f"{min(values)} to {max(values)}"
    tally = Counter(map(text, values))
    return ", ".join(f"{word} ×{count}" for word, count in sorted(tally.items())) if len(tally) <= TALLIED else ""


def text(value):
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else str(value) or "(empty)"


def granted(facts, made):
    """By sector and in all: projects, servers, GPUs and GPU-weeks within the horizon."""
    sector = {each["id"]: each["sector"] for each in facts["applications"]}
    size = {pool["id"]: pool["gpus_per_server"] for pool in facts["pools"]}
    sums = {name: Counter() for name in (*sorted({each["id"] for each in facts["sectors"]}), "in all")}
    for grant in made["grants"]:
        gpus = len(grant["servers"]) * size[grant["pool"]]
        weeks = min(grant["to_week"], facts["weeks"]) - grant["from_week"]
        for name in (sector[grant["application"]], "in all"):
            sums[name].update(projects=1, servers=len(grant["servers"]), gpus=gpus, gpu_weeks=gpus * weeks)
    return {name: dict(each) for name, each in sums.items()}
