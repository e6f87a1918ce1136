"""Properties of the allocation: order, feasibility, bound, edges; and the two ways of running it."""

import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from decisions.allocation_rounds import application, best_by_brute_force, facts, pool, rules, tiny_round
from dure.checks.allocation import faults
from dure.decisions.allocation import Effort, recommend
from dure.formats.canonical import plain
from dure.formats.stages.allocation import AllocationFacts, InService, Outage, Sector
from shuffling import shuffled


@pytest.mark.parametrize("seed", range(60))
def test_brute_force_agrees_on_tiny_rounds(seed):
    given_facts, in_force = tiny_round(seed)
    made = recommend(given_facts, in_force)
    assert made.objective == best_by_brute_force(given_facts, in_force)
    assert made.bound >= made.objective
    assert faults(given_facts, in_force, made) == []


@pytest.mark.long
def test_brute_force_agrees_on_a_thousand_tiny_rounds():
    for seed in range(1000):
        given_facts, in_force = tiny_round(seed)
        made = recommend(given_facts, in_force)
        assert made.objective == best_by_brute_force(given_facts, in_force), seed
        assert faults(given_facts, in_force, made) == [], seed


@settings(max_examples=15)
@given(st.integers(1000, 2000), st.integers(0, 99))
def test_blind_to_order_and_the_same_after_json(seed, mix):
    given_facts, in_force = tiny_round(seed)
    raw = shuffled(json.loads(json.dumps(plain(given_facts))), seed=mix)
    assert recommend(msgspec.convert(raw, AllocationFacts), in_force) == recommend(given_facts, in_force)


@settings(max_examples=15)
@given(st.integers(2000, 3000), st.sampled_from(["by_rank", "by_rank_with_best_start"]))
def test_by_rank_is_feasible_and_never_above_best_value(seed, method):
    given_facts, in_force = tiny_round(seed)
    in_force = msgspec.structs.replace(in_force, method=method)
    made = recommend(given_facts, in_force)
    assert faults(given_facts, in_force, made) == []
    assert made.objective <= made.other_methods["best_value"].objective <= made.bound


@settings(max_examples=15)
@given(st.integers(3000, 4000))
def test_another_server_never_lowers_the_optimum(seed):
    given_facts, in_force = tiny_round(seed)
    in_force = msgspec.structs.replace(in_force, largest_share="1", share_penalty=0)
    more = msgspec.structs.replace(given_facts, pools=(*given_facts.pools, pool("z", "H200", (1,))))
    assert recommend(more, in_force).objective >= recommend(given_facts, in_force).objective


@pytest.mark.long
def test_compiled_and_plain_runs_give_the_same_bytes():
    pytest.importorskip("numba", reason="the compiler is an extra")
    given_facts, in_force = tiny_round(7)  # compiling takes the time, not the round
    plain_run = recommend(given_facts, in_force, effort=Effort(50, 200, compiled=False))
    assert recommend(given_facts, in_force, effort=Effort(50, 200, compiled=True)) == plain_run


def test_progress_can_stop_the_search_and_the_plan_is_still_sound():
    given_facts = facts([application(n, servers=2) for n in range(6)])
    made = recommend(given_facts, rules(), progress=lambda _stage, _figure: False)
    assert faults(given_facts, rules(), made) == []


def test_all_ties_are_settled_by_the_published_order():
    rows = [application(n, weeks=6, latest_week=0) for n in range(7)]
    made = recommend(facts(rows), rules(tie_break=("arrived_at",)))
    assert [grant.application for grant in made.grants] == ["a0", "a1", "a2"]
    assert [reason.detail["waiting_list_place"] for reason in made.reasons] == ["1", "2", "3", "4"]


def test_weeks_without_capacity_are_left_empty():
    quiet = pool(
        in_service=(InService(from_week=0, servers=3), InService(from_week=2, servers=0), InService(from_week=3, servers=3))
    )
    made = recommend(facts([application(n, weeks=3, latest_week=5) for n in range(3)], [quiet]), rules())
    assert {grant.from_week for grant in made.grants} == {3}


def test_an_option_beyond_the_horizon_counts_to_its_end():
    made = recommend(facts([application(0, weeks=40)]), rules())
    assert (made.grants[0].to_week, made.grants[0].value, made.sector_use) == (40, 4800, {"s": 48})


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"earliest_week": 6, "latest_week": 9}, "outside_window"),
        ({"models": {"GB300": "1"}}, "no_capacity_of_model"),
        ({"servers": 4, "minimum_servers": 4}, "larger_than_every_pool"),
        ({"servers": 3, "minimum_servers": 3, "pod": "required"}, "larger_than_every_pod"),
        ({"score": "0"}, "worth_nothing"),
        ({"servers": 2, "minimum_servers": 2, "latest_week": 0, "weeks": 6}, "no_free_window"),
    ],
)
def test_what_no_price_could_change_is_said(changes, code):
    blocked = pool(
        pods=(2, 1),
        outages=(Outage(server="p/p0/001", from_week=2, to_week=3), Outage(server="p/p1/001", from_week=4, to_week=5)),
    )
    made = recommend(facts([application(0, **changes)], [blocked]), rules())
    assert [reason.code for reason in made.reasons] == [code]


def test_a_sector_nobody_applies_in_is_a_reported_deviation():
    sectors = (Sector(id="s", share="0.5", floor="0", ceiling="1"), Sector(id="empty", share="0.5", floor="0.25", ceiling="1"))
    made = recommend(facts([application(0, servers=3)], sectors=sectors), rules(share_penalty=1))
    assert [(reason.item, reason.code, reason.detail["off_by_gpu_weeks"]) for reason in made.reasons] == [
        ("empty", "share_below_floor", "12")
    ]
