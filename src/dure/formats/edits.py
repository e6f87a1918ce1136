"""Where do facts that a person edited differ from those of the records? Each place with both values, as data.

An edit is stored as `{"path": [...], "before": ..., "after": ...}`. A step of the path is the name of a field, the place
in a list from 0, or `{"id": ...}` where both lists name their items; a value that was not there is left out. What is no
place is a remark: `{"remark": "no_facts", "code": ...}`, where the records give none, and `{"remark": "more", "count": ...}`.
Entries filed until November 2026 hold each edit as one English line, `PLACE: recorded OLD, edited NEW`; both are read.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Step = str | int | dict[str, str]
Stored = dict[str, Any]
ABSENT: Any = object()
MOST_EDITS = 500
_LINE = re.compile(r"\$(?P<path>[^:]*): recorded (?P<before>.*), edited (?P<after>.*)", flags=re.DOTALL)
_NO_FACTS = re.compile(r"\$: the records give no facts \((?P<code>[a-z_]+)\)")
_MORE = re.compile(r"\$: and (?P<count>[0-9]+) more")
_STEP = re.compile(r"\.([^.\[\]]+)|\[([0-9]+)\]")


@dataclass(frozen=True)
class Edit:
    """One place with the value of the records and the one filed, `ABSENT` where it was not there; or a remark.

    `cut`: filed as text of at most 80 characters, as it was until November 2026.
    """

    path: tuple[Step, ...] = ()
    before: Any = ABSENT
    after: Any = ABSENT
    remark: str = ""
    code: str = ""
    count: int = 0
    cut: bool = False


def edits_between(recorded: Any, edited: Any) -> list[Stored]:
    """Every place where two plain values differ, as it is stored; at most 500, and how many more there are."""
    found = list(_differing(recorded, edited, []))
    return found if len(found) <= MOST_EDITS else [*found[:MOST_EDITS], {"remark": "more", "count": len(found) - MOST_EDITS}]


def no_facts(code: str) -> list[Stored]:
    """What is stored where the records give no facts to compare with, for the reason of that code."""
    return [{"remark": "no_facts", "code": code}]


def read_edit(stored: Stored | str) -> Edit:
    """An edit as it was filed, in either form."""
    if isinstance(stored, str):
        return _of_line(stored)
    if "remark" in stored:
        return Edit(remark=stored["remark"], code=stored.get("code", ""), count=stored.get("count", 0))
    return Edit(tuple(stored["path"]), stored.get("before", ABSENT), stored.get("after", ABSENT))


def edit_in(stored: Iterable[Stored | str], *fields: str) -> Edit | None:
    """The first edit of that field of the facts, or in it, by any name that it has or had; nothing where it was left."""
    return next((each for each in map(read_edit, stored) if each.path and each.path[0] in fields), None)


def _of_line(line: str) -> Edit:
    if found := _LINE.fullmatch(line):
        steps = tuple(int(place) if place else key for key, place in _STEP.findall(found["path"]))
        return Edit(steps, found["before"], found["after"], cut=True)
    if found := _NO_FACTS.fullmatch(line):
        return Edit(remark="no_facts", code=found["code"])
    if found := _MORE.fullmatch(line):
        return Edit(remark="more", count=int(found["count"]))
    return Edit(remark="other", code=line)


def _differing(left: Any, right: Any, path: list[Step]) -> Iterator[Stored]:
    if isinstance(left, dict) and isinstance(right, dict):
        yield from _of_parts(left, right, path, list)
    elif isinstance(left, list) and isinstance(right, list):
        by_id = _by_id(left), _by_id(right)
        if by_id[0] is not None and by_id[1] is not None:
            yield from _of_parts(by_id[0], by_id[1], path, lambda ids: [{"id": each} for each in ids])
        else:
            yield from _of_parts(dict(enumerate(left)), dict(enumerate(right)), path, list)
    elif left != right or isinstance(left, bool) != isinstance(right, bool):
        yield _stored(path, left, right)


def _of_parts(left: Mapping[Any, Any], right: Mapping[Any, Any], path: list[Step], steps: Any) -> Iterator[Stored]:
    keys = sorted(set(left) | set(right))
    for key, step in zip(keys, steps(keys), strict=True):
        before, after = left.get(key, ABSENT), right.get(key, ABSENT)
        if before is ABSENT or after is ABSENT:
            yield _stored([*path, step], before, after)
        else:
            yield from _differing(before, after, [*path, step])


def _by_id(items: list[Any]) -> dict[str, Any] | None:
    """The items by their ids, where each has one of its own; order says nothing in facts."""
    found = {each["id"]: each for each in items if isinstance(each, dict) and isinstance(each.get("id"), str)}
    return found if len(found) == len(items) else None


def _stored(path: list[Step], before: Any, after: Any) -> Stored:
    values = {"before": before, "after": after}
    return {"path": list(path), **{key: value for key, value in values.items() if value is not ABSENT}}
