"""Outcomes are of their period: what was used and achieved in it, and no result counts twice."""

import pytest
from django.utils.translation import override

from dure.cycle.stem.periods import outermost
from dure.formats.errors import BadInput
from dure.portal.kit.refusals.saying import say
from dure.portal.subjects.programme.brief import brief, figures
from dure.records.operation.models import UsageRecord
from world import GRANTED, MONTH, NEXT_MONTH, NOW, grant, meter, moment


def refusal(act, *arguments, **given):
    with pytest.raises(BadInput) as refused:
        act(*arguments, **given)
    return refused.value.code


def report(world, name, **given):
    result = {"id": f"a-lab-{name}", "grant": grant("a-lab"), "kind": "patent", "count": 1, "evidence": name, **given}
    return world.act("report_achievement", NOW, by="lab-1", **result)


def told(world, period, at=NOW):
    facts = world.facts("outcomes", period, at)
    hours = {each["id"]: each["gpu_hours"] for each in facts["grants"]}
    return hours[grant("a-lab")], {each["id"] for each in facts["achievements"]}


def test_hours_and_results_are_those_of_the_period(world):
    report(world, "of-may", achieved_on="2026-05-31")
    report(world, "of-today")
    before = told(world, MONTH)
    assert before[1] == {"a-lab-paper-1", "a-lab-paper-2"}
    assert float(before[0]) > 0
    meter(world, NEXT_MONTH, NOW, hours=60)
    assert told(world, MONTH) == before, "what comes later changes no period that is over"
    may, results = told(world, NEXT_MONTH)
    assert results == {"a-lab-of-may"}
    assert 0 < float(may) != float(before[0])
    meter(world, "2026-06", "2026-07-01")
    june, _results = told(world, "2026-06", "2026-07-01")
    quarter, results = told(world, "2026-Q2", "2026-07-01")
    assert results == {"a-lab-paper-1", "a-lab-paper-2", "a-lab-of-may", "a-lab-of-today"}
    assert float(quarter) == float(before[0]) + float(may) + float(june)


def test_the_report_is_the_one_due_at_the_end_of_the_period(world):
    def due(period):
        return {each["report_due_on"] for each in world.facts("outcomes", period, "2026-07-01")["grants"]}

    for month in (NEXT_MONTH, "2026-06"):
        meter(world, month, "2026-07-01")
    assert due("2026-Q2") == {"2026-06-15"}, "none is due later yet"
    world.act("ask_for_reports", NOW, round="round-1", due_on="2026-07-15")
    world.act("ask_for_reports", NOW, round="round-1", due_on="2027-01-15")
    assert due(MONTH) == {"2026-06-15"}
    assert due("2026-Q2") == {"2026-07-15"}


def test_a_period_that_is_not_over_has_no_outcomes_yet(world):
    for period in ("2026-06", "2026-Q2", "2026-H1", "2026"):
        assert refusal(world.file, "outcomes", period, NOW) == "period_not_over"
    assert refusal(world.file, "outcomes", "2026-01", NOW) == "empty_period"


def test_hours_that_nobody_metered_are_not_none(world):
    """As none they would raise the yield of their sector: which month, and whose hours, is said instead."""
    with pytest.raises(BadInput) as refused:
        world.file("outcomes", "2026-Q2", "2026-07-01")
    assert (refused.value.code, refused.value.where) == ("not_metered", f"month {NEXT_MONTH}")
    assert all(grant(each) in refused.value.what for each in GRANTED)
    with override("ko"):
        assert all(word in say(refused.value) for word in ("2026-05", grant("a-lab"), "계측을 상신"))
    meter(world, NEXT_MONTH, "2026-07-01")
    assert refusal(world.file, "outcomes", "2026-Q2", "2026-07-01") == "not_metered", "June is missing yet"
    meter(world, "2026-06", "2026-07-01")
    UsageRecord.objects.filter(grant=grant("a-firm"), entry=world.filed["metering", NEXT_MONTH]).update(superseded_at=moment(NOW))
    with pytest.raises(BadInput, match=f"of {grant('a-firm')} are not metered"):
        world.file("outcomes", "2026-Q2", "2026-07-01")
    assert world.file("outcomes", "2026-06", "2026-07-01"), "a month without it has all its hours"


def test_a_result_has_a_day_on_which_its_grant_had_servers(world):
    assert refusal(report, world, "early", achieved_on="2026-04-05") == "before_the_grant"
    assert refusal(report, world, "late", achieved_on="2026-06-11") == "not_yet"
    report(world, "first", achieved_on="2026-04-06")


def test_nobody_learns_by_trying_ids_what_others_reported(world):
    given = {"grant": grant("a-firm"), "kind": "paper", "count": 1}
    for taken in ("a-lab-paper-1", "a-lab-never"):
        assert refusal(world.act, "report_achievement", NOW, by="firm-1", id=taken, **given) == "id_not_own"


def test_a_month_is_not_counted_again_beside_its_year(world):
    assert outermost(["2026-05", "2026", "2027-01", "2026-Q2", "2025-H2"]) == ["2025-H2", "2026", "2027-01"]
    one = brief("outcomes", figures())
    assert "1" in one
    world.act("verify_achievements", "2026-07-01", achievements=["a-lab-paper-2"])
    for month in (NEXT_MONTH, "2026-06"):
        meter(world, month, "2026-07-01")
    world.decide("outcomes", "2026-Q2", "2026-07-02")
    assert brief("outcomes", figures()) == one, "the quarter holds its month; equal evidence counts once"
