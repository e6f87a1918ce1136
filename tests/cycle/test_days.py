"""A day is that of the programme's clocks: at half past midnight in Seoul the day has begun, although a clock in UTC says no."""

import datetime as dt

from dure.records.operation import queries
from dure.records.settlement import queries as settlement
from world import NEXT_MONTH, grant, usage_of

EARLY = dt.datetime(2026, 6, 9, 15, 30, tzinfo=dt.UTC)  # 00:30 on 10 June where the programme's clocks stand
DAY = dt.date(2026, 6, 10)


def test_the_day_of_an_act(world):
    assert world.context("lab-1", EARLY).day == DAY
    world.act("open_appeal", EARLY, by="institute-1", grant=grant("a-institute"), text="이의")
    (appeal,) = [each for each in queries.appeals() if each.grant_id == grant("a-institute")]
    assert appeal.opened_on == DAY


def test_the_day_of_an_approval(world):
    usage_of(world, NEXT_MONTH, "2026-06-08")
    world.decide("metering", NEXT_MONTH, "2026-06-08", by="operator-1", approved_by="agency-1")
    world.decide("burden", NEXT_MONTH, "2026-06-08")
    before = set(settlement.invoices().values_list("pk", flat=True))
    seq = world.file("settlement", NEXT_MONTH, "2026-06-08")
    world.approve(seq, EARLY)
    issued = [each.issued_on for each in settlement.invoices() if each.pk not in before]
    assert issued
    assert set(issued) == {DAY}
