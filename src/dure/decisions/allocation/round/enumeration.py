"""Depth-first enumeration with bounding: the best plan of a round so small that every combination can be tried."""

from itertools import product

from dure.decisions.allocation.kernels.insertion import (
    TOTAL,
    PlanState,
    change_free,
    copied,
    link,
    objective,
    set_rooms,
    take_out,
)
from dure.decisions.allocation.model.plan import Plan, empty_plan
from dure.decisions.allocation.model.problem import Problem

MOST_COMBINATIONS = 200_000


def combinations(problem: Problem) -> int:
    """How many ways there are to give each application one of its options or none."""
    t, ways = problem.tables, 1
    for item in range(len(t.duration)):
        kinds = t.pair_kind[t.pair_at[item] : t.pair_at[item + 1]]
        members = [t.kind_pool[t.kind_at[kind] : t.kind_at[kind + 1]] for kind in kinds]
        cells = sum(int((t.cell_at[pools + 1] - t.cell_at[pools]).sum()) for pools in members)
        ways *= 1 + cells * int(t.starts[item]) * int(t.most[item] - t.least[item] + 1)
        if ways > MOST_COMBINATIONS:
            break
    return ways


def best_of_all(problem: Problem, plan: Plan) -> Plan:
    """The plan given, or a better one where there is one; the first found stays among equals."""
    best = [plan]
    _try(problem, empty_plan(problem), 0, best, _still_to_gain(problem))
    return best[0]


def _still_to_gain(problem: Problem) -> list[int]:
    """By application: the most that it and all after it could add."""
    t, gains = problem.tables, [0]
    for item in reversed(range(len(t.duration))):
        columns = slice(int(t.column_at[t.pair_at[item]]), int(t.column_at[t.pair_at[item + 1]]))
        size = min(int(t.most[item]), len(t.size_down) - 1)
        gains.append(gains[-1] + int((t.above[columns] * size // t.below[columns]).max(initial=0)))
    return gains[::-1]


def _try(problem: Problem, state: PlanState, item: int, best: list[Plan], gains: list[int]) -> None:  # noqa: C901 - an inner loop
    t = problem.tables
    if int(state.sums[TOTAL]) + gains[item] <= best[0].objective:
        return
    if item == len(t.duration):
        if objective(state) > best[0].objective:
            best[0] = Plan(copied(state), objective(state))
        return
    for pair in range(int(t.pair_at[item]), int(t.pair_at[item + 1])):
        kind = int(t.pair_kind[pair])
        for pool in (int(number) for number in t.kind_pool[t.kind_at[kind] : t.kind_at[kind + 1]]):
            if t.cell_at[pool] == t.cell_at[pool + 1] or not t.starts[item]:
                continue
            set_rooms(t, state, item, pool)
            rooms = state.room.copy()
            for late in range(int(t.starts[item])):
                for size in _sizes(problem, item, int(rooms[late])):
                    column, start = int(t.column_at[pair]) + late, int(t.first[item]) + late
                    gpu_weeks = int(t.pool_gpus[pool]) * size * min(int(t.duration[item]), t.weeks - start)
                    worth = int(t.above[column]) * size // int(t.below[column])
                    if worth <= 0 or gpu_weeks > state.cap_left[t.organisation[item]]:
                        continue
                    for split in _splits(problem, state, item, pool, start, size):
                        state.pool[item], state.start[item], state.size[item], state.value[item] = pool, start, size, worth
                        state.take[item * t.widest : item * t.widest + len(split)] = split
                        link(state, item)
                        change_free(t, state, item, -1)
                        _try(problem, state, item + 1, best, gains)
                        take_out(t, state, item)
    _try(problem, state, item + 1, best, gains)


def _splits(problem: Problem, state: PlanState, item: int, pool: int, start: int, size: int) -> list[tuple[int, ...]]:
    """Every division of the servers over the pool's cells that is free, in one pod where required."""
    t = problem.tables
    cells = range(int(t.cell_at[pool]), int(t.cell_at[pool + 1]))
    end = min(start + int(t.duration[item]), t.weeks)
    rooms = [int(state.free[cell * t.weeks + start : cell * t.weeks + end].min()) for cell in cells]
    found = []
    for split in product(*(range(min(room, size) + 1) for room in rooms)):
        pods = {int(t.cell_pod[cell]) for cell, count in zip(cells, split, strict=True) if count}
        if sum(split) == size and (not t.required[item] or len(pods) == 1):
            found.append(split)
    return found


def _sizes(problem: Problem, item: int, room: int) -> list[int]:
    t = problem.tables
    most = min(int(t.most[item]), room)
    return [size for size in range(int(t.least[item]), most + 1) if t.size_down[size] == size]
