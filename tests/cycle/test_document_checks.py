"""What a bidder's documents and measured values are is for the office to say, of every proposal, before the ranking is filed."""

import pytest

from dure.formats.errors import BadInput, Refused
from inputs import valid
from world import NOW

PANEL, DAY = "panel-call-2", "2026-07-05"


def facts(world):
    return world.facts("evaluation", PANEL, DAY)["proposals"]


@pytest.fixture
def scored(world):
    """The second call has closed and its panel is locked; nobody has looked at the documents."""
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


def test_what_was_found_stands_in_the_facts_and_a_later_finding_counts(scored):
    check(
        scored,
        {"proposal": "call-2-alpha", "gate": "pass", "values": {"price": "2"}},
        {"proposal": "call-2-beta", "gate": "pass"},
    )
    check(scored, {"proposal": "call-2-beta", "gate": "fail"})
    assert {each["id"]: (each["gate"], each["values"]) for each in facts(scored)} == {
        "call-2-alpha": ("pass", {"price": "2"}),
        "call-2-beta": ("fail", {}),
    }


def test_only_the_agency_and_only_proposals_of_the_call(scored):
    with pytest.raises(Refused):
        check(scored, {"proposal": "call-2-alpha", "gate": "pass"}, by="alpha-1")
    with pytest.raises(BadInput) as refused:
        check(scored, {"proposal": "call-1-alpha", "gate": "pass"})
    assert refused.value.code == "unknown_id"
