"""Is the waiting list in the published order?

First those whose best option was worth more than its price, then the others, each by price over value; at the
end those for whom no window is open. Equals stand in the order of the tie-break, and then of the draw.
"""

import hashlib
from bisect import bisect_left
from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple

from dure.checks.allocation.bound import Arrays
from dure.formats.kinds import Fault, exact
from dure.formats.stages.allocation import Application


class Waiting(NamedTuple):
    """A place as told, and by what it was earned: group, price and value of the best option."""

    place: int
    item: str
    group: int
    price: int
    value: int


def waiting_faults(arrays: Arrays, told: list[Waiting], *, places: list[int]) -> list[Fault]:
    """Places run from one without gaps, and each application in front has earned its place."""
    if sorted(places) != list(range(1, len(places) + 1)):
        return [Fault(code="wrong_waiting_list", where="$.reasons", message="the places do not run from one without gaps.")]
    rank = precedence(arrays)
    found = []
    for one, next_one in pairwise(sorted(told)):
        if _before(next_one, one, rank):
            message = f"stands at {next_one.place}, behind {one.item}, which it goes before."
            found.append(Fault(code="wrong_waiting_list", where=f"reason for {next_one.item}", message=message))
    return found


def _before(one: Waiting, other: Waiting, rank: dict[str, int]) -> bool:
    if one.group != other.group:
        return one.group < other.group
    mine, theirs = one.price * other.value, other.price * one.value
    return mine < theirs if mine != theirs else rank[one.item] < rank[other.item]


def precedence(arrays: Arrays, *, by_score: bool = False) -> dict[str, int]:
    """Place of every application in the published order: the tie-break, then the draw, then the id; or by score first."""
    applications, seed = arrays.facts.applications, arrays.facts.draw_seed
    score = _falling({application.score for application in applications})
    priority = _falling({application.priority for application in applications})
    keys: dict[str, Callable[[Application], Any]] = {
        "score": lambda a: score[a.score],
        "priority": lambda a: priority[a.priority],
        "servers": lambda a: a.servers,
        "arrived_at": lambda a: a.arrived_at,
        "draw": lambda a: hashlib.sha256(f"{seed}\x00{a.id}".encode()).hexdigest(),
    }
    names = [*(["score"] if by_score else []), *arrays.rules.tie_break, "draw"]
    ordered = sorted(applications, key=lambda a: (*(keys[name](a) for name in names), a.id))
    return {application.id: number for number, application in enumerate(ordered)}


def _falling(texts: set[str]) -> dict[str, int]:
    """Numbers from the largest down; comparing few places is faster than comparing many fractions."""
    values = sorted({exact(text) for text in texts}, reverse=True)
    return {text: bisect_left(values, -exact(text), key=lambda value: -value) for text in texts}
