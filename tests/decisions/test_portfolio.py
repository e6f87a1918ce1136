"""The 2025 award, properties of the walk and of the best portfolio, brute force, and the checker that must catch tampering."""

import datetime as dt
import itertools
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from decisions.portfolio_calls import MODELS, portfolio_facts, rules
from dure.checks.portfolio import faults
from dure.decisions.portfolio import limits_of, recommend
from dure.decisions.portfolio.branching import _Search, best_of
from dure.decisions.portfolio.enumeration import enumerate_all
from dure.decisions.portfolio.offers import open_offers
from dure.decisions.quantities import stream
from dure.formats.errors import BadInput, Infeasible
from dure.formats.stages.portfolio import PortfolioFacts, PortfolioRules, RankedLot, RankedProposal, Step
from shuffling import shuffled

replace = msgspec.structs.replace


rule_sets = st.builds(
    rules,
    method=st.sampled_from(["rank_walk", "best_portfolio"]),
    minimum_public_gpus=st.sampled_from([0, 0, 40]),
    largest_provider_share=st.sampled_from(["1", "0.6", "0.4"]),
    minimum_cluster_servers=st.sampled_from([1, 5]),
    spc_first=st.booleans(),
)


def subsets(facts, in_force):
    """Every portfolio within the rules, spelt out from the facts alone: (value, spent, public GPUs)."""
    options = []
    for proposal in facts.proposals:
        for lot in proposal.lots:
            chosen = [None]
            for step in lot.steps:
                public = step.servers - step.own_use_servers
                if not lot.declined and public >= in_force.minimum_cluster_servers and 2 * step.own_use_servers <= step.servers:
                    gpus = public * lot.gpus_per_server
                    value = gpus * Fraction(MODELS[lot.gpu_model].relative_compute) * Fraction(proposal.score) / 100
                    chosen.append((proposal.provider, step.price_amount, gpus, value))
            options.append(chosen)
    for combination in itertools.product(*options):
        taken = [each for each in combination if each]
        by_provider = {name: sum(each[1] for each in taken if each[0] == name) for name in ("one", "two", "three")}
        spent, public = sum(each[1] for each in taken), sum(each[2] for each in taken)
        if (
            spent <= facts.budget_amount
            and public >= in_force.minimum_public_gpus
            and max(by_provider.values()) <= facts.budget_amount * Fraction(in_force.largest_provider_share)
        ):
            yield sum((each[3] for each in taken), Fraction(0)), -spent, public


@given(portfolio_facts(), rule_sets)
@settings(max_examples=60)
def test_all_subsets_agree_with_the_bound_and_the_counts(facts, in_force):
    every = list(subsets(facts, in_force))
    try:
        made = recommend(facts, in_force)
    except Infeasible as refusal:
        assert refusal.code == "rank_walk_below_minimum" or not every
        return
    best = max(every)
    assert Fraction(made.bound) == best[0]
    assert made.portfolios == len(every)
    assert made.within_one_percent == sum(100 * value >= 99 * best[0] for value, _, _ in every)
    if in_force.method == "best_portfolio":
        assert (Fraction(made.objective), -made.spent_amount) == best[:2]
    assert Fraction(made.objective) <= Fraction(made.bound)


@given(portfolio_facts(), rule_sets, st.integers(0, 99))
@settings(max_examples=60)
def test_within_every_limit_blind_to_order_and_clean_to_the_checker(facts, in_force, seed):
    try:
        made = recommend(facts, in_force)
    except Infeasible:
        return
    assert faults(facts, in_force, made) == []
    assert made.spent_amount + made.remaining_amount == facts.budget_amount
    mixed = msgspec.convert(shuffled(msgspec.json.decode(msgspec.json.encode(facts)), seed=seed), PortfolioFacts)
    assert recommend(mixed, in_force) == made
    largest = {f"{p.id}/{lot.id}": max(step.servers for step in lot.steps) for p in facts.proposals for lot in p.lots}
    got = {f"{award.proposal}/{award.lot}": award.servers for award in made.awards}
    assert {reason.item for reason in made.reasons} == {lot for lot in largest if got.get(lot, 0) < largest[lot]}


