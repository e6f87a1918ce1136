"""The round as a temporal knapsack with time windows (Bartlett and others 2005), in flat integer arrays for the kernels.

Applications stand in the published order of precedence, so that "the first" of equals is the one that
the tie-break puts first, whatever the order in the file. A *kind* is a GPU model with a number of GPUs
per server; a *pair* is an application with a kind that it accepts; a *column* is a pair with a start.
"""

import math
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dure.decisions.allocation.kernels.tables import Integers, Tables
from dure.decisions.allocation.model.servers import Cell, PoolServers, cells_of, free_by_pod, read_pools
from dure.decisions.allocation.model.validate import refuse_nonsense, refuse_wide
from dure.decisions.allocation.model.values import Columns, Worth, columns, worth
from dure.decisions.quantities import draw_key
from dure.formats.errors import BadInput
from dure.formats.kinds import exact
from dure.formats.stages.allocation import AllocationFacts, AllocationRules, Application, Sector

MICRO = 1000  # micro-points in a milli-point
SHARE_SCALE = 10**9
NO_CAP = 2**60
LARGEST_TOTAL = 2**52


class Problem(NamedTuple):
    """The tables, and the names behind the numbers."""

    facts: AllocationFacts
    rules: AllocationRules
    tables: Tables
    applications: tuple[Application, ...]
    pools: tuple[PoolServers, ...]
    cells: tuple[tuple[Cell, ...], ...]  # by pool
    row_keys: tuple[tuple[str, int], ...]  # keys of the certificate, and the row whose prices they have
    by_pod: tuple[bool, ...]  # by pool
    sectors: tuple[Sector, ...]
    organisations: tuple[str, ...]
    all_gpu_weeks: int


def pose(facts: AllocationFacts, rules: AllocationRules) -> Problem:
    """Check the facts and lay them out; raises BadInput at nonsense."""
    refuse_nonsense(facts, rules)
    pools = read_pools(facts)
    applications = in_order(facts, rules)
    in_one_pod = {model for application in applications if application.pod == "required" for model in application.models}
    by_pod = tuple(_pods_bind(pool, in_one_pod) for pool in pools)
    cells = tuple(cells_of(pool, by_pod=flag) for pool, flag in zip(pools, by_pod, strict=True))
    refuse_wide(len(applications), max((len(members) for members in cells), default=0))
    sectors = tuple(sorted(facts.sectors, key=lambda sector: sector.id))
    organisations = tuple(sorted({a.organisation for a in applications}))
    gpu_weeks = sum(int((pool.usable | pool.leased).sum()) * pool.pool.gpus_per_server for pool in pools)
    rows = _rows(pools, by_pod, facts.weeks)
    parts = {
        **_application_tables(applications, pools, facts, rules, sectors, organisations),
        **_capacity_tables(pools, cells, rows, applications, facts.weeks),
        **_share_tables(facts, rules, pools, sectors, organisations, gpu_weeks),
    }
    tables = Tables(**parts)  # type: ignore[arg-type]
    _refuse_overflow(tables, rules)
    return Problem(facts, rules, tables, applications, pools, cells, rows.keys, by_pod, sectors, organisations, gpu_weeks)


def in_order(facts: AllocationFacts, rules: AllocationRules) -> tuple[Application, ...]:
    """Applications in the published order of precedence; the draw, then the id, ends it."""
    score = _falling({a.score for a in facts.applications})
    priority = _falling({a.priority for a in facts.applications})
    keys: dict[str, Callable[[Application], Any]] = {
        "score": lambda a: score[a.score],
        "priority": lambda a: priority[a.priority],
        "servers": lambda a: a.servers,
        "arrived_at": lambda a: a.arrived_at,
        "draw": lambda a: draw_key(facts.draw_seed, a.id),
    }
    names = dict.fromkeys((*rules.tie_break, "draw"))
    return tuple(sorted(facts.applications, key=lambda a: (*(keys[name](a) for name in names), a.id)))


