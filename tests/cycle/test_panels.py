"""Who may sit on a panel, how many it takes, and how somebody is replaced while it scores."""

import pytest
from django.db import transaction
from django.urls import reverse

from dure.cycle.evidence.exporting import export
from dure.decisions.evaluation.call import sheets_needed
from dure.evidence.archive import Archive
from dure.evidence.holding import Held
from dure.evidence.records import register, review
from dure.evidence.trust import Trust
from dure.formats.errors import BadInput
from dure.formats.stages.evaluation import EvaluationRules
from dure.portal.subjects.notifications.texts import leads_to
from dure.records.notifications.models import Notification
from dure.records.parties import queries as parties
from dure.records.parties.models import Organisation
from dure.records.review import access, queries
from inputs import third
from world import EVALUATORS, JUDGED, NOW, PROVIDERS, check_proposals, iso, moment

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


def seating(world, person, **given):
    """The code and place of the refusal of a panel on which that person sits."""
    with pytest.raises(BadInput) as refusal, transaction.atomic():
        seat(world, {**dict.fromkeys(EVALUATORS), "e1": person}, **given)
    return refusal.value.code, refusal.value.where


def replacing(world, *, at=NOW, evaluator="e2", person="reviewer-3", code="e6"):
    return world.act("replace_evaluator", at, panel=PANEL, evaluator=evaluator, person=person, code=code)


def refused_replacing(world, **given):
    with pytest.raises(BadInput) as refusal, transaction.atomic():
        replacing(world, **given)
    return refusal.value


def offered(kind):
    return set(access.may_judge(kind).values_list("username", flat=True))


class TestWhoJudges:
    def test_somebody_without_the_reviewers_desk_is_not_seated(self, undone):
        assert seating(undone, "lab-1") == ("no_reviewer", "seats")
        assert seating(undone, "agency-2") == ("no_reviewer", "seats")

    @pytest.mark.parametrize("organisation", ["alpha", "beta"])
    def test_nobody_of_a_provider_judges_proposals_whether_it_has_bid_or_not(self, undone, organisation):
        undone.seat_too("reviewer-1", "provider", organisation, NOW)
        assert seating(undone, "reviewer-1") == ("could_hand_in", "seats")
        given = {"id": "call-3", "title": {"ko": "공모"}, "budget": 1000, "opened_at": iso(NOW), "closes_at": iso("2026-08-01")}
        undone.act("open_provider_call", NOW, **given)
        assert seating(undone, "reviewer-1", call="call-3") == ("could_hand_in", "seats"), "as where the provider has bid"
        assert offered("proposal") == {"reviewer-2"}

    def test_nobody_of_an_applicant_judges_applications(self, undone):
        undone.seat_too("reviewer-1", "applicant", "lab", NOW)
        assert seating(undone, "reviewer-1", kind="application", call="users-2") == ("could_hand_in", "seats")
        assert offered("application") == {"reviewer-2"}
        assert offered("proposal") == {"reviewer-1", "reviewer-2"}
        assert seat(undone, {**dict.fromkeys(EVALUATORS), "e1": "reviewer-1"})

    def test_nor_somebody_of_the_same_group(self, undone):
        Organisation.objects.filter(pk__in=["alpha", "shop"]).update(group="owner-of-both")
        undone.seat_too("reviewer-1", "applicant", "shop", NOW)
        assert seating(undone, "reviewer-1") == ("could_hand_in", "seats")
        assert offered("proposal") == {"reviewer-2"}