@given(portfolio_facts(), rule_sets)
@settings(max_examples=60)
def test_branch_and_bound_finds_what_comparing_all_finds(facts, in_force):
    offers, limits = open_offers(facts, in_force), limits_of(facts.budget_amount, in_force)
    compared = enumerate_all(offers, limits)
    assert best_of(offers, limits) == (compared[0].picks if compared else None)


def sizes(made, facts):
    """Servers awarded per lot, in the order of the walk without the switch."""
    got = {(award.proposal, award.lot): award.servers for award in made.awards}
    return [got.get((p.id, lot.id), 0) for p in facts.proposals for lot in sorted(p.lots, key=lambda each: each.id)]


@given(portfolio_facts(), st.integers(1, 200), st.sampled_from(["1", "0.6"]))
@settings(max_examples=100)
def test_more_budget_never_takes_from_the_better_ranked(facts, more, share):
    """The first award in rank order that changes, gains; so a larger budget never removes an earlier winner."""
    in_force = rules(largest_provider_share=share)
    before = sizes(recommend(facts, in_force), facts)
    after = sizes(recommend(replace(facts, budget_amount=facts.budget_amount + more), in_force), facts)
    assert after >= before
    best = [
        Fraction(recommend(replace(facts, budget_amount=b), in_force).bound)
        for b in (facts.budget_amount, facts.budget_amount + more)
    ]
    assert best[0] <= best[1]