def _pods_bind(pool: PoolServers, in_one_pod: set[str]) -> bool:
    """A pool is treated pod by pod where someone requires one pod of its model, or a pod as a whole goes out of service."""
    if len(pool.pods) < 2:
        return False
    if any(outage.pod is not None for outage in pool.pool.outages):
        return True
    return pool.pool.gpu_model in in_one_pod


def _falling(texts: set[str]) -> dict[str, int]:
    """Each number's place from the largest down; a round has few different ones, and equal ones share a place."""
    values = {text: exact(text) for text in texts}
    place = {value: number for number, value in enumerate(sorted(set(values.values()), reverse=True))}
    return {text: place[value] for text, value in values.items()}


class Rows(NamedTuple):
    """What has a price of its own: pools or pods whose free servers rise and fall alike share one row.

    Prices that differ between equals only make the bound harder to find, not lower.
    """

    capacity: Integers  # by row and week
    keys: tuple[tuple[str, int], ...]  # key of the certificate and its row
    entry_at: Integers  # by pool: its entries
    entry_row: Integers
    entry_pods: tuple[frozenset[int], ...]  # pods of the pool behind each entry


def _rows(pools: tuple[PoolServers, ...], by_pod: tuple[bool, ...], weeks: int) -> Rows:
    capacity: dict[object, Integers] = {}
    keys, entry_at = [], [0]
    entry_row: list[object] = []
    entry_pods: list[frozenset[int]] = []
    for pool, flag in zip(pools, by_pod, strict=True):
        kind = (pool.pool.gpu_model, pool.pool.gpus_per_server)
        blocks = [frozenset([number]) for number in range(len(pool.pods))] if flag else [frozenset(range(len(pool.pods)))]
        pods_of_row: dict[object, frozenset[int]] = {}
        counts = free_by_pod(pool) if flag else pool.free.sum(axis=0, dtype=np.int64)[None, :]
        for number, (block, free) in enumerate(zip(blocks, counts, strict=True)):
            divisor = math.gcd(*(int(count) for count in free)) or 1
            row = (kind, tuple(int(count) // divisor for count in free))
            capacity[row] = capacity.get(row, np.zeros(weeks, dtype=np.int64)) + free
            pods_of_row[row] = pods_of_row.get(row, frozenset()) | block
            keys.append((f"{pool.pool.id}/{pool.pods[number]}" if flag else pool.pool.id, row))
        entry_row.extend(pods_of_row)
        entry_pods.extend(pods_of_row.values())
        entry_at.append(len(entry_row))
    number_of = {row: number for number, row in enumerate(capacity)}
    return Rows(
        np.array(list(capacity.values()), dtype=np.int64).reshape(len(capacity), weeks),
        tuple((key, number_of[row]) for key, row in keys),
        _ints(entry_at),
        _ints([number_of[row] for row in entry_row]),
        tuple(entry_pods),
    )


def _application_tables(
    applications: tuple[Application, ...],
    pools: tuple[PoolServers, ...],
    facts: AllocationFacts,
    rules: AllocationRules,
    sectors: tuple[Sector, ...],
    organisations: tuple[str, ...],
) -> dict[str, Integers]:
    kinds = sorted({(pool.pool.gpu_model, pool.pool.gpus_per_server) for pool in pools})
    beyond = 1 + sum(len(pool.names) for pool in pools)
    sector_at = {sector.id: index for index, sector in enumerate(sectors)}
    organisation_at = {name: index for index, name in enumerate(organisations)}
    by_model: dict[str, list[int]] = {}
    for index, (model, _) in enumerate(kinds):
        by_model.setdefault(model, []).append(index)
    pair_at, pair_kind, worths, first, starts = [0], [], [], [], []
    for application in applications:
        count = max(0, min(application.latest_week, facts.weeks - 1) - application.earliest_week + 1)
        first.append(application.earliest_week)
        starts.append(count)
        for model in sorted(application.models):
            for kind in by_model.get(model, ()):
                pair_kind.append(kind)
                worths.append(worth(application, model, first=application.earliest_week, starts=count, rules=rules))
        pair_at.append(len(pair_kind))
    _refuse_rich(worths, pair_at, facts.weeks)
    made: Columns = columns(worths, weeks=facts.weeks, delay_per_week=exact(rules.delay_per_week))
    duration = [min(a.weeks, facts.weeks) for a in applications]
    durations = sorted(set(duration))
    kind_pools = [[i for i, p in enumerate(pools) if (p.pool.gpu_model, p.pool.gpus_per_server) == kind] for kind in kinds]
    return {
        "duration": _ints(duration),
        "duration_at": np.searchsorted(durations, duration).astype(np.int64),
        "durations": _ints(durations),
        "first": _ints(first),
        "starts": _ints(starts),
        # One more than there are stands for any number beyond, so that products stay within 63 bits.
        "most": np.minimum(_ints([a.servers for a in applications]), beyond),
        "least": np.minimum(_ints([a.minimum_servers for a in applications]), beyond),
        "sector": _ints([sector_at[a.sector] for a in applications]),
        "organisation": _ints([organisation_at[a.organisation] for a in applications]),
        "required": _ints([a.pod == "required" for a in applications]),
        "forced": _ints([0] * len(applications)),
        "pair_at": _ints(pair_at),
        "pair_kind": _ints(pair_kind),
        "column_at": _ints(np.concatenate([[0], np.cumsum([w.starts for w in worths])])),
        "above": made.above,
        "below": made.below,
        "rate": made.above // made.below,
        "kind_at": _ints(np.concatenate([[0], np.cumsum([len(members) for members in kind_pools])])),
        "kind_pool": _ints([pool for members in kind_pools for pool in members]),
        "kind_gpus": _ints([gpus for _, gpus in kinds]),
    }


def _capacity_tables(
    pools: tuple[PoolServers, ...],
    cells: tuple[tuple[Cell, ...], ...],
    rows: Rows,
    applications: tuple[Application, ...],
    weeks: int,
) -> dict[str, object]:
    durations = sorted({min(a.weeks, weeks) for a in applications})
    capacity, cell_pod, cell_at = [], [], [0]
    shape = (len(pools), len(durations), weeks)
    limit_any, limit_pod = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    entry_open = np.zeros((len(rows.entry_row), *shape[1:]), dtype=np.int64)
    for number, (pool, members) in enumerate(zip(pools, cells, strict=True)):
        in_pods = np.zeros((len(pool.pods), *shape[1:]), dtype=np.int64)
        for group in _profiles(pool):
            runs = _throughout(pool.free[group[0]], durations)
            in_pods[int(pool.pod_of[group[0]])] += runs * len(group)
        limit_any[number] = in_pods.sum(axis=0)
        limit_pod[number] = in_pods.max(axis=0) if len(pool.pods) else 0
        for entry in range(int(rows.entry_at[number]), int(rows.entry_at[number + 1])):
            entry_open[entry] = in_pods[sorted(rows.entry_pods[entry])].sum(axis=0) > 0
        for cell in members:
            capacity.append(pool.free[list(cell.servers)].sum(axis=0))
            cell_pod.append(cell.pod)
        cell_at.append(len(cell_pod))
    return {
        "weeks": weeks,
        "pool_gpus": _ints([pool.pool.gpus_per_server for pool in pools]),
        "entry_at": rows.entry_at,
        "entry_row": rows.entry_row,
        "entry_open": entry_open.ravel(),
        "cell_at": _ints(cell_at),
        "row_capacity": rows.capacity.ravel(),
        "limit_any": limit_any.ravel(),
        "limit_pod": limit_pod.ravel(),
        "cell_pod": _ints(cell_pod),
        "cell_capacity": np.array(capacity, dtype=np.int64).reshape(-1),
        "widest": max((len(members) for members in cells), default=0),
    }


def _profiles(pool: PoolServers) -> list[list[int]]:
    """Servers of one pod that are free in the same weeks."""
    groups: dict[tuple[int, bytes], list[int]] = {}
    for index in range(len(pool.names)):
        groups.setdefault((int(pool.pod_of[index]), pool.free[index].tobytes()), []).append(index)
    return list(groups.values())


def _throughout(mask: NDArray[np.bool_], durations: list[int]) -> Integers:
    """By duration and start: 1 when free from the start until the end or the horizon."""
    weeks = len(mask)
    busy = np.concatenate([[0], np.cumsum(~mask)])
    starts = np.arange(weeks)
    return np.array([busy[np.minimum(starts + d, weeks)] == busy[starts] for d in durations], dtype=np.int64).reshape(-1, weeks)


def _share_tables(
    facts: AllocationFacts,
    rules: AllocationRules,
    pools: tuple[PoolServers, ...],
    sectors: tuple[Sector, ...],
    organisations: tuple[str, ...],
    gpu_weeks: int,
) -> dict[str, object]:
    gpus = {pool.pool.id: pool.pool.gpus_per_server for pool in pools}
    leased = {sector.id: sector.owed for sector in sectors}  # what was borrowed counts as used
    held = dict.fromkeys(organisations, 0)
    for lease in facts.leases:
        used = gpus[lease.pool] * len(lease.servers) * max(0, min(lease.to_week, facts.weeks) - lease.from_week)
        leased[lease.sector] += used
        if lease.organisation in held:
            held[lease.organisation] += used
    share = exact(rules.largest_share)
    cap = NO_CAP if share == 1 else math.floor(share * gpu_weeks)
    largest = max((a.servers for a in facts.applications), default=1)
    largest = min(largest, sum(len(pool.names) for pool in pools))
    steps = sorted(set(rules.size_steps))
    return {
        "cap": _ints([max(0, cap - held[name]) for name in organisations]),
        "leased": _ints([leased[sector.id] for sector in sectors]),
        "floor": _ints([int(exact(sector.floor) * SHARE_SCALE) for sector in sectors]),
        "ceiling": _ints([int(exact(sector.ceiling) * SHARE_SCALE) for sector in sectors]),
        "penalty": rules.share_penalty,
        "size_down": _ints(
            [max((s for s in steps if s <= n), default=0) for n in range(largest + 1)] if steps else range(largest + 1)
        ),
    }


def _refuse_rich(worths: list[Worth], pair_at: list[int], weeks: int) -> None:
    """Sums must stay exact in JSON (2^53) and in the kernels (2^63): refuse values that no programme has."""
    total = Fraction(0)
    for start, end in pairwise(pair_at):
        total += max((w.server_week * (w.servers * min(w.duration, weeks)) for w in worths[start:end]), default=Fraction(0))
    if total * MICRO >= LARGEST_TOTAL * 4:
        raise BadInput(
            f"the values sum to {float(total):.3g} milli-points; at most {LARGEST_TOTAL * 4 // MICRO:,} are handled.",
            where="$.applications",
            todo="Check priorities and servers asked for.",
        )


def _refuse_overflow(tables: Tables, rules: AllocationRules) -> None:
    most = int(tables.row_capacity.sum()) * int(max(tables.kind_gpus, default=1))
    if (most + int(tables.leased.sum())) * (rules.share_penalty + 1) * MICRO * 8 >= 2**62:
        raise BadInput(
            f"a share penalty of {rules.share_penalty} milli-points is too large for {most} GPU-weeks.",
            where="rule allocation/share_penalty",
            todo="Values are about 1,000 milli-points for a server-week.",
        )


def _ints(values: object) -> Integers:
    return np.array(list(values), dtype=np.int64)  # type: ignore[call-overload]
