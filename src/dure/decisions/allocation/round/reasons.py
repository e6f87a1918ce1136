"""Reasons for refusals and reductions, read from dual prices, with the smallest change that would have helped.

Every figure comes from the prices and from what the finished plan leaves free. A change is named only if
the application, so changed, fits next to every grant of the plan and adds to its objective: the plan with
it is better than the plan without, so a solve of the changed round finds it worth accepting.
"""

from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from dure.decisions.allocation.kernels.subgradient import SHUT, TAX
from dure.decisions.allocation.kernels.tables import Integers
from dure.decisions.allocation.model.plan import Plan, cost_of_shares
from dure.decisions.allocation.model.problem import Problem
from dure.decisions.allocation.round.methods import Solved
from dure.formats.kinds import Reason
from dure.formats.stages.allocation import SECTOR_REASONS

MICRO = 1000
NEVER = ("outside_window", "no_capacity_of_model", "larger_than_every_pod", "larger_than_every_pool", "no_size_step",
         "worth_nothing")  # fmt: skip


class BestOption(NamedTuple):
    """The option that came closest: what it is worth, and what it would have cost, in micro-points."""

    pool: int
    start: int
    servers: int
    value: int
    price: int
    cap_part: int
    share_part: int


class Refusal(NamedTuple):
    """A refusal before the waiting list is in order."""

    item: int
    code: str
    detail: dict[str, Any]
    place: tuple[int, Fraction, int]


def explain(problem: Problem, solved: Solved, plan: Plan, *, method: str) -> tuple[Reason, ...]:
    """One reason for each application that did not get all it asked for, and for each sector off its bounds."""
    rooms = rooms_left(problem, plan.state.free)
    market = _largest(problem)
    refusals = []
    reasons = []
    for item in range(len(problem.applications)):
        if plan.state.pool[item] < 0:
            refusals.append(_refusal(problem, solved, plan, rooms, market, item, method=method))
        elif plan.state.size[item] < problem.tables.most[item]:
            reasons.append(_reduction(problem, plan, item))
    waiting = sorted((entry for entry in refusals if entry.code not in NEVER), key=lambda entry: entry.place)
    numbers = {entry.item: number for number, entry in enumerate(waiting, start=1)}
    for entry in refusals:
        detail = dict(entry.detail)
        if entry.item in numbers:
            detail["waiting_list_place"] = str(numbers[entry.item])
        reasons.append(Reason(item=problem.applications[entry.item].id, code=entry.code, detail=detail))
    return tuple(sorted([*reasons, *_sector_reasons(problem, plan)], key=lambda reason: (reason.item, reason.code)))


def rooms_left(problem: Problem, free: Integers) -> tuple[Integers, Integers]:
    """By pool, duration and start: servers free throughout, over all pods and within one pod or pool."""
    t = problem.tables
    shape = (len(problem.pools), len(t.durations), t.weeks)
    over_all, within = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    grid = free.reshape(-1, t.weeks)
    for pool in range(len(problem.pools)):
        by_pod: dict[int, Integers] = {}
        for cell in range(int(t.cell_at[pool]), int(t.cell_at[pool + 1])):
            low = np.array([_running_minimum(grid[cell], int(d)) for d in t.durations], dtype=np.int64).reshape(shape[1:])
            by_pod[int(t.cell_pod[cell])] = by_pod.get(int(t.cell_pod[cell]), np.zeros_like(low)) + low
        for low in by_pod.values():
            over_all[pool] += low
            within[pool] = np.maximum(within[pool], low)
    return over_all, within


def _running_minimum(free: Integers, duration: int) -> Integers:
    padded = np.concatenate([free, np.full(duration - 1, SHUT, dtype=np.int64)])
    least: Integers = np.lib.stride_tricks.sliding_window_view(padded, duration).min(axis=1)
    return least


def _reduction(problem: Problem, plan: Plan, item: int) -> Reason:
    application = problem.applications[item]
    pool = problem.pools[int(plan.state.pool[item])].pool.id
    detail = {"asked": str(application.servers), "granted": str(int(plan.state.size[item])), "pool": pool}
    return Reason(item=application.id, code="fewer_servers_than_asked", detail=detail)