@given(portfolio_facts(), rule_sets, st.data())
@settings(max_examples=60)
def test_a_better_score_or_rank_or_a_lower_price_never_turns_a_chosen_bid_away(facts, in_force, data):
    in_force = replace(in_force, minimum_public_gpus=0, spc_first=False)
    chosen = sorted({award.proposal for award in recommend(facts, in_force).awards})
    if not chosen:
        return
    name = data.draw(st.sampled_from(chosen))
    change = data.draw(st.sampled_from(["score", "price", "rank"]))
    proposals = []
    for proposal in facts.proposals:
        if proposal.id != name:
            rank = proposal.rank + (change == "rank" and proposal.rank == own_rank(facts, name) - 1)
            proposals.append(replace(proposal, rank=rank))
        elif change == "score":
            proposals.append(replace(proposal, score="99.5"))
        elif change == "rank":
            proposals.append(replace(proposal, rank=max(1, proposal.rank - 1)))
        else:
            cheaper = tuple(
                replace(lot, steps=tuple(replace(step, price_amount=step.price_amount * 3 // 4) for step in lot.steps))
                for lot in proposal.lots
            )
            proposals.append(replace(proposal, lots=cheaper))
    made = recommend(replace(facts, proposals=tuple(proposals)), in_force)
    assert name in {award.proposal for award in made.awards}


def own_rank(facts, name):
    return next(proposal.rank for proposal in facts.proposals if proposal.id == name)


@given(portfolio_facts())
@settings(max_examples=40)
def test_after_the_walk_no_lot_can_be_added_and_none_can_go_up_a_step(facts):
    made = recommend(facts, rules())
    got = {(award.proposal, award.lot): award for award in made.awards}
    for proposal in facts.proposals:
        for lot in proposal.lots:
            has = got.get((proposal.id, lot.id))
            for step in lot.steps:
                open_to_it = not lot.declined and 2 * step.own_use_servers <= step.servers > step.own_use_servers
                if open_to_it and step.servers > (has.servers if has else 0):
                    assert step.price_amount > made.remaining_amount + (has.price_amount if has else 0)


@given(portfolio_facts())
@settings(max_examples=40)
def test_the_pareto_front_is_undominated_and_begins_with_the_most_compute(facts):
    made = recommend(facts, rules())
    front = [each for each in made.alternatives if each.label.startswith("pareto_front/")]
    computes = [Fraction(each.compute) for each in front]
    assert computes == sorted(computes, reverse=True)
    assert made.on_pareto_front == len(front) or made.on_pareto_front > 40
    for each in made.alternatives:
        if front and each.awards and each.label != "one_more_billion":
            assert any(
                Fraction(other.compute) >= Fraction(each.compute)
                and other.first_service_on <= each.first_service_on
                and Fraction(other.own_use_share) <= Fraction(each.own_use_share)
                for other in front
            )


def test_the_award_of_2025(example, book):
    facts = msgspec.convert(example("portfolio"), PortfolioFacts)
    in_force, _ = book.fill(PortfolioRules, on=book.reference_on)
    made = recommend(facts, in_force)
    assert faults(facts, in_force, made) == []
    assert (made.gpus, made.public_gpus, made.own_use_gpus) == (13_136, 10_456, 2_680)
    assert made.spent_amount == 1_458_000_000_000 <= facts.budget_amount == 1_459_000_000_000
    assert {award.proposal: 8 * award.servers for award in made.awards} == {
        "csp-nhn": 7_656,
        "csp-kakao": 2_424,
        "csp-naver": 3_056,
    }
    assert made.objective == made.bound
    assert [(reason.item, reason.code) for reason in made.reasons] == [("csp-fourth/fourth-gb300", "declined")]


def test_a_billion_more_buys_what_it_makes_room_for():
    lots = [
        RankedLot(
            id="a",
            gpu_model="H200",
            gpus_per_server=8,
            service_on=dt.date(2025, 10, 1),
            steps=(Step(servers=10, price_amount=p),),
        )
        for p in (5, 10**9)
    ]
    proposals = tuple(
        RankedProposal(id=f"p{n}", provider=f"v{n}", rank=n + 1, score="50", lots=(lot,)) for n, lot in enumerate(lots)
    )
    facts = PortfolioFacts(stage="portfolio", version=1, budget_amount=5, proposals=proposals, gpu_models=MODELS)
    made = recommend(facts, rules())
    assert made.next_billion_buys == "40.000000"
    assert faults(facts, rules(), made) == []


def large_call(lots=24):
    numbers = stream("portfolio", "large")
    proposals = []
    for rank in range(1, lots // 2 + 1):
        made = []
        for lot in ("a", "b"):
            base = 40 + next(numbers) % 200
            steps = tuple(
                Step(
                    servers=base * k,
                    price_amount=base * k * (700 + next(numbers) % 300) * 1_000_000,
                    own_use_servers=base * k // 5,
                )
                for k in (1, 2, 3)
            )
            model = ("B200", "H200")[next(numbers) % 2]
            made.append(RankedLot(id=lot, gpu_model=model, gpus_per_server=8, service_on=dt.date(2025, 11, 1), steps=steps))
        score = f"{80 + next(numbers) % 20}.{next(numbers) % 10}"
        proposals.append(RankedProposal(id=f"p{rank:02}", provider=f"v{rank}", rank=rank, score=score, lots=tuple(made)))
    return PortfolioFacts(
        stage="portfolio", version=1, budget_amount=1_459_000_000_000, proposals=tuple(proposals), gpu_models=MODELS
    )


def test_a_call_of_24_lots_is_proven_without_comparing_all():
    facts = large_call()
    search = _Search(open_offers(facts, rules()), limits_of(facts.budget_amount, rules()))
    search.run()
    assert 24 < search.branches < 20_000  # of 4^24 portfolios
    made = recommend(facts, rules())
    assert (made.proof, made.portfolios) == ("branch_and_bound", None)
    assert Fraction(made.price_of_rank_order) > 0
    assert recommend(facts, rules(method="best_portfolio")).objective == made.bound
    assert faults(large_call(10), rules(), recommend(large_call(10), rules())) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda _: {"gpu_models": {"H200": MODELS["H200"]}}, "not defined"),
        (lambda f: {"proposals": (*f.proposals, f.proposals[0])}, "comes twice"),
        (lambda f: {"proposals": (*f.proposals, replace(f.proposals[0], id="other"))}, "comes twice"),
        (lambda f: with_steps(f, Step(servers=5, price_amount=1, own_use_servers=6)), "for own use"),
        (lambda f: with_steps(f, Step(servers=5, price_amount=1), Step(servers=5, price_amount=2)), "comes twice"),
    ],
)
def test_nonsense_is_refused(change, message):
    facts = large_call(4)
    with pytest.raises(BadInput, match=message):
        recommend(replace(facts, **change(facts)), rules())


def with_steps(facts, *steps):
    first = facts.proposals[0]
    return {"proposals": (replace(first, lots=(replace(first.lots[0], steps=steps),)), *facts.proposals[1:])}


def first_award(made, **changes):
    return replace(made, awards=(replace(made.awards[0], **changes), *made.awards[1:]))


def alternative(made, label, **changes):
    return replace(made, alternatives=tuple(replace(a, **changes) if a.label == label else a for a in made.alternatives))


@pytest.mark.parametrize(
    ("tamper", "code"),
    [
        (lambda made: first_award(made, price_amount=1), "not_offered"),
        (lambda made: first_award(made, servers=1), "not_offered"),
        (lambda made: replace(made, awards=(*made.awards, made.awards[0])), "taken_twice"),
        (lambda made: replace(made, awards=made.awards[1:]), "not_the_walk"),
        (lambda made: replace(made, public_gpus=made.public_gpus + 8), "wrong_figure"),
        (lambda made: replace(made, remaining_amount=0), "wrong_figure"),
        (lambda made: replace(made, bound=made.objective), "wrong_figure"),
        (lambda made: replace(made, objective="1.000000"), "wrong_figure"),
        (lambda made: replace(made, price_of_rank_order="0.000000"), "wrong_figure"),
        (lambda made: replace(made, next_billion_buys="1.000000"), "wrong_figure"),
        (lambda made: replace(made, within_one_percent=99), "wrong_figure"),
        (lambda made: replace(made, on_pareto_front=1), "wrong_count"),
        (lambda made: replace(made, reasons=()), "wrong_reason"),
        (lambda made: replace(made, method="best_portfolio"), "wrong_method"),
        (lambda made: alternative(made, "rank_walk", awards=made.awards[1:]), "not_the_walk"),
        (lambda made: alternative(made, "best_portfolio", spent_amount=1), "wrong_figure"),
        (lambda made: alternative(made, "best_portfolio", awards=made.awards), "not_the_best"),
        (lambda made: alternative(made, "within_one_percent/1", awards=made.awards[:1]), "not_within_one_percent"),
        (lambda made: alternative(made, "pareto_front/1", awards=made.alternatives[-1].awards), "not_on_the_front"),
        (lambda made: replace(made, alternatives=()), "wrong_labels"),
    ],
)
def test_checker_finds_tampering(tamper, code):
    facts = large_call(4)
    facts = replace(facts, budget_amount=700_000_000_000)
    made = recommend(facts, rules())
    assert faults(facts, rules(), made) == []
    assert code in {fault.code for fault in faults(facts, rules(), tamper(made))}


def test_checker_finds_a_budget_or_share_or_minimum_that_is_not_kept():
    facts = large_call(4)
    made = recommend(facts, rules())
    assert "beyond_budget" in {fault.code for fault in faults(replace(facts, budget_amount=made.spent_amount - 1), rules(), made)}
    assert "provider_share" in {fault.code for fault in faults(facts, rules(largest_provider_share="0.05"), made)}
    assert "below_minimum" in {fault.code for fault in faults(facts, rules(minimum_public_gpus=made.public_gpus + 1), made)}
    assert "own_use_above_ceiling" in {fault.code for fault in faults(facts, rules(own_use_ceiling="0.1"), made)}
    assert "cluster_below_minimum" in {fault.code for fault in faults(facts, rules(minimum_cluster_servers=900), made)}
