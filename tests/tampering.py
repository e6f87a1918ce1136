"""Changes a recommendation in one place at a time, so that a checker can show what it misses."""

import copy
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import msgspec

from dure.formats.canonical import plain
from dure.formats.kinds import Recommendation

FRAME = frozenset({"stage", "version", "on", "facts_digest", "rules_read", "method"})


def each_leaf_changed(recommendation: Recommendation) -> Iterator[tuple[str, Recommendation]]:
    """For every figure, flag, name and reason: its place, and the recommendation with just that changed."""
    whole = msgspec.json.decode(msgspec.json.encode(plain(recommendation)))
    for path, value in _leaves(whole):
        if path[0] in FRAME:
            continue
        changed = copy.deepcopy(whole)
        spot = changed
        for key in path[:-1]:
            spot = spot[key]
        spot[path[-1]] = _other(value)
        try:
            yield ".".join(map(str, path)), msgspec.convert(changed, type(recommendation))
        except msgspec.ValidationError:
            continue  # the format itself refuses it


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _leaves(item, (*path, key))
    elif path:
        yield path, value


def _other(value: Any) -> Any:
    """Another value of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if value is None:
        return "2026-01-01"
    try:
        return "0.123" if Fraction(value) != Fraction("0.123") else "0.2"
    except ValueError:
        return value[:-1] + ("2" if value.endswith("1") else "1")
