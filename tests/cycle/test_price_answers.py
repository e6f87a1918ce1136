"""Where bidders match the lowest price, the office enters who does, and the selection goes by what was answered."""

import pytest

from dure.formats.errors import BadInput, Refused
from dure.records.procurement.models import Award, Proposal
from rules.test_every_rule_matters import with_value
from world import NOW, check_proposals, score_second_call

DAY, LATER = "2026-07-05", "2026-07-10"
PRICES = {"alpha": 200_000_000, "beta": 160_000_000}


def answer(world, name, *, matches, by="agency-1", at=DAY, lot="lot"):
    told = {"proposal": f"call-2-{name}", "lot": f"call-2-{name}-{lot}", "matches_lowest": matches}
    return world.act("note_price_answers", at, by=by, call="call-2", answers=[told])


@pytest.fixture
def ranked(world, monkeypatch):
    """Both bids of the second call are of one model and ranked, beta's the cheaper; the lowest price is to be matched."""

    def of_one_model(proposal):
        offered = dict(proposal.content)
        prices = [price for name, price in PRICES.items() if proposal.pk == f"call-2-{name}"]
        if prices:
            (lot,) = offered["lots"]
            step = {**lot["steps"][0], "price_amount": prices[0]}
            offered["lots"] = [{**lot, "gpu_model": "H200", "steps": [step]}]
        return offered

    monkeypatch.setattr(Proposal, "offered", property(of_one_model))
    check_proposals(world, "call-2", DAY)
    score_second_call(world)
    world.act("lock_panel", DAY, panel="panel-call-2")
    world.decide("evaluation", "panel-call-2", DAY, approved_by="agency-2")
    world.book = with_value(world.book, "portfolio/method", "lowest_price_matched")
    yield world
    world.book = with_value(world.book, "portfolio/method", "rank_walk")


def awarded():
    return {each.proposal_id: each.price_amount for each in Award.objects.filter(call="call-2")}


def test_who_has_not_answered_is_named_and_what_was_answered_decides(ranked):
    made = ranked.decide("portfolio", "call-2", LATER)
    assert [each["proposal"] for each in made["to_ask"]] == ["call-2-alpha"]
    assert awarded() == {"call-2-beta": 160_000_000}
    answer(ranked, "alpha", matches=False, at=LATER)
    answer(ranked, "alpha", matches=True, at=LATER)  # they thought again
    facts = ranked.facts("portfolio", "call-2", LATER)
    assert [lot["matches_lowest"] for each in facts["proposals"] for lot in each["lots"]] == [True]
    assert facts["gpu_models"]["H200"]["lowest_price"] == "500000"  # 160 million for 40 servers of eight
    ranked.decide("portfolio", "call-2", LATER)
    assert awarded() == {"call-2-alpha": 160_000_000, "call-2-beta": 160_000_000}


def test_a_selection_takes_no_effect_once_a_bidder_has_answered_otherwise(ranked):
    answer(ranked, "alpha", matches=True)
    waiting = ranked.file("portfolio", "call-2", LATER)
    answer(ranked, "alpha", matches=False, at=LATER)
    with pytest.raises(BadInput) as refused:
        ranked.approve(waiting, LATER)
    assert (refused.value.code, refused.value.where) == ("stale", "proposal call-2-alpha")
    assert awarded() == {}


def test_without_the_method_answers_are_kept_and_change_no_facts(ranked):
    answer(ranked, "alpha", matches=True)
    ranked.book = with_value(ranked.book, "portfolio/method", "rank_walk")
    facts = ranked.facts("portfolio", "call-2", LATER)
    assert not any("matches_lowest" in lot for each in facts["proposals"] for lot in each["lots"])
    assert not any("lowest_price" in model for model in facts["gpu_models"].values())


def test_answers_are_about_lots_that_there_are_in_calls_that_have_closed(world):
    with pytest.raises(BadInput) as refused:
        answer(world, "alpha", matches=True, lot="other")
    assert refused.value.code == "unknown_id"
    with pytest.raises((BadInput, Refused)):
        answer(world, "alpha", matches=True, at=NOW)