class TestReplacing:
    @pytest.fixture(autouse=True)
    def another(self, undone):
        third(undone)

    def judges(self, name):
        return set(access.visible_panels(parties.person(name)).filter(locked_at=None).values_list("pk", flat=True))

    def test_the_new_evaluator_judges_and_the_other_no_longer(self, undone):
        assert self.judges("reviewer-2") == {PANEL}
        replacing(undone)
        assert self.judges("reviewer-2") == set()
        assert self.judges("reviewer-3") == {PANEL}
        given = {"panel": PANEL, "item": ITEMS[0], "points": POINTS}
        undone.act("submit_score_sheet", SCORED, by="reviewer-3", evaluator="e6", **given)
        assert refused(undone, "submit_score_sheet", SCORED, evaluator="e2", **given).code == "unknown_id"
        told = Notification.objects.filter(kind="panel_seat", about=f"panel/{PANEL}", person__username="reviewer-3")
        assert [leads_to({"about": each.about, "kind": each.kind}, each.person) for each in told] == [reverse("reviewer:list")]

    def test_what_the_other_stepped_back_from_is_judged_by_the_new_one(self, undone):
        undone.act("declare_conflict", NOW, by="reviewer-2", panel=PANEL, evaluator="e2", item=ITEMS[0], reason="이해관계")
        replacing(undone)
        check_proposals(undone, "call-2", SCORED)
        hand_in(undone, [*EVALUATORS[:1], *EVALUATORS[2:], "e6"])
        undone.act("lock_panel", SCORED, panel=PANEL)
        facts = queries.evaluation_facts(queries.panel(PANEL), items=[{"id": each} for each in ITEMS])
        assert facts["evaluators"] == ["e1", "e3", "e4", "e5", "e6"], "those who sit there, and nobody in whose place they sit"
        assert facts["recusals"] == []
        ranking = undone.decide("evaluation", PANEL, SCORED, approved_by="agency-2")["ranking"]
        assert {each["values_kept"] for each in ranking} == {3}

    def test_whoever_has_handed_in_a_sheet_stays(self, undone):
        hand_in(undone, ["e2"], items=ITEMS[:1])
        refusal = refused_replacing(undone, at=SCORED)
        assert (refusal.code, refusal.where) == ("has_handed_in", "evaluator")
        assert refusal.todo

    def test_whoever_has_or_had_a_seat_gets_no_second_one(self, undone):
        refusal = refused_replacing(undone, person="reviewer-1")
        assert (refusal.code, refusal.where) == ("seated_already", "person")
        replacing(undone)
        assert refused_replacing(undone, evaluator="e3", person="reviewer-2", code="e7").code == "seated_already"

    def test_nobody_is_replaced_twice_nor_under_a_code_that_was_used(self, undone):
        assert refused_replacing(undone, code="e3").code == "id_taken"
        assert refused_replacing(undone, evaluator="e9").code == "unknown_id"
        replacing(undone)
        assert refused_replacing(undone, person="reviewer-2", code="e7").code == "unknown_id"
        assert refused_replacing(undone, evaluator="e6", person="reviewer-2", code="e2").code == "id_taken"

    def test_who_may_not_be_seated_is_seated_in_nobodys_place(self, undone):
        assert refused_replacing(undone, person="lab-1").code == "no_reviewer"
        undone.seat_too("reviewer-3", "provider", "beta", NOW)
        assert refused_replacing(undone).code == "could_hand_in"

    def test_the_seat_that_was_left_is_in_the_export_and_held_to_its_act(self, undone, tmp_path):
        undone.act("declare_conflict", NOW, by="reviewer-2", panel=PANEL, evaluator="e2", item=ITEMS[0], reason="이해관계")
        replacing(undone)
        check_proposals(undone, "call-2", SCORED)
        hand_in(undone, [*EVALUATORS[:1], *EVALUATORS[2:], "e6"])
        undone.act("lock_panel", SCORED, panel=PANEL)
        undone.decide("evaluation", PANEL, SCORED, approved_by="agency-2")
        path = tmp_path / "evidence.zip"
        with path.open("wb") as file:
            export(file, book=undone.book, at=moment("2026-07-06"))
        held = Held(Archive(path), Trust(), None)
        assert [*register.panels(held), *review.sheets(held)] == []
        left = [row for row in held.table("seats") if row["left_at"]]
        assert [(row["panel"], row["code"]) for row in left] == [(PANEL, "e2")]
        at, left[0]["left_at"] = left[0]["left_at"], None
        assert [each.where for each in register.panels(held)] == [f"seats of {PANEL}", f"seats of {PANEL}, left at {at}"]