def _refusal(
    problem: Problem,
    solved: Solved,
    plan: Plan,
    rooms: tuple[Integers, Integers],
    market: dict[str, tuple[int, int]],
    item: int,
    *,
    method: str,
) -> Refusal:
    code = _structural(problem, market, item)
    if code:
        return Refusal(item, code, _size_detail(problem, item), (9, Fraction(0), item))
    best = best_option(problem, solved, item)
    if best is None:
        return Refusal(item, "no_free_window", _size_detail(problem, item), (3, Fraction(0), item))
    surplus = best.value * MICRO - best.price
    detail: dict[str, Any] = {
        "best_pool": problem.pools[best.pool].pool.id,
        "best_from_week": str(best.start),
        "best_servers": str(best.servers),
        "value": str(best.value),
        "price": str(-(-best.price // MICRO)),
        "miss": str(max(0, -(surplus // MICRO))),
        **_smallest_changes(problem, plan, rooms, item),
    }
    if _cap_left_too_small(problem, plan, item) or (surplus <= 0 < surplus + best.cap_part):
        code = "organisation_cap"
    elif surplus <= 0 < surplus + best.share_part:
        code = "sector_share"
    elif method != "best_value":
        code = "taken_by_higher_rank"
    else:
        code = "unlucky_in_rounding" if surplus > 0 else "price_above_value"
    return Refusal(item, code, detail, (0 if surplus > 0 else 1, Fraction(best.price, best.value * MICRO), item))


def _size_detail(problem: Problem, item: int) -> dict[str, str]:
    application = problem.applications[item]
    return {
        "servers": str(application.servers),
        "minimum_servers": str(application.minimum_servers),
        "earliest_week": str(application.earliest_week),
        "latest_week": str(application.latest_week),
        "weeks": str(application.weeks),
    }


def _largest(problem: Problem) -> dict[str, tuple[int, int]]:
    """By GPU model in service at any time: servers of the largest pool and of the largest pod."""
    found: dict[str, tuple[int, int]] = {}
    for pool in problem.pools:
        if pool.usable.any():
            one = (len(pool.names), int(np.bincount(pool.pod_of).max()))
            old = found.get(pool.pool.gpu_model, (0, 0))
            found[pool.pool.gpu_model] = (max(one[0], old[0]), max(one[1], old[1]))
    return found


def _structural(problem: Problem, market: dict[str, tuple[int, int]], item: int) -> str:  # noqa: PLR0911 - one line per code
    """What no plan and no price could have changed."""
    t = problem.tables
    application = problem.applications[item]
    if t.starts[item] == 0:
        return "outside_window"
    largest = [market[model] for model in application.models if model in market]
    if not largest:
        return "no_capacity_of_model"
    if max(pool for pool, _ in largest) < application.minimum_servers:
        return "larger_than_every_pool"
    if t.required[item] and max(pod for _, pod in largest) < application.minimum_servers:
        return "larger_than_every_pod"
    top = min(application.servers, len(t.size_down) - 1)
    if t.size_down[top] < application.minimum_servers:
        return "no_size_step"
    pairs = slice(int(t.column_at[t.pair_at[item]]), int(t.column_at[t.pair_at[item + 1]]))
    if not (t.above[pairs] * t.size_down[top] >= t.below[pairs]).any():
        return "worth_nothing"
    return ""


def best_option(problem: Problem, solved: Solved, item: int) -> BestOption | None:
    """Of all options at their largest size in an otherwise empty round the one of largest surplus, which may be negative."""
    t, shape = problem.tables, (len(problem.pools), len(problem.tables.durations), problem.tables.weeks)
    first, starts = int(t.first[item]), int(t.starts[item])
    window = (int(t.duration_at[item]), slice(first, first + starts))
    limits, units = (t.limit_pod if t.required[item] else t.limit_any).reshape(shape), solved.priced.state.unit.reshape(shape)
    cap_price, tax = int(solved.priced.cap[t.organisation[item]]), int(solved.priced.state.book[TAX])
    share_charge = tax - int(solved.priced.share[t.sector[item]])
    covered = np.minimum(t.duration[item], t.weeks - np.arange(first, first + starts))
    best: tuple[int, BestOption] | None = None
    for pair in range(int(t.pair_at[item]), int(t.pair_at[item + 1])):
        kind = int(t.pair_kind[pair])
        gpus, columns = int(t.kind_gpus[kind]), slice(int(t.column_at[pair]), int(t.column_at[pair + 1]))
        pools = t.kind_pool[t.kind_at[kind] : t.kind_at[kind + 1]]
        size = t.size_down[np.minimum(limits[(pools, *window)], t.most[item])]
        unit = units[(pools, *window)]
        value = t.above[columns] * size // t.below[columns]
        open_now = (size >= t.least[item]) & (value > 0) & (unit < SHUT)
        if not open_now.any():
            continue
        price = np.where(open_now, size * (np.where(open_now, unit, 0) + gpus * covered * (cap_price + share_charge)), 0)
        surplus = np.where(open_now, value * MICRO - price, -SHUT)
        at = np.unravel_index(int(np.argmax(surplus)), surplus.shape)
        if best is None or int(surplus[at]) > best[0]:
            gpu_weeks = gpus * int(covered[at[1]]) * int(size[at])
            found = (int(pools[at[0]]), first + int(at[1]), int(size[at]), int(value[at]), int(price[at]))
            best = (int(surplus[at]), BestOption(*found, gpu_weeks * cap_price, gpu_weeks * share_charge))
    return best[1] if best else None


def _cap_left_too_small(problem: Problem, plan: Plan, item: int) -> bool:
    """Does the cap leave too little for the shortest and smallest of its options?"""
    t = problem.tables
    gpus = min((int(t.kind_gpus[kind]) for kind in t.pair_kind[t.pair_at[item] : t.pair_at[item + 1]]), default=0)
    covered = min(int(t.duration[item]), t.weeks - int(t.first[item]) - int(t.starts[item]) + 1)
    return bool(plan.state.cap_left[t.organisation[item]] < gpus * covered * int(t.least[item]))


def _smallest_changes(problem: Problem, plan: Plan, rooms: tuple[Integers, Integers], item: int) -> dict[str, str]:
    """Fewer servers, a later start or another model with which it would have fitted next to every grant."""
    t, application = problem.tables, problem.applications[item]
    room = (rooms[1] if t.required[item] else rooms[0])[:, int(t.duration_at[item]), :]
    first, last = int(t.first[item]), int(t.first[item] + t.starts[item])
    accepted = np.array([pool.pool.gpu_model in application.models for pool in problem.pools], dtype=bool)
    fewest, found = int(t.least[item]), {}
    smaller = int(room[accepted, first:last].max(initial=0))
    smaller = int(t.size_down[min(smaller, fewest - 1, len(t.size_down) - 1)])
    if smaller and _adds(problem, plan, item, smaller, first):
        found["with_servers"] = str(smaller)
    later = np.flatnonzero((room[accepted, last:] >= fewest).any(axis=0))
    for start in (last + int(week) for week in later):
        if _adds(problem, plan, item, fewest, start):
            found["from_week"] = str(start)
            break
    others = ~accepted & (room[:, first:last] >= fewest).any(axis=1)
    for pool in np.flatnonzero(others):
        if _adds(problem, plan, item, fewest, first):
            found["with_model"] = problem.pools[int(pool)].pool.gpu_model
            break
    return found


def _adds(problem: Problem, plan: Plan, item: int, servers: int, start: int) -> bool:
    """Is the grant worth more than the shares lose by it, and within the organisation's cap?"""
    t, application = problem.tables, problem.applications[item]
    covered = min(application.weeks, t.weeks - start)
    gpu_weeks = int(max(t.kind_gpus)) * servers * covered
    if plan.state.cap_left[t.organisation[item]] < gpu_weeks:
        return False
    kept = 1 - Fraction(problem.rules.delay_per_week) * (start - application.earliest_week)
    least_model = min(Fraction(text) for text in application.models.values())
    rate = 1000 * (Fraction(application.score) / 100) ** problem.rules.score_power * Fraction(application.priority)
    used = plan.state.sector_used.copy()
    used[t.sector[item]] += gpu_weeks
    loss = cost_of_shares(problem, used) - cost_of_shares(problem, plan.state.sector_used)
    return bool(rate * least_model * servers * covered * kept >= max(1, loss + 1))


def _sector_reasons(problem: Problem, plan: Plan) -> list[Reason]:
    t, used = problem.tables, plan.state.sector_used
    whole, reasons = int(used.sum()), []
    for number, sector in enumerate(problem.sectors):
        below = -((int(used[number]) * 10**9 - int(t.floor[number]) * whole) // 10**9)
        above = -((int(t.ceiling[number]) * whole - int(used[number]) * 10**9) // 10**9)
        bounds = (below, sector.floor), (above, sector.ceiling)
        for code, (off, bound) in zip(SECTOR_REASONS, bounds, strict=True):
            if off > 0:
                detail = {"gpu_weeks": str(int(used[number])), "of": str(whole), "bound": bound, "off_by_gpu_weeks": str(off),
                          "cost": str(off * t.penalty)}  # fmt: skip
                reasons.append(Reason(item=sector.id, code=code, detail=detail))
    return reasons
