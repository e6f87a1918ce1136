"""What a bidder's documents and measured values are is for the office to say, of every proposal, before the ranking is filed."""

import pytest
from django.utils import translation

from dure.cycle.supply.call import checked
from dure.formats.errors import BadInput, Refused
from dure.portal.subjects.acts.refusing import in_words
from dure.portal.subjects.objects.pages import KINDS
from dure.records.notifications.models import Notification
from dure.records.parties.models import Person
from dure.records.procurement import actions
from dure.records.procurement.models import Call, Proposal
from dure.records.review import queries
from dure.records.review.models import Panel
from inputs import valid
from world import EVALUATORS, NOW, finish_second_call, moment, score_second_call

PANEL, DAY = "panel-call-2", "2026-07-05"


def facts(world):
    return world.facts("evaluation", PANEL, DAY)["proposals"]


@pytest.fixture
def scored(world):
    """The second call has closed and its panel is locked; nobody has looked at the documents."""
    score_second_call(world)
    world.act("lock_panel", DAY, panel=PANEL)
    return world


def check(world, *checks, by="agency-1"):
    return world.act("check_proposals", DAY, by=by, call="call-2", checks=list(checks))


def test_a_bidder_cannot_say_it(world):
    given = valid(world)["submit_proposal"].given
    for told in ({"gate": "pass"}, {"values": {"price": "1"}}):
        with pytest.raises(BadInput, match="unknown field"):
            world.act("submit_proposal", NOW, by="alpha-1", **given, **told)


def test_nothing_is_ranked_before_every_proposal_was_checked(scored):
    check(scored, {"proposal": "call-2-alpha", "gate": "pass"})
    with pytest.raises(BadInput) as refused:
        facts(scored)
    assert (refused.value.code, refused.value.where) == ("documents_not_checked", "proposal call-2-beta")


def seat_with_price(world):
    """A panel of the same call that computes points from the price."""
    price = {"id": "price", "weight": "10", "kind": "computed", "reference": "5"}
    criteria = [{"id": "plan", "weight": "90", "kind": "judged"}, price]
    world.act("seat_panel", DAY, id="panel-again", kind="proposal", call="call-2", criteria=criteria, draw_seed="again",
              seats=dict.fromkeys(EVALUATORS))  # fmt: skip


def test_what_was_found_stands_in_the_facts_and_a_later_finding_counts(scored):
    seat_with_price(scored)
    check(
        scored,
        {"proposal": "call-2-alpha", "gate": "pass", "values": {"price": "2"}},
        {"proposal": "call-2-beta", "gate": "pass"},
    )
    check(scored, {"proposal": "call-2-beta", "gate": "fail", "reason": "재무제표가 없습니다."})
    assert {each["id"]: (each["gate"], each["values"]) for each in facts(scored)} == {
        "call-2-alpha": ("pass", {"price": "2"}),
        "call-2-beta": ("fail", {}),
    }


@pytest.mark.parametrize("criterion", ["colour", "plan"])
def test_a_value_is_for_a_criterion_that_the_calls_panel_computes(scored, criterion):
    seat_with_price(scored)
    with pytest.raises(BadInput) as refused:
        check(scored, {"proposal": "call-2-alpha", "gate": "pass", "values": {"price": "2", criterion: "3"}})
    assert (refused.value.code, refused.value.where) == ("wrong_criteria", f"proposal call-2-alpha, values, {criterion}")
    assert refused.value.detail == {"criterion": criterion, "computed": "price"}
    with translation.override("ko"):
        assert f"{criterion}은(는) 평가위원회가 측정값으로 계산하는 평가 항목이 아닙니다" in in_words(refused.value)
    assert checked(scored.book.programme, "call-2") == {}


def test_a_panel_that_computes_nothing_takes_no_value(scored):
    with pytest.raises(BadInput) as refused:
        check(scored, {"proposal": "call-2-alpha", "gate": "pass", "values": {"price": "2"}})
    assert refused.value.code == "wrong_criteria"


def test_before_a_panel_is_seated_any_criterion_may_be_measured(scored, monkeypatch):
    monkeypatch.setattr(queries, "panels", lambda **_of: Panel.objects.none())
    check(scored, {"proposal": "call-2-alpha", "gate": "pass", "values": {"price": "2"}})
    assert checked(scored.book.programme, "call-2")["call-2-alpha"]["values"] == {"price": "2"}


def test_only_the_agency_and_only_proposals_of_the_call(scored):
    with pytest.raises(Refused):
        check(scored, {"proposal": "call-2-alpha", "gate": "pass"}, by="alpha-1")
    with pytest.raises(BadInput) as refused:
        check(scored, {"proposal": "call-1-alpha", "gate": "pass"})
    assert refused.value.code == "unknown_id"


def test_documents_fail_with_a_reason_and_their_provider_is_told(scored):
    with pytest.raises(BadInput) as refused:
        check(scored, {"proposal": "call-2-beta", "gate": "fail", "reason": " "})
    assert refused.value.code == "no_reason"
    check(scored, {"proposal": "call-2-beta", "gate": "fail", "reason": "재무제표가 없습니다."})
    told = Notification.objects.filter(kind="proposal_checked", about="proposal/call-2-beta")
    assert {each.person.username for each in told} == {"beta-1"}
    seen = {by: see(by) for by in ("beta-1", "agency-1", "alpha-1")}
    assert ("Document check", "Failed") in seen["beta-1"]
    assert ("What its documents lack", "재무제표가 없습니다.") in seen["beta-1"]
    assert seen["agency-1"] == seen["beta-1"]
    assert seen["alpha-1"] is None


def see(by):
    """What the page of the second call's proposal of `beta` tells that person, or nothing."""
    with translation.override("en"):
        found = KINDS["proposal"].see("call-2-beta", Person.objects.get(username=by))
        return None if found is None else [(str(label), str(value)) for label, value in found.facts]


def test_once_awards_are_made_nothing_is_checked_again(world):
    finish_second_call(world)
    with pytest.raises(Refused) as refused:
        check(world, {"proposal": "call-2-alpha", "gate": "pass"})
    assert refused.value.code == "not_now"


def test_what_a_bidder_told_of_itself_before_november_2026_counts_for_nothing(scored):
    """Only the office's own finding does."""
    for each in Proposal.objects.filter(call="call-2"):
        assert "gate" not in each.content
    actions.submit_proposal(
        call=Call.objects.get(pk="call-2"),
        id="older",
        provider="beta",
        content={"lots": [], "gate": "pass"},
        at=moment("2026-06-15"),
    )
    assert checked(scored.book.programme, "call-2") == {}


def test_nobody_checks_a_call_in_which_their_own_organisation_bids(scored):
    """Neither its own proposal nor a rival's: what fails a rival is a gain, too."""
    scored.act("give_role", DAY, person="agency-2", desk="provider", organisation="beta")
    scored.act("confirm_role", DAY, by="ministry-1", person="agency-2", desk="provider", organisation="beta")
    with pytest.raises(BadInput) as refused:
        check(scored, {"proposal": "call-2-alpha", "gate": "fail", "reason": "없음"}, by="agency-2")
    assert refused.value.code == "beneficiary"
