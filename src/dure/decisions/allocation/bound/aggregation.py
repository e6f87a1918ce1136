"""Aggregation of identical resources: pools of one kind with the same prices form one line of the master problem."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from dure.decisions.allocation.kernels.offers import Lines
from dure.decisions.allocation.kernels.tables import Integers
from dure.decisions.allocation.model.problem import Problem


class Unit(NamedTuple):
    """A pool, or one pod of it: its cells from `first` to before `end`."""

    pool: int
    first: int
    end: int


def whole_pools(problem: Problem, pools: Integers | None = None) -> list[Unit]:
    """Each pool as one unit."""
    at = problem.tables.cell_at
    return [Unit(int(k), int(at[k]), int(at[k + 1])) for k in (range(len(problem.pools)) if pools is None else pools)]


def single_pods(problem: Problem, pools: Integers) -> list[Unit]:
    """Each pod as one unit where a pool is counted by pods, else the pool."""
    units = []
    for whole in whole_pools(problem, pools):
        pods = problem.tables.cell_pod[whole.first : whole.end]
        seams = [whole.first, *(np.flatnonzero(np.diff(pods)) + whole.first + 1).tolist(), whole.end]
        units += [Unit(whole.pool, first, end) for first, end in pairwise(seams) if first < end]
    return units


def lines_of(problem: Problem, *, apart: bool, units: list[Unit] | None = None) -> Lines:
    """Pools of one kind with the same prices make a line, or each unit one of its own; all pools where no units are given."""
    t = problem.tables
    pools_only = units is None or all(unit.end - unit.first == t.cell_at[unit.pool + 1] - t.cell_at[unit.pool] for unit in units)
    units = whole_pools(problem) if units is None else units
    kind_of = kind_of_pool(problem)
    of_cell = np.full(len(t.cell_pod), -1, dtype=np.int64)
    of_pool = np.full(len(problem.pools), -1, dtype=np.int64)
    kind_at, line_at, line_unit = [0], [0], []
    for kind in range(len(t.kind_at) - 1):
        groups: dict[object, list[int]] = {}
        for number, unit in enumerate(units):
            if kind_of[unit.pool] == kind:
                groups.setdefault(number if apart else tuple(rows_of(problem, unit.pool)), []).append(number)
        for members in groups.values():
            for number in members:
                of_cell[units[number].first : units[number].end] = len(line_at) - 1
                of_pool[units[number].pool] = len(line_at) - 1
            line_unit += members
            line_at.append(len(line_unit))
        kind_at.append(len(line_at) - 1)
    lists = [np.array(values, dtype=np.int64) for values in (kind_at, line_at, line_unit)]
    pool, first, end = np.array(units, dtype=np.int64).reshape(-1, 3).T.copy()
    most = [_most(problem, limits, of_pool, len(line_at) - 1, pools_only=pools_only) for limits in (t.limit_any, t.limit_pod)]
    return Lines(*[*lists, pool, first, end, of_cell, *most, np.zeros(t.weeks, dtype=np.int64)])


def kind_of_pool(problem: Problem) -> Integers:
    """By pool: the number of its kind."""
    t = problem.tables
    kind_of = np.zeros(len(problem.pools), dtype=np.int64)
    kind_of[t.kind_pool] = np.repeat(np.arange(len(t.kind_at) - 1), np.diff(t.kind_at))
    return kind_of


def rows_of(problem: Problem, pool: int) -> list[int]:
    """Rows of prices that the pool, or its pods, belong to."""
    t = problem.tables
    return sorted(set(t.entry_row[t.entry_at[pool] : t.entry_at[pool + 1]].tolist()))


def _most(problem: Problem, limits: Integers, of_pool: Integers, count: int, *, pools_only: bool) -> Integers:
    """By line, duration and start: the largest limit of its pools; empty where units are not whole pools."""
    if not pools_only:
        return np.zeros(0, dtype=np.int64)
    by_pool = limits.reshape(len(problem.pools), len(problem.tables.durations) * problem.tables.weeks)
    most = np.zeros((count, by_pool.shape[1]), dtype=np.int64)
    np.maximum.at(most, of_pool[of_pool >= 0], by_pool[of_pool >= 0])
    return most.ravel()


def within(lines: Lines, others: Lines) -> Integers:
    """By line of `others`: the line of `lines` that contains its first unit."""
    units = others.line_unit[others.line_at[:-1]]
    found: Integers = lines.line_of_cell[np.minimum(others.unit_first[units], len(lines.line_of_cell) - 1)]
    return np.maximum(found, 0)
