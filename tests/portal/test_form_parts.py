"""The parts of a long form: which forms have them, what is in each, and how far a part is filled in."""

from types import SimpleNamespace

import pytest
from django.utils import translation

from dure.cycle.commands.registry import BY_NAME
from dure.portal.kit.form.fields import asked_of
from dure.portal.kit.form.tasks import LONGEST_WHOLE, PARTS, inputs, progress, sections

FORM = "submit_application"
SERVERS = {"models-count": "1", "models-0-models.key": "H200", "models-0-models.value": "1", "servers": "2"}


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def fields(command=FORM):
    return asked_of(BY_NAME[command].command)


def states(**typed):
    return [each.state for each in progress(FORM, fields(), typed).tasks]


def says(**typed):
    return progress(FORM, fields(), typed).says


def test_the_long_forms_have_parts_and_no_others():
    assert set(PARTS) == {name for name in BY_NAME if inputs(fields(name)) > LONGEST_WHOLE}


@pytest.mark.parametrize("command", PARTS)
def test_every_field_of_a_long_form_is_in_exactly_one_part(command):
    listed = [name for part in PARTS[command] for name in part.fields]
    assert sorted(listed) == sorted(each.name for each in fields(command))
    assert all(part.fields for part in PARTS[command])


def test_what_a_page_shows_is_grouped_in_the_order_of_the_parts():
    shown = [SimpleNamespace(path=each.name) for each in fields()]
    found = sections(FORM, shown)
    assert [each.id for each in found] == ["part-1", "part-2", "part-3", "part-4", "part-5"]
    assert [each.path for each in found[0].holds] == ["call", "organisation", "id"]
    assert sum(len(each.holds) for each in found) == len(shown)
    assert sections("open_user_call", [SimpleNamespace(path="id")]) == []
    assert progress("open_user_call", fields("open_user_call"), {}) is None


def test_a_part_is_not_started_in_progress_complete_or_optional():
    assert states() == ["Not started"] * 4 + ["Optional"]
    assert says() == "0 of 4 parts complete, 1 more optional"
    begun = states(weeks="12", title="Proteins", **SERVERS)
    assert begun[1] == "In progress: 2 answers are still needed"
    assert begun[2] == "In progress: 1 answer is still needed"
    assert begun[3] == "Complete"
    assert says(weeks="12") == "1 of 4 parts complete, 1 more optional"


def test_an_answer_that_cannot_be_taken_is_still_needed():
    assert states(weeks="twelve")[3] == "In progress: 1 answer is still needed"
    assert states(weeks="12", earliest_week="soon")[3] == "In progress: 1 answer is still needed"
    assert states(minimum_servers="1", **{**SERVERS, "models-0-models.value": "much"})[2].startswith("In progress: 1 answer")


def test_what_the_form_chose_by_itself_begins_no_part():
    assert states(pod="preferred")[2] == "Not started"
    assert states(pod="required")[2].startswith("In progress")


@pytest.mark.parametrize("typed", [{"large_project_plan": "yes"}, {"people": "jang"}])
def test_an_optional_part_counts_once_something_is_in_it(typed):
    assert states(**typed)[4] == "Complete"
    assert says(**typed) == "1 of 5 parts complete"
