"""Nobody gives points to an item of their own organisation: neither an evaluator, nor the agency in an evaluator's name."""

import pytest
from django.db import transaction

from dure.formats.errors import BadInput
from dure.records.parties.models import Organisation
from world import EVALUATORS, JUDGED

BEFORE, DAY = "2026-06-10", "2026-07-02"
POINTS = {name: str(int(weight) - 1) for name, weight in JUDGED.items()}


@pytest.fixture
def undone(shared_world):
    """The filled world; whatever a test does in it is undone."""
    with transaction.atomic():
        yield shared_world
        transaction.set_rollback(True)


def seated(world, person, organisation, desk="provider"):
    world.seat_too(person, desk, organisation, BEFORE)


def handing_in(world, *, by, evaluator="e2", item="call-2-alpha", panel="panel-call-2"):
    """The code of the refusal, or `done`."""
    given = {"panel": panel, "evaluator": evaluator, "item": item, "points": POINTS}
    return code_of(lambda: world.do("submit_score_sheet", given, by=by, at=DAY))


def code_of(do):
    try:
        with transaction.atomic():
            do()
    except BadInput as refusal:
        return refusal.code
    return "done"


def test_the_agency_hands_in_no_sheet_on_an_item_of_its_own(undone):
    seated(undone, "agency-2", "alpha")
    assert handing_in(undone, by="agency-2") == "beneficiary"
    assert handing_in(undone, by="agency-2", item="call-2-beta") == "beneficiary", "a rival's points are a gain, too"
    assert handing_in(undone, by="agency-1") == "done"


def test_an_evaluator_judges_no_item_of_their_own_whoever_hands_the_sheet_in(undone):
    seated(undone, "reviewer-2", "alpha", desk="applicant")
    assert handing_in(undone, by="reviewer-2") == "beneficiary"
    assert handing_in(undone, by="agency-1") == "beneficiary"
    assert handing_in(undone, by="agency-1", evaluator="e3") == "done"


def test_nor_one_of_the_same_group(undone):
    Organisation.objects.filter(pk__in=["alpha", "shop"]).update(group="owner-of-both")
    seated(undone, "agency-2", "shop", desk="applicant")
    assert handing_in(undone, by="agency-2") == "beneficiary"


def test_the_same_holds_for_applications(undone):
    undone.act(
        "seat_panel", "2026-07-01", id="panel-again", kind="application", call="users-1", draw_seed="seed",
        seats=dict.fromkeys(EVALUATORS),
        criteria=[{"id": name, "weight": weight, "kind": "judged"} for name, weight in JUDGED.items()],
    )  # fmt: skip
    seated(undone, "agency-2", "firm", desk="applicant")
    assert handing_in(undone, by="agency-2", item="a-firm", panel="panel-again") == "beneficiary"
    assert handing_in(undone, by="agency-2", item="a-lab", panel="panel-again") == "done"


def test_the_points_of_a_site_visit_are_entered_by_somebody_else(undone):
    seated(undone, "agency-2", "alpha")
    given = {"panel": "panel-call-2", "item": "call-2-alpha", "points": "14", "visited_on": DAY}
    assert code_of(lambda: undone.do("record_site_visit", given, by="agency-2", at=DAY)) == "beneficiary"
    assert code_of(lambda: undone.do("record_site_visit", given, by="agency-1", at=DAY)) == "done"
