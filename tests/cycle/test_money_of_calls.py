"""A call asks for no more than the lines that pay it have left, and a selection beyond them is not filed."""

import pytest

import factories as make
from dure.cycle.supply import money
from dure.formats.errors import BadInput
from dure.records.funding import actions as funding
from dure.records.funding import queries
from dure.records.journal.models import Entry
from inputs import valid
from world import NOW, finish_second_call, moment


def left(world, at=NOW):
    return money.room_amount(money.lines_that_pay(world.book.programme, moment(at)))


def refused(act, *arguments, **given):
    with pytest.raises(BadInput) as found:
        act(*arguments, **given)
    return found.value.code


def test_a_call_is_opened_within_what_the_lines_have_left(world):
    opened = valid(world)["open_provider_call"].given
    assert left(world) == 1_600_000_000, "two thousand million, of which the first call's awards took four hundred"
    assert refused(world.act, "open_provider_call", NOW, **{**opened, "budget": left(world) + 1}) == "beyond_lines"
    world.act("open_provider_call", NOW, **{**opened, "budget": left(world)})


def test_where_no_budget_divides_the_money_a_call_may_be_opened(world):
    world.act("appropriate", NOW, by="ministry-1", amount=10, appropriated_on="2026-06-09")
    opened = valid(world)["open_provider_call"].given
    assert left(world) == 0
    assert not money.lines_that_pay(world.book.programme, moment(NOW))
    world.act("open_provider_call", NOW, **{**opened, "budget": 10**12})


def test_the_fullest_line_bounds_what_all_bear(world):
    lines = money.lines_that_pay(world.book.programme, moment(NOW))
    assert len(lines) > 1
    name, line = min(lines.items(), key=lambda each: each[1].amount)
    line.committed_amount = line.amount - 1
    whole = sum(each.amount for each in lines.values())
    assert money.room_amount(lines) == whole // lines[name].amount


def test_a_selection_beyond_the_lines_is_not_filed(world):
    """The second call may award a thousand million, which a new budget has left to no line."""
    finish_second_call(world, award=False)
    shrink(left_amount=100_000_000)
    before = Entry.objects.count()
    assert refused(world.file, "portfolio", "call-2", "2026-07-06") == "beyond_lines"
    assert Entry.objects.count() == before


def shrink(*, left_amount):
    """A new budget leaves each line what it has committed and its part of so much."""
    listed = list(queries.lines())
    whole = sum(each.amount for each in listed)
    sizes = {each.name: each.committed_amount + left_amount * each.amount // whole for each in listed}
    funding.set_lines(appropriation=listed[0].appropriation, lines=sizes, entry=make.approved_budget("2026-01-03", **sizes))
