"""Best-first branch and bound (Land and Doig 1960) on the Lagrangian bound, for small rounds and a fixed budget of nodes.

Prices alone prove no more than the linear bound. Here the options of one application are split in two, each half gets
its own prices, and so on, always where the bound is largest. The tree is part of the certificate: no plan exceeds the
largest bound of its leaves.
"""

from typing import NamedTuple

import numpy as np

from dure.decisions.allocation.bound.subgradient import Priced, price
from dure.decisions.allocation.kernels.subgradient import best_option
from dure.decisions.allocation.kernels.tables import Integers, Tables
from dure.decisions.allocation.model.plan import Plan
from dure.decisions.allocation.model.problem import MICRO, Problem

STEPS = 100


class Node(NamedTuple):
    """A case: its tables, its prices, and how it was split (`item` -1 for a leaf)."""

    tables: Tables
    priced: Priced
    item: int = -1
    kind: str = "leaf"
    at: int = 0
    below: tuple[int, int] = (0, 0)


class Proof(NamedTuple):
    """All nodes, the root first, and the bound that they prove, in micro-points."""

    nodes: tuple[Node, ...]
    bound: int


def nodes_for(items: int) -> int:
    """How many cases are looked at: none in large rounds, where they would prove next to nothing."""
    return 120 if items <= 12 else 40 if items <= 50 else 0


def prove(problem: Problem, priced: Priced, plan: Plan, *, most_nodes: int) -> Proof | None:
    """A proof by cases that is tighter than the prices alone, or None."""
    nodes = [Node(problem.tables, priced)]
    while len(nodes) < most_nodes:
        leaf = max((n for n in range(len(nodes)) if nodes[n].kind == "leaf"), key=lambda n: (nodes[n].priced.bound, -n))
        if nodes[leaf].priced.bound // MICRO <= plan.objective:
            break
        split = _where(nodes[leaf], plan)
        if split is None:
            break
        item, kind, at = split
        below = (len(nodes), len(nodes) + 1)
        for half in _halves(nodes[leaf].tables, item, kind, at):
            narrowed = problem._replace(tables=half)
            begin = nodes[leaf].priced
            floor = max(0, plan.objective * MICRO)
            nodes.append(Node(half, price(narrowed, steps=STEPS, floor=floor, begin=begin, compiled=False)))
        nodes[leaf] = nodes[leaf]._replace(item=item, kind=kind, at=at, below=below)
    bound = max(node.priced.bound for node in nodes if node.kind == "leaf")
    return Proof(tuple(nodes), bound) if bound // MICRO < priced.bound // MICRO else None


def _where(node: Node, plan: Plan) -> tuple[int, str, int] | None:
    """Split where what the prices suggest differs most from the plan; else the largest that is still open."""
    t, state = node.tables, plan.state
    found: list[tuple[int, int, tuple[int, str, int]]] = []
    for item in range(len(t.duration)):
        _, pool, start, size, _ = best_option(t, node.priced.state, item)
        weight = int(t.most[item] * t.duration[item])
        has = state.pool[item] >= 0
        if not t.forced[item] and t.starts[item] and (pool >= 0 or has):
            found.append((0 if (pool >= 0) == has else 1, weight, (item, "granted", 0)))
        elif t.forced[item] and pool >= 0 and has and start != state.start[item] and t.starts[item] > 1:
            found.append((1, weight, (item, "start", max(int(start), int(state.start[item])))))
        elif t.forced[item] and pool >= 0 and has and size != state.size[item] and t.least[item] < t.most[item]:
            found.append((1, weight, (item, "size", max(int(size), int(state.size[item])))))
        elif t.forced[item] and t.starts[item] > 1:
            found.append((0, 0, (item, "start", int(t.first[item] + t.starts[item] // 2))))
        elif t.forced[item] and t.least[item] < t.most[item]:
            found.append((0, 0, (item, "size", int(t.least[item] + t.most[item] + 1) // 2)))
    return max(found, key=lambda entry: (entry[0], entry[1], -entry[2][0]))[2] if found else None


def _halves(t: Tables, item: int, kind: str, at: int) -> tuple[Tables, Tables]:
    """The tables of both halves; see `formats.stages.allocation.Branch`."""
    if kind == "granted":
        return _with(t, item, forced=1), _with(t, item, starts=0)
    if kind == "size":
        return _with(t, item, most=at - 1, forced=1), _with(t, item, least=at)
    kept = at - int(t.first[item])
    later = _with(t, item, first=at, starts=int(t.starts[item]) - kept)
    column_at = later.column_at.copy()
    column_at[t.pair_at[item] : t.pair_at[item + 1]] += kept
    return _with(t, item, starts=kept, forced=1), later._replace(column_at=column_at)


def _with(t: Tables, item: int, **values: int) -> Tables:
    """The tables with other figures for one application."""
    changed: dict[str, Integers] = {}
    for name, value in values.items():
        array: Integers = np.array(getattr(t, name))
        array[item] = value
        changed[name] = array
    return t._replace(**changed)  # type: ignore[arg-type]
