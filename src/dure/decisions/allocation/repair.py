"""A server fails or a delivery slips: how does the plan go on with the fewest changes?

Grants that the new facts leave possible stay exactly as they are, and leases are never touched. A grant that
lost servers keeps its weeks and its pool and gets other free servers instead; if there are too few, it keeps
what it has down to its minimum; if that is not enough, its start is moved within its window; else it is
withdrawn and goes first on the waiting list.
"""

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from dure.decisions.allocation.intake.counts import tightest
from dure.decisions.allocation.problem import Problem, pose
from dure.decisions.allocation.servers import PoolServers
from dure.decisions.allocation.values import server_week
from dure.formats.errors import BadInput
from dure.formats.kinds import exact
from dure.formats.stages.allocation import AllocationFacts, AllocationRules, Application, Grant

Flags = NDArray[np.bool_]


class Change(NamedTuple):
    """What became of one grant that could not stay as it was; `grant` is None when it was withdrawn."""

    application: str
    kind: Literal["other_servers", "fewer_servers", "later_start", "withdrawn"]
    before: Grant
    grant: Grant | None


class Repaired(NamedTuple):
    """All grants after the repair, and the changes, in the published order."""

    grants: tuple[Grant, ...]
    changes: tuple[Change, ...]


def repair(facts: AllocationFacts, rules: AllocationRules, grants: tuple[Grant, ...], *, from_week: int = 0) -> Repaired:
    """Mend a plan for facts that changed. Grants that began before `from_week` keep their start."""
    problem = pose(facts, rules)
    place = {pool.pool.id: number for number, pool in enumerate(problem.pools)}
    rank = {application.id: number for number, application in enumerate(problem.applications)}
    by_id = {application.id: application for application in facts.applications}
    for grant in grants:
        if grant.application not in rank or grant.pool not in place:
            raise BadInput(f"the grant to {grant.application} belongs to other facts.", where="grants")
    free = [pool.free.copy() for pool in problem.pools]
    kept: list[Grant] = []
    broken: list[Grant] = []
    for grant in sorted(grants, key=lambda grant: rank[grant.application]):
        rows = _rows(problem.pools[place[grant.pool]], grant)
        weeks = slice(grant.from_week, min(grant.to_week, facts.weeks))
        if len(rows) == len(grant.servers) and free[place[grant.pool]][rows, weeks].all():
            free[place[grant.pool]][rows, weeks] = False
            kept.append(grant)
        else:
            broken.append(grant)
    changes = []
    for grant in broken:
        change = _mend(
            problem, free[place[grant.pool]], problem.pools[place[grant.pool]], by_id[grant.application], grant, from_week
        )
        changes.append(change)
        if change.grant is not None:
            kept.append(change.grant)
    return Repaired(tuple(sorted(kept, key=lambda grant: grant.application)), tuple(changes))


def _rows(pool: PoolServers, grant: Grant) -> list[int]:
    known = {name: row for row, name in enumerate(pool.names)}
    return [known[name] for name in grant.servers if name in known]


def _mend(problem: Problem, free: Flags, pool: PoolServers, application: Application, grant: Grant, from_week: int) -> Change:
    weeks = problem.tables.weeks
    starts = [grant.from_week]
    if grant.from_week >= from_week:
        starts += list(range(max(application.earliest_week, from_week), min(application.latest_week, weeks - 1) + 1))
    wanted = len(grant.servers)
    for size_first in (wanted, application.minimum_servers):
        for start in starts:
            rows = _choose(free, pool, application, grant, start, min(start + application.weeks, weeks), size_first, wanted)
            if rows is None or (problem.rules.size_steps and len(rows) not in problem.rules.size_steps):
                continue
            free[rows, start : min(start + application.weeks, weeks)] = False
            kind: Literal["other_servers", "fewer_servers", "later_start"] = "other_servers"
            if start != grant.from_week:
                kind = "later_start"
            elif len(rows) < wanted:
                kind = "fewer_servers"
            return Change(application.id, kind, grant, _regrant(problem, pool, application, rows, start))
    return Change(application.id, "withdrawn", grant, None)


def _choose(
    free: Flags, pool: PoolServers, application: Application, grant: Grant, start: int, end: int, least: int, most: int
) -> list[int] | None:
    """Its own servers as far as they are free, then others: in one pod where that is required."""
    rows = np.flatnonzero(free[:, start:end].all(axis=1))
    own = set(_rows(pool, grant))
    if application.pod == "required" and len(rows):
        counts = np.bincount(pool.pod_of[rows], minlength=len(pool.pods))
        home = np.bincount(pool.pod_of[sorted(own)], minlength=len(pool.pods)) if own else counts
        pods = [pod for pod in np.lexsort((counts, -home)) if counts[pod] >= least]
        rows = rows[pool.pod_of[rows] == pods[0]] if pods else rows[:0]
    if len(rows) < least:
        return None
    kept = [int(row) for row in rows if int(row) in own][:most]
    others = np.array([row for row in rows if int(row) not in own], dtype=np.int64)
    missing = min(most, len(rows)) - len(kept)
    return sorted([*kept, *(int(row) for row in tightest(others, pool, missing))] if missing > 0 else kept)


def _regrant(problem: Problem, pool: PoolServers, application: Application, rows: list[int], start: int) -> Grant:
    rules = problem.rules
    rate = server_week(application.score, application.priority, application.models[pool.pool.gpu_model], rules.score_power)
    kept = 1 - exact(rules.delay_per_week) * (start - application.earliest_week)
    covered = min(application.weeks, problem.tables.weeks - start)
    return Grant(
        application=application.id,
        pool=pool.pool.id,
        servers=tuple(sorted(pool.names[row] for row in rows)),
        from_week=start,
        to_week=start + application.weeks,
        value=int(rate * covered * kept * len(rows)),
    )
