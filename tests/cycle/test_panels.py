"""Who may sit on a panel, how many it takes, and how somebody is replaced while it scores."""

import pytest
from django.db import transaction

from dure.decisions.evaluation.call import sheets_needed
from dure.formats.errors import BadInput
from dure.formats.stages.evaluation import EvaluationRules
from world import EVALUATORS, JUDGED, NOW, PROVIDERS, check_proposals, moment

PANEL, SCORED = "panel-call-2", "2026-07-05"
POINTS = {name: str(int(weight) - 1) for name, weight in JUDGED.items()}
CRITERIA = [{"id": name, "weight": weight, "kind": "judged"} for name, weight in JUDGED.items()]
ITEMS = tuple(f"call-2-{each}" for each in PROVIDERS)


@pytest.fixture
def undone(shared_world):
    """The filled world; whatever a test does in it is undone."""
    with transaction.atomic():
        yield shared_world
        transaction.set_rollback(True)


def refused(world, command, at=NOW, /, **given):
    """The refusal of that act, of which nothing stays."""
    with pytest.raises(BadInput) as refusal, transaction.atomic():
        world.act(command, at, **given)
    return refusal.value


def seat(world, seats, *, panel="panel-new", kind="proposal", call="call-2", criteria=CRITERIA):
    given = {"id": panel, "kind": kind, "call": call, "criteria": criteria, "draw_seed": "seed", "seats": seats}
    return world.act("seat_panel", NOW, **given)


def hand_in(world, evaluators, *, panel=PANEL, items=ITEMS):
    for evaluator in evaluators:
        for item in items:
            world.act("submit_score_sheet", SCORED, panel=panel, evaluator=evaluator, item=item, points=POINTS)


class TestEnough:
    @pytest.mark.parametrize("sheets", [3, 4])
    def test_a_panel_that_can_be_locked_can_be_ranked(self, undone, sheets):
        """The book drops one highest and one lowest sheet of a proposal, and three must remain."""
        check_proposals(undone, "call-2", SCORED)
        hand_in(undone, EVALUATORS[:sheets])
        assert refused(undone, "lock_panel", SCORED, panel=PANEL).code == "too_few_sheets"
        hand_in(undone, EVALUATORS[sheets:])
        assert undone.act("lock_panel", SCORED, panel=PANEL) == PANEL
        assert undone.file("evaluation", PANEL, SCORED)

    def test_sheets_on_what_failed_its_check_are_not_enough(self, undone):
        hand_in(undone, EVALUATORS, items=["call-2-alpha"])
        failed = {"proposal": "call-2-alpha", "gate": "fail", "reason": "사업자등록증이 없습니다."}
        undone.act("check_proposals", SCORED, call="call-2", checks=[failed])
        assert refused(undone, "lock_panel", SCORED, panel=PANEL).code == "too_few_sheets"

    def test_a_panel_with_too_few_seats_is_not_seated(self, undone):
        few = dict.fromkeys(EVALUATORS[:4])
        refusal = refused(undone, "seat_panel", id="panel-new", kind="proposal", call="call-2", criteria=CRITERIA,
                          draw_seed="seed", seats=few)  # fmt: skip
        assert (refusal.code, refusal.where) == ("too_few_seats", "seats")
        assert "5" in str(refusal)

    def test_applications_have_a_rule_of_their_own(self, undone):
        assert seat(undone, dict.fromkeys(EVALUATORS[:3]), kind="application", call="users-2")

    def test_a_panel_that_judges_nothing_needs_no_sheets(self, undone):
        price = [{"id": "price", "weight": "10", "kind": "computed", "reference": "5"}]
        assert seat(undone, {"e1": None}, criteria=price)

    def test_before_the_rules_are_in_force_no_number_is_asked_for(self, undone):
        given = {
            "id": "early",
            "kind": "proposal",
            "call": "call-2",
            "criteria": CRITERIA,
            "draw_seed": "s",
            "seats": {"e1": None},
        }
        assert undone.act("seat_panel", "2025-05-01", **given) == "early"

    def test_how_many_an_item_needs_follows_from_both_rules(self, book):
        rules, _ = book.fill(EvaluationRules, on=moment(NOW).date())
        assert sheets_needed(rules, applications=False) == rules.minimum_values + 2
        assert sheets_needed(rules, applications=True) == rules.application_minimum_values
