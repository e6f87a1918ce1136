"""Awards at the lowest price: cases by hand, every way in which the open answers can come, and a checker that is not fooled."""

import itertools
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from decisions.portfolio_calls import MODELS, portfolio_facts, rules
from dure.checks.portfolio import faults
from dure.decisions.portfolio import recommend
from dure.formats.errors import Infeasible
from dure.formats.kinds import decimal_text
from dure.formats.stages.portfolio import GpuModel, PortfolioFacts, RankedLot, RankedProposal, Step
from shuffling import shuffled

replace = msgspec.structs.replace
ANSWERS = (None, True, False)


def matched(**changes):
    return rules(method="lowest_price_matched", **changes)


def answering(facts, answers):
    """The same facts with these answers, by `proposal/lot`."""
    return replace(
        facts,
        proposals=tuple(
            replace(p, lots=tuple(replace(lot, matches_lowest=answers.get(f"{p.id}/{lot.id}")) for lot in p.lots))
            for p in facts.proposals
        ),
    )


def names(facts):
    return [f"{p.id}/{lot.id}" for p in facts.proposals for lot in p.lots]


@st.composite
def asked_facts(draw, largest_budget=400):
    facts = draw(portfolio_facts(largest_budget=largest_budget))
    if draw(st.booleans()):
        models = {name: replace(model, lowest_price=draw(st.sampled_from([None, "1/3", "1"]))) for name, model in MODELS.items()}
        facts = replace(facts, gpu_models=models)
    return answering(facts, {name: draw(st.sampled_from(ANSWERS)) for name in names(facts)})


rule_sets = st.builds(
    matched,
    minimum_public_gpus=st.sampled_from([0, 0, 40]),
    largest_provider_share=st.sampled_from(["1", "0.6"]),
    minimum_cluster_servers=st.sampled_from([1, 5]),
    spc_first=st.booleans(),
)


def decided(facts, in_force):
    """The recommendation, or the code of the refusal."""
    try:
        return recommend(facts, in_force)
    except Infeasible as refusal:
        return refusal.code


def lot(name, model, *steps, matches=None, declined=False):
    made = tuple(Step(servers=servers, price_amount=price) for servers, price in steps)
    return RankedLot(
        id=name,
        gpu_model=model,
        gpus_per_server=8,
        steps=made,
        service_on="2025-12-01",
        matches_lowest=matches,
        declined=declined,
    )


def call(budget, *lots, models=MODELS):
    """One proposal per lot, ranked in the order given."""
    proposals = tuple(
        RankedProposal(id=f"p{rank}", provider=f"v{rank}", rank=rank, score="80", lots=(each,))
        for rank, each in enumerate(lots, 1)
    )
    facts = PortfolioFacts(stage="portfolio", version=1, budget_amount=budget, proposals=proposals, gpu_models=models)
    return msgspec.convert(msgspec.to_builtins(facts), PortfolioFacts)


def one_unasked():
    """The dearest matches, the cheapest has nothing to match, and the one between has not been asked."""
    dearest, between, cheapest = (10, 2_400), (10, 1_600), (10, 800)
    return call(10_000, lot("a", "H200", dearest, matches=True), lot("a", "H200", between), lot("a", "H200", cheapest))


def servers(made):
    return [(award.proposal, award.servers, award.price_amount) for award in made.awards]


def test_those_who_match_get_the_lowest_price_in_the_order_of_their_own():
    """Dearest first in rank; the cheapest bids 10 a GPU, the others 15 and 20 and match it; for the last there is no money."""
    facts = call(
        1_600,
        lot("a", "H200", (10, 1_600), matches=True),
        lot("a", "H200", (10, 1_200), matches=True),
        lot("a", "H200", (10, 800)),
    )
    made = recommend(facts, matched())
    assert faults(facts, matched(), made) == []
    assert made.lowest_prices == {"H200": "10"}
    assert sorted(servers(made)) == [("p2", 10, 800), ("p3", 10, 800)]
    assert [(reason.item, reason.code) for reason in made.reasons] == [("p1/a", "no_budget_left")]
    assert made.to_ask == ()
    assert made.objective == made.bound == "128.000000"


def test_who_declines_is_left_out_with_that_reason():
    facts = call(10_000, lot("a", "H200", (10, 1_600), matches=False), lot("a", "H200", (10, 800)))
    made = recommend(facts, matched())
    assert faults(facts, matched(), made) == []
    assert servers(made) == [("p2", 10, 800)]
    assert [(r.item, r.code, r.detail["offered_price"], r.detail["lowest_price"]) for r in made.reasons] == [
        ("p1/a", "match_declined", "20", "10")
    ]


