"""Reassignment of broken grants, as a round of their own, at the least loss of value.

What leases and whole grants hold is out of service, the past too. Each pool is
a model of its own, so that a grant that has begun can be kept to its pool.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from dure.decisions.allocation.model.plan import Plan
from dure.decisions.allocation.model.problem import Problem, pose
from dure.decisions.allocation.model.servers import PoolServers, tightest
from dure.decisions.allocation.model.values import server_week
from dure.decisions.allocation.round.methods import default_effort, solve
from dure.decisions.allocation.round.placement import place
from dure.formats.kinds import decimal_text, exact
from dure.formats.stages.allocation import AllocationFacts, AllocationRules, Application, Grant, InService, Outage, Pool

Flags = NDArray[np.bool_]
Pools = Mapping[str, PoolServers]
DECIMALS = 18


class Reassigned(NamedTuple):
    """A grant as it was, and what it has become; None where it found no place."""

    before: Grant
    grant: Grant | None


def reassign(
    facts: AllocationFacts,
    rules: AllocationRules,
    pools: Pools,
    taken: Mapping[str, Flags],
    kept: Sequence[Grant],
    broken: Sequence[Grant],
    *,
    from_week: int,
) -> list[Reassigned]:
    """The best way on for all broken grants together, in the published order of precedence."""
    if not broken:
        return []
    free = {name: pool.usable & ~taken[name] for name, pool in pools.items()}
    for flags in free.values():
        flags[:, :from_week] = False
    before = {grant.application: grant for grant in broken}
    problem = _problem(facts, rules, pools, free, kept, before, from_week)
    plan = solve(problem, default_effort(problem)).plans["best_value"]
    servers = _names(problem, plan, pools, free, before)
    by_id = {application.id: application for application in facts.applications}
    found = []
    for item, application in enumerate(problem.applications):
        old, grant = before[application.id], None
        if item in servers:
            begun = old.from_week < from_week
            start = old.from_week if begun else int(plan.state.start[item])
            pool = pools[problem.pools[int(plan.state.pool[item])].pool.id]
            grant = regrant(facts, rules, by_id[application.id], pool, start, servers[item])
        found.append(Reassigned(old, grant))
    return found


def regrant(
    facts: AllocationFacts,
    rules: AllocationRules,
    application: Application,
    pool: PoolServers,
    start: int,
    names: tuple[str, ...],
) -> Grant:
    """The grant of these servers from that start, with its value by the published formula."""
    rate = server_week(application.score, application.priority, application.models[pool.pool.gpu_model], rules.score_power)
    kept = 1 - exact(rules.delay_per_week) * (start - application.earliest_week)
    covered = min(application.weeks, facts.weeks - start)
    return Grant(
        application=application.id,
        pool=pool.pool.id,
        servers=names,
        from_week=start,
        to_week=start + application.weeks,
        value=int(rate * covered * max(Fraction(0), kept) * len(names)),
    )


def _problem(
    facts: AllocationFacts,
    rules: AllocationRules,
    pools: Pools,
    free: Mapping[str, Flags],
    kept: Sequence[Grant],
    before: Mapping[str, Grant],
    from_week: int,
) -> Problem:
    """The round of the broken ones, with what all others hold counted in sectors and caps."""
    rows = tuple(
        _request(application, before[application.id], pools, rules, from_week)
        for application in facts.applications
        if application.id in before
    )
    blocks = tuple(_block(pool, free[name]) for name, pool in pools.items())
    posed = pose(replace(facts, pools=blocks, leases=(), applications=rows), rules)
    gpus = {name: pool.pool.gpus_per_server for name, pool in pools.items()}
    by_id = {application.id: application for application in facts.applications}
    sectors = {sector.id: sector.owed for sector in facts.sectors}
    held: dict[str, int] = {}
    had: dict[str, int] = {}

    def hold(one: tuple[str, int, int, int], sector: str, organisation: str, book: dict[str, int]) -> None:
        pool, servers, first, end = one
        amount = gpus[pool] * servers * max(0, min(end, facts.weeks) - first)
        book[organisation] = book.get(organisation, 0) + amount
        if book is held:
            sectors[sector] += amount

    for lease in facts.leases:
        hold((lease.pool, len(lease.servers), lease.from_week, lease.to_week), lease.sector, lease.organisation, held)
    for book, grants in ((held, kept), (had, before.values())):
        for grant in grants:
            one = by_id[grant.application]
            hold((grant.pool, len(grant.servers), grant.from_week, grant.to_week), one.sector, one.organisation, book)
    whole = sum(int(pool.usable.sum()) * gpus[name] for name, pool in pools.items())
    cap = int(exact(rules.largest_share) * whole)
    left = [max(cap - held.get(name, 0), had[name]) for name in posed.organisations]  # a repair never cuts by the cap
    leased = [sectors[sector.id] for sector in posed.sectors]
    tables = posed.tables._replace(cap=np.array(left, dtype=np.int64), leased=np.array(leased, dtype=np.int64))
    return posed._replace(tables=tables)


def _request(application: Application, grant: Grant, pools: Pools, rules: AllocationRules, from_week: int) -> Application:
    """What it may still have: never more servers than before; once begun, only the rest of its weeks in its pool."""
    most = {"servers": len(grant.servers), "minimum_servers": min(application.minimum_servers, len(grant.servers))}
    if grant.from_week >= from_week:
        models = {
            name: application.models[pool.pool.gpu_model]
            for name, pool in pools.items()
            if pool.pool.gpu_model in application.models
        }
        return replace(application, models=models, **most)
    late = 1 - exact(rules.delay_per_week) * (grant.from_week - application.earliest_week)
    return replace(
        application,
        models={grant.pool: application.models[pools[grant.pool].pool.gpu_model]},
        priority=decimal_text(exact(application.priority) * late, DECIMALS),
        weeks=max(1, grant.to_week - from_week),
        earliest_week=from_week,
        latest_week=from_week,
        **most,
    )


def _block(pool: PoolServers, free: Flags) -> Pool:
    """The pool with every run of weeks in which a server is not to be had as an outage."""
    outages = []
    for row, name in enumerate(pool.names):
        edges = np.flatnonzero(np.diff(np.concatenate([[0], (~free[row]).astype(np.int8), [0]])))
        outages += [Outage(server=name, from_week=int(a), to_week=int(b)) for a, b in edges.reshape(-1, 2)]
    steps = (InService(from_week=0, servers=len(pool.names)),)
    return replace(pool.pool, gpu_model=pool.pool.id, in_service=steps, outages=tuple(outages))


def _names(
    problem: Problem, plan: Plan, pools: Pools, free: Mapping[str, Flags], before: Mapping[str, Grant]
) -> dict[int, tuple[str, ...]]:
    """Its own servers as far as they are free, then others; as the round would place them where that does not work."""
    placed = place(problem, plan.state).servers
    left = {name: flags.copy() for name, flags in free.items()}
    named: dict[int, tuple[str, ...]] = {}
    for item in sorted(placed, key=lambda item: (int(plan.state.start[item]), item)):
        application = problem.applications[item]
        pool = pools[problem.pools[int(plan.state.pool[item])].pool.id]
        start = int(plan.state.start[item])
        weeks = slice(start, min(start + application.weeks, problem.tables.weeks))
        rows = np.flatnonzero(left[pool.pool.id][:, weeks].all(axis=1))
        chosen = _own_first(pool, rows, before[application.id].servers, len(placed[item]), application.pod == "required")
        if chosen is None:
            return placed
        left[pool.pool.id][chosen, weeks] = False
        named[item] = tuple(sorted(pool.names[row] for row in chosen))
    return named


def _own_first(pool: PoolServers, rows: NDArray[np.int64], names: tuple[str, ...], size: int, required: bool) -> list[int] | None:
    own = [int(row) for row in rows if pool.names[int(row)] in names]
    if required:
        room, home = (
            np.bincount(pool.pod_of[those], minlength=len(pool.pods)) for those in (rows, np.array(own, dtype=np.int64))
        )
        pods = [int(pod) for pod in np.lexsort((room, -home)) if room[pod] >= size]
        if not pods:
            return None
        rows = rows[pool.pod_of[rows] == pods[0]]
        own = [row for row in own if pool.pod_of[row] == pods[0]]
    if len(rows) < size:
        return None
    own = own[:size]
    others = np.array([int(row) for row in rows if int(row) not in own], dtype=np.int64)
    missing = size - len(own)
    return own + ([int(row) for row in tightest(others, pool, missing)] if missing else [])
