"""Repair: a server fails or a delivery slips, and as few as can be are touched."""

from hypothesis import given, settings
from hypothesis import strategies as st

from decisions.allocation_rounds import application, facts, pool, rules
from dure.decisions.allocation import recommend
from dure.decisions.allocation.repair import repair
from dure.formats.stages.allocation import Outage


@settings(max_examples=20)
@given(st.integers(1, 5), st.integers(0, 2), st.integers(0, 5))
def test_repair_changes_only_who_is_hit(count, server, week):
    rows = [application(n, servers=1 + n % 2, weeks=2 + n, latest_week=3) for n in range(count)]
    before = recommend(facts(rows), rules())
    outage = Outage(server=f"p/p0/{server + 1:03d}", from_week=week, to_week=week + 1)
    after = facts(rows, [pool(outages=(outage,))])
    mended = repair(after, rules(), before.grants)
    hit = {g.application for g in before.grants if outage.server in g.servers and g.from_week <= week < g.to_week}
    assert {change.application for change in mended.changes} == hit
    assert {g for g in before.grants if g.application not in hit} <= set(mended.grants)
    used = [(name, w) for g in mended.grants for name in g.servers for w in range(g.from_week, min(6, g.to_week))]
    assert len(used) == len(set(used))
    assert (outage.server, week) not in used


def test_repair_prefers_other_servers_then_fewer_then_later_then_withdraws():
    wide = application(0, servers=2, minimum_servers=1, weeks=6, latest_week=0)
    before = recommend(facts([wide]), rules())
    kinds = []
    for lost in (1, 2, 3):
        outages = tuple(Outage(server=f"p/p0/{n:03d}", from_week=0, to_week=6) for n in range(1, lost + 1))
        mended = repair(facts([wide], [pool(outages=outages)]), rules(), before.grants)
        kinds += [change.kind for change in mended.changes]
    assert kinds == ["other_servers", "fewer_servers", "withdrawn"]