def test_who_has_not_been_asked_is_named_and_those_after_wait():
    facts = one_unasked()
    made = recommend(facts, matched())
    assert faults(facts, matched(), made) == []
    assert servers(made) == [("p3", 10, 800)]
    assert [(each.proposal, each.offered_price, each.lowest_price) for each in made.to_ask] == [("p2", "20", "10")]
    assert [(reason.item, reason.code) for reason in made.reasons] == [("p1/a", "waits_for_answers"), ("p2/a", "not_asked")]


def test_nobody_is_asked_for_whom_no_money_is_left():
    facts = call(800, lot("a", "H200", (10, 1_600)), lot("a", "H200", (10, 800)))
    made = recommend(facts, matched())
    assert made.to_ask == ()
    assert [(reason.item, reason.code) for reason in made.reasons] == [("p1/a", "no_budget_left")]


def test_models_are_compared_each_with_its_own():
    """First the cheapest of each model, the better ranked before; then the second of each."""
    facts = call(
        2_400,
        lot("a", "H200", (10, 1_600), matches=True),
        lot("a", "B200", (10, 1_600)),
        lot("a", "H200", (10, 800)),
        lot("a", "B200", (10, 3_200), matches=True),
    )
    made = recommend(facts, matched())
    assert faults(facts, matched(), made) == []
    assert made.lowest_prices == {"B200": "20", "H200": "10"}
    assert servers(made) == [("p2", 10, 1_600), ("p3", 10, 800)]


def test_a_matched_price_is_rounded_down_and_never_lies_above_the_lowest():
    """3 servers for 100 are 100/24 a GPU; 5 servers at that price are 166.67."""
    facts = call(10_000, lot("a", "H200", (3, 100)), lot("a", "H200", (5, 400), matches=True))
    made = recommend(facts, matched())
    assert faults(facts, matched(), made) == []
    assert made.lowest_prices == {"H200": "25/6"}
    assert servers(made) == [("p1", 3, 100), ("p2", 5, 166)]


def test_a_lowest_price_found_before_still_counts():
    models = {**MODELS, "H200": GpuModel(relative_compute="1", lowest_price="5")}
    facts = call(10_000, lot("a", "H200", (10, 800)), lot("a", "H200", (10, 1_600), matches=True), models=models)
    made = recommend(facts, matched())
    assert faults(facts, matched(), made) == []
    assert [each.proposal for each in made.to_ask] == ["p1"]
    assert made.awards == ()
    facts = answering(facts, {"p1/a": False, "p2/a": True})
    assert servers(recommend(facts, matched())) == [("p2", 10, 400)]


def test_an_offer_that_may_not_be_taken_sets_no_price():
    facts = call(10_000, lot("a", "H200", (10, 80), declined=True), lot("a", "H200", (10, 800)))
    made = recommend(facts, matched())
    assert made.lowest_prices == {"H200": "10"}
    assert servers(made) == [("p2", 10, 800)]


def test_one_bid_all_tied_and_nothing_on_offer():
    assert servers(recommend(call(800, lot("a", "H200", (10, 800))), matched())) == [("p1", 10, 800)]
    tied = recommend(call(800, lot("a", "H200", (10, 800)), lot("a", "H200", (10, 800))), matched())
    assert servers(tied) == [("p1", 10, 800)]  # the better ranked; nobody has to be asked
    assert tied.to_ask == ()
    empty = recommend(call(800), matched())
    assert (empty.awards, empty.lowest_prices, empty.to_ask) == ((), {}, ())


def test_below_the_minimum_nothing_is_awarded_while_answers_are_open_and_then_refused():
    facts = call(10_000, lot("a", "H200", (10, 1_600)), lot("a", "H200", (10, 800)))
    made = recommend(facts, matched(minimum_public_gpus=100))
    assert faults(facts, matched(minimum_public_gpus=100), made) == []
    assert (made.awards, [each.proposal for each in made.to_ask]) == ((), ["p1"])
    assert [(reason.item, reason.code) for reason in made.reasons] == [("p1/a", "not_asked"), ("p2/a", "waits_for_answers")]
    assert decided(answering(facts, {"p1/a": False}), matched(minimum_public_gpus=100)) == "minimum_public_gpus"
    assert len(recommend(answering(facts, {"p1/a": True}), matched(minimum_public_gpus=100)).awards) == 2


@given(asked_facts(), rule_sets, st.integers(0, 99))
@settings(max_examples=80)
def test_clean_to_the_checker_and_blind_to_order(facts, in_force, seed):
    made = decided(facts, in_force)
    if isinstance(made, str):
        return
    assert faults(facts, in_force, made) == []
    mixed = msgspec.convert(shuffled(msgspec.json.decode(msgspec.json.encode(facts)), seed=seed), PortfolioFacts)
    assert recommend(mixed, in_force) == made
    assert Fraction(made.objective) <= Fraction(made.bound)


