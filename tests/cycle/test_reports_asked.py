"""A report is asked of whatever has begun by the day on which it is due."""

import datetime as dt

import pytest

import factories as make
from dure.cycle.commands.rows import Context
from dure.cycle.programme import book
from dure.cycle.stem.outcomes import ask_for_reports
from dure.formats.commands.operation import AskForReports
from dure.records.outcomes.models import Report


@pytest.mark.django_db
def test_what_begins_after_the_day_has_nothing_to_tell():
    round_ = make.round_()
    first, later = make.grant(round_), make.grant(round_, from_week=4, to_week=8)
    begins = later.during.lower.date()  # a Monday, where the clocks of the tests stand
    context = Context(book(), make.the("agency"), make.START)

    def asked(day):
        return ask_for_reports(AskForReports(round=round_.pk, due_on=day), context)

    assert asked(begins - dt.timedelta(days=1)) == 1
    assert asked(begins) == 2, "who begins on that day can tell of that day"
    assert [(each.grant_id, each.due_on) for each in Report.objects.order_by("due_on", "grant")] == [
        (first.pk, begins - dt.timedelta(days=1)), *((each, begins) for each in sorted([first.pk, later.pk]))
    ]  # fmt: skip
