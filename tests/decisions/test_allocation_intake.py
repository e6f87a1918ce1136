"""Always-open intake, and repair when capacity goes."""

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from decisions.allocation_rounds import application, facts, pool, rules
from dure.decisions.allocation import recommend
from dure.decisions.allocation.admit import Guards, Intake, bids_from
from dure.decisions.allocation.intake_year import replay_year
from dure.decisions.allocation.methods import Effort
from dure.decisions.allocation.problem import pose
from dure.decisions.allocation.repair import repair
from dure.formats.stages.allocation import Outage

CHEAP = Effort(price_steps=100, moves=0, compiled=False)


def _intake(weekly, **changes):
    return Intake(pose(facts([application(9)]), rules()), {"p": (weekly,) * 6}, Guards(**changes))


def test_accepts_what_is_worth_more_than_its_price_and_refuses_the_rest():
    intake = _intake(700_000)
    taken = intake.decide(application(0, servers=2), now=0)
    assert (taken.verdict, taken.value, taken.price, len(taken.servers)) == ("accept", 3200, 2_800_000, 2)
    assert intake.decide(application(1, score="60"), now=0).code == "price_above_value"


def test_a_small_request_pays_half_where_the_guard_says_so():
    assert _intake(1_000_000, small_gpu_weeks=16).decide(application(0), now=0).verdict == "accept"
    assert _intake(1_000_000).decide(application(0), now=0).verdict == "refuse"


def test_waits_when_all_is_taken_and_says_how_long():
    intake = _intake(0)
    first = application(0, servers=3, minimum_servers=3, weeks=4, latest_week=0)
    intake.accept(first, intake.decide(first, now=0))
    later = intake.decide(application(1, latest_week=0), now=0)
    assert (later.verdict, later.wait_weeks) == ("wait", 4)


def test_bid_prices_keep_room_for_the_better_one_who_comes_later():
    rows = [
        application(0, score="50", servers=3, minimum_servers=3, weeks=6, latest_week=0),
        application(1, score="99", servers=3, minimum_servers=3, weeks=4, earliest_week=2, latest_week=2),
    ]
    made = facts([replace(r, arrived_at=dt.datetime(2026, 3, 1 + n, tzinfo=dt.UTC)) for n, r in enumerate(rows)])
    year = replay_year(made, rules(), samples=lambda _week: [made])
    assert year.first_come == 9000
    assert year.bid_prices == year.hindsight == 11880
    assert set(bids_from([made], rules(), effort=CHEAP)) == {"p"}


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