@given(asked_facts(), rule_sets)
@settings(max_examples=60)
def test_no_answer_that_is_open_can_change_what_is_awarded(facts, in_force):
    """Every way in which those to be asked can answer: what was awarded stays, and nobody is asked who said so already."""
    made = decided(facts, in_force)
    if isinstance(made, str) or len(made.to_ask) > 4:
        return
    asked = [f"{each.proposal}/{each.lot}" for each in made.to_ask]
    known = {f"{p.id}/{each.id}": each.matches_lowest for p in facts.proposals for each in p.lots}
    assert all(known[name] is None for name in asked)
    for answers in itertools.product([True, False], repeat=len(asked)):
        after = decided(answering(facts, {**known, **dict(zip(asked, answers, strict=True))}), in_force)
        if not isinstance(after, str):
            assert set(servers(made)) <= set(servers(after))
            assert after.lowest_prices == made.lowest_prices


def spelt_out(facts, in_force):
    """The awards where every answer is known, in the words of the method: lots by the turn of their model, then by rank."""
    lots, ceiling = [], Fraction(in_force.own_use_ceiling)
    for proposal in sorted(facts.proposals, key=lambda p: (in_force.spc_first and not p.spc_participant, p.rank)):
        for each in sorted(proposal.lots, key=lambda one: one.id):
            steps = [
                step
                for step in each.steps
                if not each.declined
                and step.own_use_servers <= ceiling * step.servers
                and step.servers - step.own_use_servers >= in_force.minimum_cluster_servers
            ]
            per_gpu = {step.servers: Fraction(step.price_amount, step.servers * each.gpus_per_server) for step in steps}
            lots.append((proposal, each, per_gpu))
    turns = []
    for model in MODELS:
        of_model = [
            (min(per_gpu.values()), place) for place, (_, each, per_gpu) in enumerate(lots) if each.gpu_model == model and per_gpu
        ]
        turns += [(turn, place) for turn, (_, place) in enumerate(sorted(of_model))]
    lowest = {}
    for model in MODELS:
        before = facts.gpu_models[model].lowest_price
        prices = [price for _, each, per_gpu in lots if each.gpu_model == model for price in per_gpu.values()]
        lowest[model] = min([*prices, *([Fraction(before)] if before else [])], default=None)
    left, spent, got = facts.budget_amount, {}, set()
    for _, place in sorted(turns):
        proposal, each, per_gpu = lots[place]
        for size in sorted(per_gpu, reverse=True):
            price = lowest[each.gpu_model] * size * each.gpus_per_server // 1
            room = facts.budget_amount * Fraction(in_force.largest_provider_share) - spent.get(proposal.provider, 0)
            if (each.matches_lowest or per_gpu[size] == lowest[each.gpu_model]) and price <= left and price <= room:
                left, got = left - price, got | {(proposal.id, each.id, size, price)}
                spent[proposal.provider] = spent.get(proposal.provider, 0) + price
                break
    return got


@given(asked_facts(), rule_sets)
@settings(max_examples=100)
def test_the_awards_are_those_of_the_method_spelt_out(facts, in_force):
    facts = answering(facts, {f"{p.id}/{each.id}": bool(each.matches_lowest) for p in facts.proposals for each in p.lots})
    made = decided(facts, replace(in_force, minimum_public_gpus=0))
    assert {(a.proposal, a.lot, a.servers, a.price_amount) for a in made.awards} == spelt_out(facts, in_force)
    assert made.to_ask == ()


def first_reason(made, **changes):
    return replace(made, reasons=(replace(made.reasons[0], **changes), *made.reasons[1:]))


@pytest.mark.parametrize(
    ("tamper", "code"),
    [
        (lambda made: replace(made, awards=()), "not_as_matched"),
        (lambda made: replace(made, awards=(replace(made.awards[0], price_amount=801),)), "not_offered"),
        (lambda made: replace(made, lowest_prices={"H200": "9"}), "wrong_figure"),
        (lambda made: replace(made, lowest_prices=None), "wrong_figure"),
        (lambda made: replace(made, to_ask=()), "wrong_to_ask"),
        (lambda made: replace(made, to_ask=None), "wrong_to_ask"),
        (lambda made: replace(made, to_ask=(replace(made.to_ask[0], lowest_price="9"),)), "wrong_to_ask"),
        (lambda made: first_reason(made, code="match_declined"), "wrong_reason"),
        (lambda made: first_reason(made, detail={**made.reasons[0].detail, "room_amount": "1"}), "wrong_reason"),
        (lambda made: replace(made, reasons=made.reasons[1:]), "wrong_reason"),
        (lambda made: replace(made, reasons=(*made.reasons, made.reasons[0])), "wrong_reason"),
        (lambda made: replace(made, bound=decimal_text(Fraction(1), 6)), "wrong_figure"),
        (lambda made: replace(made, method="rank_walk"), "wrong_method"),
    ],
)
def test_the_checker_finds_what_was_tampered_with(tamper, code):
    facts = one_unasked()
    made = recommend(facts, matched())
    assert code in {fault.code for fault in faults(facts, matched(), tamper(made))}
