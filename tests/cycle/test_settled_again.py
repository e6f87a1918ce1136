"""A month that is settled again asks nobody twice: what the later settlement says takes the place of the earlier one."""

from dure.cycle.stem import rebalancing
from dure.records.settlement import queries
from dure.records.settlement.models import Clawback, ProviderStatement
from world import MONTH, PROVIDERS, grant


def due():
    return {each: queries.due_of([each]) for each in ("lab", "firm", "institute")}


def clawed():
    return {each.grant_id: each.amount for each in queries.clawbacks()}


def test_nobody_gives_back_twice_and_no_provider_is_owed_twice(world):
    world.act("confirm_off_purpose", "2026-06-11", grant=grant("a-firm"), confirmed_on="2026-04-20", share="0.1", evidence="기록")
    world.decide("settlement", MONTH, "2026-06-12")
    once, back = due(), clawed()
    assert set(back) == {grant("a-firm")}
    world.decide("settlement", MONTH, "2026-06-13")
    assert (due(), clawed()) == (once, back)
    assert Clawback.objects.count() == 2, "the earlier one is kept, and counts no more"
    states = queries.with_state(ProviderStatement.objects.all()).values_list("provider", "state")
    expected = {"in_force": 1, "replaced": 2}
    assert sorted(states) == sorted((each, state) for each in PROVIDERS for state, n in expected.items() for _ in range(n))


def test_what_is_no_longer_confirmed_is_no_longer_to_be_given_back(world):
    world.act("confirm_off_purpose", "2026-06-11", grant=grant("a-firm"), confirmed_on="2026-04-20", share="0.1", evidence="기록")
    world.decide("settlement", MONTH, "2026-06-12")
    before = due()["firm"]
    (back,) = clawed().values()
    world.act("confirm_off_purpose", "2026-06-13", grant=grant("a-firm"), confirmed_on="2026-04-20", share="0", evidence="정정")
    world.decide("settlement", MONTH, "2026-06-14")
    assert clawed() == {}
    assert due()["firm"] == before - back


def test_a_later_finding_leaves_that_of_another_month_as_it_was(world):
    finding = {"grant": grant("a-firm"), "share": "0.1", "evidence": "기록"}
    world.act("confirm_off_purpose", "2026-06-11", confirmed_on="2026-04-20", **finding)
    world.decide("settlement", MONTH, "2026-06-12")
    (back,) = clawed().values()
    world.act("confirm_off_purpose", "2026-06-13", confirmed_on="2026-06-12", **{**finding, "share": "0.5"})
    world.decide("settlement", MONTH, "2026-06-14")
    assert list(clawed().values()) == [back]


def test_each_finding_is_told_to_the_reclaim_and_one_that_was_taken_back_is_not(world):
    finding = {"grant": grant("a-firm"), "evidence": "기록"}
    for day, share in (("2026-05-20", "0.1"), ("2026-06-11", "0.5"), ("2026-06-12", "0.2"), ("2026-06-12", "0")):
        world.act("confirm_off_purpose", "2026-06-13", confirmed_on=day, share=share, **finding)
    told = rebalancing.facts("round-1", world.context("agency-1", "2026-06-14"))["off_purpose"]
    assert [each["confirmed_on"] for each in told if each["lease"] == grant("a-firm")][-2:] == ["2026-05-20", "2026-06-11"]
