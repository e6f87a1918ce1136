"""Years side by side: each appropriation has its own budget, and a call is paid out of the one that was there when it opened."""

from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

import factories as make
from acting import acting_as_the_app
from dure.cycle.filing import file_decision
from dure.evidence.history.money import divided_by
from dure.formats.errors import BadInput
from dure.records.funding import queries
from world import NOW, World, enter_people, finish_second_call, judge_proposals, moment, open_provider_call, propose

FIRST, LATER = "2026-01-03", "2026-06-09"


def lines():
    """Every line by appropriation and name, with what it has and what it committed."""
    return {
        (str(each.appropriation.appropriated_on), each.name): (each.amount, each.committed_amount) for each in queries.lines()
    }


def appropriate(world, amount, at=NOW, **more):
    return world.act("appropriate", at, by="ministry-1", amount=amount, appropriated_on=LATER, **more)


def test_a_later_budget_leaves_the_first_ones_lines_as_they_were(world):
    before = lines()
    appropriate(world, 3_000_000_000)
    made = world.decide("budget", LATER, NOW)
    assert made["appropriation_amount"] == 3_000_000_000
    assert made["committed_amount"] == 0, "what was committed out of the first is the first's"
    after = lines()
    assert {key: value for key, value in after.items() if key[0] == FIRST} == before
    assert sum(amount for (day, _line), (amount, _committed) in after.items() if day == LATER) == 3_000_000_000
    again = world.facts("budget", FIRST, NOW)
    assert (again["appropriation_amount"], len(again["commitments"])) == (2_000_000_000, sum(1 for _ in queries.commitments()))


def test_a_call_is_paid_out_of_the_appropriation_that_was_there_when_it_opened(world):
    """The second call opened on the first of June, before the later appropriation; the first's lines pay it."""
    appropriate(world, 3_000_000_000)
    world.decide("budget", LATER, NOW)
    before = lines()
    finish_second_call(world)
    after = lines()
    changed = {day for (day, line), figures in after.items() if figures != before[day, line]}
    assert changed == {FIRST}


def test_a_wrong_amount_is_corrected_until_a_budget_divides_it(world):
    appropriate(world, 3_000)
    with pytest.raises(BadInput) as refused:
        appropriate(world, 3_000_000_000)
    assert refused.value.code == "id_taken"
    with pytest.raises(BadInput) as refused:
        appropriate(world, 3_000_000_000, instead_of=2_999)
    assert refused.value.code == "stale"
    appropriate(world, 3_000_000_000, instead_of=3_000)
    assert queries.appropriation(programme=world.book.programme, appropriated_on=moment(LATER).date()).amount == 3_000_000_000
    world.decide("budget", LATER, NOW)
    with pytest.raises(BadInput) as refused:
        appropriate(world, 4_000_000_000, instead_of=3_000_000_000)
    assert refused.value.code == "not_now"


def test_a_budget_of_an_amount_that_was_corrected_since_takes_no_effect(world):
    appropriate(world, 3_000)
    waiting = world.file("budget", LATER, NOW)
    appropriate(world, 3_000_000_000, instead_of=3_000)
    with pytest.raises(BadInput) as refused:
        world.approve(waiting, NOW)
    assert refused.value.code == "stale"


def test_the_apps_log_in_corrects_by_the_act_alone(world):
    appropriate(world, 3_000)
    with acting_as_the_app():
        appropriate(world, 3_500, at=timezone.now(), instead_of=3_000)
    raised = "UPDATE funding_appropriation SET amount = 4000 WHERE appropriated_on = %s; SET CONSTRAINTS ALL IMMEDIATE"
    with (
        acting_as_the_app(),
        connection.cursor() as cursor,
        transaction.atomic(),
        pytest.raises(IntegrityError, match="by an act"),
    ):
        cursor.execute(raised, [LATER])


@pytest.mark.django_db
def test_nothing_is_awarded_before_the_money_is_divided(book):
    """The approval is refused in a sentence, and carries nothing out."""
    world = World(book)
    make.the("agency")
    enter_people(world)
    world.act("appropriate", FIRST, by="ministry-1", amount=2_000_000_000, appropriated_on=FIRST)
    for model in ("B200", "H200"):
        world.act("add_gpu_model", FIRST, id=model, relative_compute="1", gpus_per_server=8)
    open_provider_call(world, "call-1", "2026-01-05", "2026-02-02")
    propose(world, "call-1", "2026-01-20")
    judge_proposals(world, "call-1", "2026-02-03")
    waiting = world.file("portfolio", "call-1", "2026-02-10")
    with pytest.raises(BadInput) as refused:
        world.approve(waiting, "2026-02-11")
    assert refused.value.code == "no_budget"


def test_a_budget_that_was_filed_about_the_programme_still_divides_its_latest_appropriation(world):
    """As budgets were filed until November 2026; evidence reads them so, too."""
    appropriate(world, 3_000_000_000)
    facts = {key: value for key, value in world.facts("budget", LATER, NOW).items() if key not in {"stage", "version"}}
    programme, before = world.book.programme, lines()
    seq = file_decision("budget", "budget", programme, facts, context=world.context("agency-1", NOW)).seq
    world.approve(seq, NOW)
    assert {key: value for key, value in lines().items() if key[0] == FIRST} == before
    assert sum(amount for (day, _line), (amount, _committed) in lines().items() if day == LATER) == 3_000_000_000
    acts = [
        {"command": "appropriate", "given": {"appropriated_on": day}, "at": f"{day}T09:00:00+00:00"} for day in (FIRST, LATER)
    ]
    held = SimpleNamespace(manifest={"programme": programme}, table={"acts": acts}.get)
    filed = {FIRST: "2026-01-04T10:00:00+00:00", LATER: "2026-06-10T10:00:00+00:00"}
    for day, at in filed.items():
        assert divided_by(held, {"subject": programme}, {"at": at}) == day
        assert divided_by(held, {"subject": day}, {"at": at}) == day
