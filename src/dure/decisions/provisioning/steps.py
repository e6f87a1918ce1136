"""In which order do things go, let go and come?

A reservation cannot take what another still holds, so one that moves first shrinks to what it keeps
and later grows to what it gets; if it keeps nothing, it goes and comes again.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, cast

from dure.decisions.provisioning.desired import Desired, Key, instant_text
from dure.formats.canonical import canonical_bytes
from dure.formats.stages.provisioning import Change, Kind

COMING: tuple[Kind, ...] = ("account", "qos", "association", "reservation")
Action = Literal["create", "modify", "delete"]


class Step(NamedTuple):
    """A change before it has its place in the order."""

    phase: int
    rank: int
    name: str
    action: Action
    kind: Kind
    set: dict[str, Any]
    undo: dict[str, Any]


def steps(ours: Mapping[Key, dict[str, Any]], wanted: Desired) -> tuple[Change, ...]:
    """From what is ours and there to what should be there."""
    found: list[Step] = []
    for key in sorted(set(ours) | set(wanted.things)):
        kind, there, want = cast("Kind", key[0]), ours.get(key), wanted.things.get(key)
        rank = COMING.index(kind)
        if want is None and there is not None:
            found.append(Step(0, -rank, key[1], "delete", kind, {}, there))
        elif there is None and want is not None:
            found.append(Step(2, rank, key[1], "create", kind, want, {}))
        elif there is not None and want is not None:
            found.extend(_towards(kind, key[1], there, want))
    return tuple(
        Change(
            order=place,
            action=step.action,
            kind=step.kind,
            name=step.name,
            set=step.set,
            undo=step.undo,
            grant=wanted.grant_of_account.get(step.name.split("/")[0]),
        )
        for place, step in enumerate(sorted(found, key=lambda step: step[:3]), start=1)
    )


def same(left: Any, right: Any) -> bool:
    """Whether two attributes say the same: lists have no order, instants no particular offset."""
    return canonical_bytes(_plain(left)) == canonical_bytes(_plain(right))


def instant_in(value: Any) -> dt.datetime | None:
    """The instant that an attribute spells, if it spells one."""
    if not isinstance(value, str):
        return None
    try:
        instant = dt.datetime.fromisoformat(value)
    except ValueError:
        return None
    return instant if instant.tzinfo else None


def _towards(kind: Kind, name: str, there: dict[str, Any], want: dict[str, Any]) -> list[Step]:
    """One change for most things; for a reservation that moves, letting go before taking."""
    if kind != "reservation":
        return _modify(2, (kind, name), there, want)
    kept = _kept(there, want)
    if kept is None:
        rank, other = COMING.index(kind), {key: value for key, value in there.items() if key not in want}
        return [
            Step(0, -rank, name, "delete", kind, {}, there),
            Step(2, rank, name, "create", kind, {**other, **want}, {}),
        ]
    return _modify(1, (kind, name), there, kept) + _modify(2, (kind, name), {**there, **kept}, want)


def _modify(phase: int, thing: tuple[Kind, str], there: dict[str, Any], want: dict[str, Any]) -> list[Step]:
    kind, name = thing
    change = {key: value for key, value in want.items() if key not in there or not same(there[key], value)}
    undo = {key: there.get(key) for key in change}
    return [Step(phase, COMING.index(kind), name, "modify", kind, change, undo)] if change else []


def _kept(there: dict[str, Any], want: dict[str, Any]) -> dict[str, Any] | None:
    """Nodes and time that the reservation has and keeps; None when there are none, or it cannot be read."""
    nodes, starts, ends = there.get("nodes"), instant_in(there.get("start")), instant_in(there.get("end"))
    first, last = instant_in(want["start"]), instant_in(want["end"])
    if not isinstance(nodes, list) or not (starts and ends and first and last):
        return None
    start, end = max(starts, first), min(ends, last)
    keeping = sorted(set(nodes) & set(want["nodes"]))
    if not keeping or start >= end:
        return None
    return {"nodes": keeping, "start": instant_text(start), "end": instant_text(end)}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return sorted((_plain(item) for item in value), key=canonical_bytes)
    instant = instant_in(value)
    return instant_text(instant) if instant else value
