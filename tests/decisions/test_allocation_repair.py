"""Repair: a server fails or a delivery slips, and as few as can be are touched."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from decisions.allocation_rounds import application, best_by_brute_force, facts, pool, rules
from dure.decisions.allocation import recommend
from dure.decisions.allocation.repair.minimal_perturbation import repair
from dure.formats.errors import BadInput
from dure.formats.stages.allocation import InService, Lease, Outage

ROW = st.tuples(st.integers(1, 2), st.integers(1, 5), st.integers(0, 3), st.integers(0, 2), st.sampled_from(["any", "required"]))


def _rows(asked):
    return [
        application(n, servers=size, minimum_servers=1, weeks=weeks, earliest_week=first, latest_week=first + late, pod=pod)
        for n, (size, weeks, first, late, pod) in enumerate(asked)
    ]


def _out(server, first, end):
    return Outage(server=server, from_week=first, to_week=end)


def _used(grants):
    return [(name, week) for grant in grants for name in grant.servers for week in range(grant.from_week, min(6, grant.to_week))]


def _lost(grant, after):
    """Did this grant lose a server, as far as the new facts tell?"""
    gone = {(o.server, week) for one in after.pools for o in one.outages for week in range(o.from_week, o.to_week)}
    for week in range(grant.from_week, min(6, grant.to_week)):
        count = max((step for step in after.pools[0].in_service if step.from_week <= week), key=lambda s: s.from_week).servers
        for name in grant.servers:
            if (name, week) in gone or int(name[-3:]) > count:
                return True
    return False


@settings(max_examples=25)
@given(st.lists(ROW, min_size=1, max_size=4), st.integers(1, 3), st.integers(0, 5), st.integers(0, 3), st.booleans())
def test_only_who_is_hit_changes_and_what_they_get_is_the_best_there_is(asked, server, week, late, slips):
    rows, in_force = _rows(asked), rules(share_penalty=0)
    before = recommend(facts(rows), in_force)
    changed = (
        pool(in_service=(InService(from_week=0, servers=late), InService(from_week=week + 1, servers=3)))
        if slips
        else pool(outages=(_out(f"p/p0/{server:03d}", week, week + 1),))
    )
    after = facts(rows, [changed])
    mended = repair(after, in_force, before.grants)
    hit = {grant.application for grant in before.grants if _lost(grant, after)}
    assert {change.application for change in mended.changes} == hit
    whole = [grant for grant in before.grants if grant.application not in hit]
    assert set(whole) <= set(mended.grants)
    assert len(_used(mended.grants)) == len(set(_used(mended.grants)))
    assert not any(_lost(grant, after) for grant in mended.grants)
    leases = tuple(
        Lease(
            id=g.application, pool="p", servers=g.servers, from_week=g.from_week, to_week=g.to_week, sector="s", organisation="x"
        )
        for g in whole
    )
    sizes = {grant.application: len(grant.servers) for grant in before.grants}
    alone = [replace(row, servers=sizes[row.id]) for row in rows if row.id in hit]
    best = best_by_brute_force(replace(after, leases=leases, applications=tuple(alone)), in_force)
    assert sum(grant.value for grant in mended.grants if grant.application in hit) == best


def test_repair_prefers_other_servers_then_fewer_then_withdraws():
    wide = application(0, servers=2, minimum_servers=1, weeks=6, latest_week=0)
    before = recommend(facts([wide]), rules())
    kinds = []
    for lost in (1, 2, 3):
        outages = tuple(_out(f"p/p0/{n:03d}", 0, 6) for n in range(1, lost + 1))
        mended = repair(facts([wide], [pool(outages=outages)]), rules(), before.grants)
        kinds += [change.kind for change in mended.changes]
    assert kinds == ["other_servers", "fewer_servers", "withdrawn"]


def test_the_better_one_waits_where_that_keeps_both():
    rows = [application(0, score="90", latest_week=3), application(1, score="80", latest_week=1)]
    before = recommend(facts(rows, [pool(pods=(2,))]), rules())
    late = facts(rows, [pool(pods=(2,), in_service=(InService(from_week=0, servers=0), InService(from_week=1, servers=1)))])
    mended = repair(late, rules(), before.grants)
    assert {grant.application: grant.from_week for grant in mended.grants} == {"a0": 3, "a1": 1}
    assert [change.kind for change in mended.changes] == ["later_start", "later_start"]


def test_one_that_has_begun_keeps_its_start_its_pool_and_the_servers_that_still_run():
    row = application(0, servers=2, minimum_servers=1, weeks=6, models={"H200": "1", "B200": "1"}, latest_week=4)
    pools = [pool(), pool("q", "B200")]
    before = recommend(facts([row], pools), rules())
    (grant,) = before.grants
    gone = grant.servers[0]
    broken = replace(pools[0 if grant.pool == "p" else 1], outages=(_out(gone, 3, 6),))
    mended = repair(facts([row], [broken, *(one for one in pools if one.id != grant.pool)]), rules(), before.grants, from_week=3)
    (after,) = mended.grants
    assert (after.from_week, after.pool, after.value) == (grant.from_week, grant.pool, grant.value)
    assert set(grant.servers) - {gone} < set(after.servers)
    past = repair(facts([row], [broken, *(one for one in pools if one.id != grant.pool)]), rules(), before.grants, from_week=6)
    assert past.changes == ()


def test_one_that_has_not_begun_may_go_to_another_pool_it_accepts():
    row = application(0, models={"H200": "1", "B200": "0.9"}, latest_week=0)
    before = recommend(facts([row], [pool(), pool("q", "B200")]), rules())
    gone = replace(pool(), in_service=(InService(from_week=4, servers=3),))
    (change,) = repair(facts([row], [gone, pool("q", "B200")]), rules(), before.grants).changes
    assert (change.kind, change.grant.pool) == ("other_pool", "q")


def test_a_lease_that_is_hit_is_reported_and_moved_only_where_a_person_agreed():
    lease = Lease(id="l", pool="p", servers=("p/p0/001", "p/p0/002"), from_week=0, to_week=6, sector="s", organisation="x")
    row = application(0, latest_week=0)
    before = recommend(facts([row], leases=(lease,)), rules())
    broken = facts([row], [pool(pods=(4,), outages=(_out("p/p0/001", 2, 3),))], leases=(lease,))
    (told,) = repair(broken, rules(), before.grants).leases
    assert (told.lost, told.moved) == (("p/p0/001",), None)
    mended = repair(broken, rules(), before.grants, agreed=["l"])
    assert mended.leases[0].moved.servers == ("p/p0/002", "p/p0/004")
    assert mended.grants == before.grants
    slipped = replace(broken, pools=(pool(pods=(4,), in_service=(InService(from_week=1, servers=4),)),))
    assert repair(slipped, rules(), ()).leases[0].lost == lease.servers
    with pytest.raises(BadInput, match="no lease zz"):
        repair(broken, rules(), before.grants, agreed=["zz"])
