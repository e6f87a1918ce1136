"""Minimal-perturbation repair (El Sakkout and Wallace 2000): a plan goes on after a failure with the fewest changes.

Grants that the new facts leave possible stay exactly as they are; a grant that lost a server must change, so no
plan has fewer changes. Among all plans that change only those, the one of the largest objective is taken, by
the engine of the round itself (for small repairs every combination is tried). A grant that has begun keeps its
pool and goes on with its own servers and others, fewer if need be but not below its minimum; one that has not
may begin elsewhere or later within its window; one without a place is withdrawn and goes first on the waiting
list. Leases are never touched: one that is hit is reported, and moved to other servers of its pool only where
it is on the list of those that a person agreed to move.
"""

from collections.abc import Collection
from typing import Literal, NamedTuple

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from dure.decisions.allocation.model.servers import PoolServers, read_pools, tightest
from dure.decisions.allocation.repair.reassign import Reassigned, reassign
from dure.formats.errors import BadInput
from dure.formats.stages.allocation import AllocationFacts, AllocationRules, Grant, Lease

Flags = NDArray[np.bool_]
Kind = Literal["other_servers", "fewer_servers", "later_start", "other_pool", "withdrawn"]


class Change(NamedTuple):
    """What became of one grant that could not stay as it was; `grant` is None when it was withdrawn."""

    application: str
    kind: Kind
    before: Grant
    grant: Grant | None


class HitLease(NamedTuple):
    """A lease that lost servers, the ones lost, and the lease after an agreed move; None where it stays as it is."""

    lease: Lease
    lost: tuple[str, ...]
    moved: Lease | None


class Repaired(NamedTuple):
    """All grants after the repair, the changes in the published order, and the leases that were hit."""

    grants: tuple[Grant, ...]
    changes: tuple[Change, ...]
    leases: tuple[HitLease, ...]


def repair(
    facts: AllocationFacts,
    rules: AllocationRules,
    grants: tuple[Grant, ...],
    *,
    from_week: int = 0,
    agreed: Collection[str] = (),
) -> Repaired:
    """Repair a plan for facts that changed, from that week on. `agreed`: ids of leases that may be moved."""
    _refuse_unknown(facts, grants, agreed)
    pools = {pool.pool.id: pool for pool in read_pools(replace(facts, leases=()))}
    taken = {name: np.zeros_like(pool.usable) for name, pool in pools.items()}
    hit = _lay_leases(facts, pools, taken, from_week)
    kept, broken = [], []
    for grant in sorted(grants, key=lambda grant: grant.application):
        rows, weeks = _rows(pools[grant.pool], grant.servers), _ahead(facts, grant.from_week, grant.to_week, from_week)
        if (
            len(rows) == len(grant.servers)
            and pools[grant.pool].usable[rows, weeks].all()
            and not taken[grant.pool][rows, weeks].any()
        ):
            kept.append(grant)
            taken[grant.pool][rows, weeks] = True
        else:
            broken.append(grant)
    leases = tuple(_move(facts, pools[lease.pool], taken[lease.pool], lease, lost, agreed, from_week) for lease, lost in hit)
    reassigned = reassign(facts, rules, pools, taken, kept, broken, from_week=from_week)
    changes = tuple(Change(one.before.application, _kind(one), one.before, one.grant) for one in reassigned)
    after = [*kept, *(one.grant for one in reassigned if one.grant is not None)]
    return Repaired(tuple(sorted(after, key=lambda grant: grant.application)), changes, leases)


def _refuse_unknown(facts: AllocationFacts, grants: tuple[Grant, ...], agreed: Collection[str]) -> None:
    applications, pools = {one.id for one in facts.applications}, {pool.id for pool in facts.pools}
    for grant in grants:
        if grant.application not in applications or grant.pool not in pools:
            raise BadInput(f"the grant to {grant.application} belongs to other facts.", where="grants")
    if unknown := sorted(set(agreed) - {lease.id for lease in facts.leases}):
        raise BadInput(f"there is no lease {unknown[0]}.", where="agreed", todo="Name leases of these facts.")


def _lay_leases(
    facts: AllocationFacts, pools: dict[str, PoolServers], taken: dict[str, Flags], from_week: int
) -> list[tuple[Lease, tuple[str, ...]]]:
    """Mark what leases hold; those that lost servers, and which."""
    hit = []
    for lease in sorted(facts.leases, key=lambda lease: lease.id):
        pool, weeks = pools[lease.pool], _ahead(facts, lease.from_week, lease.to_week, from_week)
        rows = _rows(pool, lease.servers)
        taken[lease.pool][rows, weeks] = True
        known = {pool.names[row] for row in rows}
        lost = tuple(
            name for name in sorted(lease.servers) if name not in known or not pool.usable[pool.names.index(name), weeks].all()
        )
        if lost:
            hit.append((lease, lost))
    return hit


def _move(
    facts: AllocationFacts,
    pool: PoolServers,
    taken: Flags,
    lease: Lease,
    lost: tuple[str, ...],
    agreed: Collection[str],
    from_week: int,
) -> HitLease:
    """Where agreed, other servers of the pool for exactly those that were lost; all of them or none."""
    weeks = _ahead(facts, lease.from_week, lease.to_week, from_week)
    able = np.flatnonzero((pool.usable[:, weeks] & ~taken[:, weeks]).all(axis=1))
    if lease.id not in agreed or len(able) < len(lost):
        return HitLease(lease, lost, None)
    chosen = tightest(able, pool, len(lost))
    taken[_rows(pool, lost), weeks] = False
    taken[chosen, weeks] = True
    servers = {*lease.servers, *(pool.names[row] for row in chosen)} - set(lost)
    return HitLease(lease, lost, replace(lease, servers=tuple(sorted(servers))))


def _ahead(facts: AllocationFacts, first: int, end: int, from_week: int) -> slice:
    """The weeks still ahead; what is past cannot be changed."""
    begin = min(max(first, from_week), facts.weeks)
    return slice(begin, max(begin, min(end, facts.weeks)))


def _rows(pool: PoolServers, names: Collection[str]) -> list[int]:
    known = {name: row for row, name in enumerate(pool.names)}
    return sorted(known[name] for name in names if name in known)


def _kind(one: Reassigned) -> Kind:
    if one.grant is None:
        return "withdrawn"
    if one.grant.pool != one.before.pool:
        return "other_pool"
    if one.grant.from_week != one.before.from_week:
        return "later_start"
    return "fewer_servers" if len(one.grant.servers) < len(one.before.servers) else "other_servers"
