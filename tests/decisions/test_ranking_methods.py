"""Tiers with a draw and distributed review: cases by hand, oracles of their own, and checkers that are not fooled."""

import itertools
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from decisions.test_evaluation import call, one, order, rules
from dure.checks.evaluation import faults
from dure.decisions.evaluation import recommend
from dure.decisions.evaluation.methods.distributed import assign_reviews
from dure.decisions.quantities import draw_key
from dure.formats.errors import BadInput, Infeasible
from dure.formats.stages.evaluation import Criterion, EvaluationFacts, Proposal, Recusal, Reviewer, ScoreSheet
from shuffling import shuffled

replace = msgspec.structs.replace


def tiered(*tiers, **changes):
    return rules(method="tiers_with_draw", application_method="tiers_with_draw", tiers=tiers, drop="none", **changes)


def distributed(**changes):
    values = {"reviews_each": 2, "undelivered": "out", "application_minimum_values": 2, "application_threshold": "0"}
    return rules(application_method="distributed", **{**values, **changes})


def sheet(evaluator, item, points):
    return ScoreSheet(evaluator=evaluator, proposal=item, points={"c": str(points)})


def circle(points, *, absent=(), recusals=(), own=None, gates=None, weight="10"):
    """Reviewer `ra` speaks for `a`; `points`: by reviewer, what each of the items asked of them got."""
    asked = {reviewer: tuple(given) for reviewer, given in points.items()}
    items = sorted({item for given in points.values() for item in given} | {reviewer[1:] for reviewer in points})
    return EvaluationFacts(
        stage="evaluation",
        version=2,
        subject="applications",
        criteria=(Criterion(id="c", weight=weight, kind="judged"),),
        proposals=tuple(Proposal(id=item, gate=(gates or {}).get(item, "pass")) for item in items),
        evaluators=tuple(points),
        scores=tuple(
            sheet(reviewer, item, value)
            for reviewer, given in points.items()
            for item, value in given.items()
            if (reviewer, item) not in absent
        ),
        recusals=tuple(Recusal(evaluator=reviewer, proposal=item) for reviewer, item in recusals),
        reviewers=tuple(
            Reviewer(evaluator=reviewer, own=(own or {}).get(reviewer, (reviewer[1:],)), asked=each)
            for reviewer, each in asked.items()
        ),
        draw_seed="seed",
    )


def decided(facts, in_force):
    made = recommend(facts, in_force)
    assert faults(facts, in_force, made) == []
    return made


THREE = {"ra": {"b": 9, "c": 3}, "rb": {"a": 2, "c": 1}, "rc": {"a": 8, "b": 10}}


# Tiers with a draw


def test_points_give_the_tier_and_the_draw_the_order_within_it():
    facts = call({"a": one([90] * 3), "b": one([95] * 3), "c": one([89] * 3), "d": one([60] * 3)}, weights=("100",))
    made = decided(facts, tiered("0.9", "0.7"))
    assert [(r.tier, r.rank) for r in made.ranking] == [(1, 1), (1, 2), (2, 3), (3, 4)]
    assert order(made)[:2] == sorted(["a", "b"], key=lambda name: draw_key("seed", name))
    assert [r.tie_broken_by for r in made.ranking] == ["draw", "draw", "", ""]
    assert made.method == "tiers_with_draw:none"


def test_exactly_on_a_bound_is_in_the_better_tier_and_what_is_compared_is_the_published_number():
    facts = call({"on": one([90] * 3), "rounds": one(["89.995"] * 3), "under": one(["89.994"] * 3)}, weights=("100",))
    tiers = {r.proposal: (r.tier, r.technical) for r in decided(facts, tiered("0.9")).ranking}
    assert tiers == {"on": (1, "90.00"), "rounds": (1, "90.00"), "under": (2, "89.99")}


def test_who_does_not_pass_is_in_no_tier():
    facts = call({"a": one([90] * 3), "out": one([40] * 3), "few": one([99])}, weights=("100",))
    made = decided(facts, tiered("0.9"))
    assert {r.proposal: (r.tier, r.rank) for r in made.ranking} == {"a": (1, 1), "out": (None, None), "few": (None, None)}


def test_leaving_moves_nobody_else_in_the_tier():
    names = "abcdefgh"
    whole = order(decided(call({n: one([90] * 3) for n in names}, weights=("100",)), tiered("0.9")))
    for gone in names:
        left = order(decided(call({n: one([90] * 3) for n in names if n != gone}, weights=("100",)), tiered("0.9")))
        assert left == [name for name in whole if name != gone]


@pytest.mark.parametrize("tiers", [(), ("0.7", "0.9"), ("0.9", "0.9"), ("0.9", "0")])
def test_tiers_that_do_not_fall_are_refused(tiers):
    with pytest.raises(BadInput, match="the tiers begin at"):
        recommend(call({"a": one([90] * 3)}, weights=("100",)), tiered(*tiers))


# Distributed review


def test_standings_are_what_the_sets_of_the_reviewers_give():
    """ra: b above c. rb: a above c. rc: b above a. So b has 100 %, a 50 % and c nothing, however mildly rc marks."""
    made = decided(circle(THREE), distributed())
    assert [(r.proposal, r.standing, r.rank) for r in made.ranking] == [("b", "100.00", 1), ("a", "50.00", 2), ("c", "0.00", 3)]
    assert {r.proposal: r.technical for r in made.ranking} == {"a": "5.00", "b": "9.50", "c": "2.00"}
    assert [(each.evaluator, each.due, each.delivered) for each in made.reviewers] == [("ra", 2, 2), ("rb", 2, 2), ("rc", 2, 2)]
    assert made.method == "distributed:none"


def test_level_items_share_and_a_tie_is_broken_by_the_total():
    made = decided(circle({"ra": {"b": 9, "c": 9}, "rb": {"a": 3, "c": 3}, "rc": {"a": 8, "b": 8}}), distributed())
    assert {r.standing for r in made.ranking} == {"50.00"}
    assert order(made) == ["b", "c", "a"]  # 8.5, 6 and 5.5 points
    assert {r.tie_broken_by for r in made.ranking} == {"total"}


def test_all_tied_ends_in_the_draw():
    made = decided(circle({"ra": {"b": 5, "c": 5}, "rb": {"a": 5, "c": 5}, "rc": {"a": 5, "b": 5}}), distributed())
    assert order(made) == sorted("abc", key=lambda name: draw_key("seed", name))
    assert {r.tie_broken_by for r in made.ranking} == {"draw"}


def test_an_absent_sheet_is_never_averaged_away():
    """rb leaves c out: its sheet on a does not count either, rb is named, and b, for which rb speaks, is out of the ranking."""
    four = {
        "ra": {"b": 9, "c": 3, "d": 5},
        "rb": {"c": 4, "d": 6, "a": 7},
        "rc": {"d": 5, "a": 8, "b": 9},
        "rd": {"a": 8, "b": 7, "c": 2},
    }
    made = decided(circle(four, absent=[("rb", "c")]), distributed(reviews_each=3))
    by_name = {r.proposal: r for r in made.ranking}
    assert {name: r.values_kept for name, r in by_name.items()} == {"a": 2, "b": 3, "c": 2, "d": 2}
    assert (by_name["b"].rank, by_name["b"].passed, by_name["b"].standing) == (None, False, "83.33")
    assert [(r.item, r.code, r.detail) for r in made.reasons] == [
        ("b", "reviews_not_delivered", {"evaluator": "rb", "due": "3", "delivered": "2"})
    ]
    assert [each.set_aside_because for each in made.reviewers] == ["", "reviews_not_delivered", "", ""]


def test_the_rule_may_only_name_who_did_not_deliver():
    made = decided(circle(THREE, absent=[("rb", "c")]), distributed(undelivered="named", application_minimum_values=1))
    assert order(made) == ["b", "a", "c"]
    assert [(r.item, r.code) for r in made.reasons] == [("b", "reviews_not_delivered")]
    assert made.ranking[1].standing == "0.00"  # of a only rc's set counts, in which b is above it


def test_too_few_whole_sets_leave_an_item_unranked_without_a_figure():
    made = decided(circle(THREE, absent=[("rb", "c")]), distributed(undelivered="named"))
    assert order(made) == ["b"]
    assert {r.proposal: r.standing for r in made.ranking} == {"a": None, "b": "100.00", "c": None}
    assert {reason.item: reason.code for reason in made.reasons} == {
        "a": "panel_incomplete", "c": "panel_incomplete", "b": "reviews_not_delivered"
    }  # fmt: skip


def test_a_recusal_and_a_failed_gate_make_a_set_smaller_and_nobody_late():
    four = {
        "ra": {"b": 9, "c": 3, "d": 5},
        "rb": {"c": 4, "d": 6, "a": 7},
        "rc": {"d": 5, "a": 8, "b": 9},
        "rd": {"a": 8, "b": 7, "c": 2},
    }
    made = decided(circle(four, recusals=[("ra", "b")], gates={"c": "fail"}), distributed(reviews_each=3))
    assert {each.evaluator: (each.due, each.delivered, each.set_aside_because) for each in made.reviewers} == {
        "ra": (1, 1, "nothing_to_compare"), "rb": (2, 2, ""), "rc": (3, 3, ""), "rd": (2, 2, "")
    }  # fmt: skip
    assert {reason.item: reason.code for reason in made.reasons} == {"c": "gate_failed"}


def test_one_application_alone_is_compared_with_nobody():
    facts = circle({"ra": {}})
    with pytest.raises(Infeasible) as refusal:
        recommend(facts, distributed())
    assert refusal.value.code == "panel_incomplete"


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        (circle({**THREE, "ra": {"b": 9, "a": 3}}), "an item of their own"),
        (circle({**THREE, "ra": {"b": 9}}), "asked to assess 1 items, not 2"),
        (circle(THREE, own={"ra": ()}), "speaks for no item"),
        (replace(circle(THREE), reviewers=circle(THREE).reviewers[1:]), "nothing says what 'ra' was asked"),
        (replace(circle(THREE), proposals=(*circle(THREE).proposals, Proposal(id="z"))), "nobody assesses others for 'z'"),
        (
            replace(circle(THREE), scores=(*circle(THREE).scores, sheet("ra", "a", 9))),
            "'ra' was not asked to assess 'a'",
        ),
    ],
)
def test_an_assignment_that_is_none_is_refused(facts, says):
    with pytest.raises(BadInput, match=says):
        recommend(facts, distributed())


def test_distributed_without_its_rules_is_refused():
    with pytest.raises(BadInput, match="needs the rules `reviews_each` and `undelivered`"):
        recommend(circle(THREE), distributed(reviews_each=None))


@given(st.integers(1, 9), st.integers(1, 9), st.sampled_from(["x", "y", "z"]))
def test_every_item_gets_the_same_number_of_reviewers_and_never_its_own(count, each, seed):
    owners = {f"r{n}": (f"a{n}",) for n in range(count)}
    asked = assign_reviews(owners, each=each, seed=seed)
    got = [item for given in asked.values() for item in given]
    assert {len(given) for given in asked.values()} == {min(each, count - 1)}
    assert {got.count(f"a{n}") for n in range(count)} == {min(each, count - 1)}
    assert not any(set(owners[name]) & set(given) for name, given in asked.items())
    assert asked == assign_reviews(dict(reversed(owners.items())), each=each, seed=seed)


@st.composite
def reviews(draw):
    """Applications that assess each other, some sheets absent, some recused, some out before."""
    count, each = draw(st.integers(2, 6)), draw(st.integers(1, 4))
    owners = {f"r{n}": (f"{n}",) for n in range(count)}
    points = {
        reviewer: {item: draw(st.integers(0, 6)) for item in given}
        for reviewer, given in assign_reviews(owners, each=each, seed=draw(st.sampled_from("uvw"))).items()
    }
    pairs = [(reviewer, item) for reviewer, given in points.items() for item in given]
    absent, recusals = (draw(st.lists(st.sampled_from(pairs), max_size=2, unique=True)) for _ in range(2))
    gates = {f"{n}": draw(st.sampled_from(["pass"] * 6 + ["fail"])) for n in range(count)}
    in_force = distributed(
        reviews_each=each,
        undelivered=draw(st.sampled_from(["out", "named"])),
        application_minimum_values=draw(st.integers(1, 2)),
        application_threshold=draw(st.sampled_from(["0", "0.5"])),
        decimals=draw(st.integers(0, 2)),
    )
    return circle(points, absent=absent, recusals=recusals, gates=gates), in_force


def standings_by_order(facts, minimum):
    """The Borda count in the words of the paper: each set put in order, level items given the mean of their places."""
    admitted = {p.id for p in facts.proposals if p.gate == "pass"}
    aside = {(r.evaluator, r.proposal) for r in facts.recusals}
    given = {}
    for reviewer in facts.reviewers:
        due = [item for item in reviewer.asked if item in admitted and (reviewer.evaluator, item) not in aside]
        points = {s.proposal: Fraction(s.points["c"]) for s in facts.scores if s.evaluator == reviewer.evaluator}
        if len(due) < 2 or any(item not in points for item in due):
            continue
        best = sorted(due, key=lambda item: -points[item])
        for _, group in itertools.groupby(best, key=lambda item: points[item]):
            level = list(group)
            places = [best.index(item) + 1 for item in level]
            borda = Fraction(sum(len(due) - place for place in places), len(places) * (len(due) - 1))
            for item in level:
                given.setdefault(item, []).append(borda)
    return {item: 100 * sum(each) / len(each) for item, each in given.items() if len(each) >= minimum}


@given(reviews(), st.integers(0, 99))
@settings(max_examples=120)
def test_distributed_agrees_with_a_borda_count_is_blind_to_order_and_clean_to_the_checker(made_up, seed):
    facts, in_force = made_up
    right = standings_by_order(facts, in_force.application_minimum_values)
    try:
        made = recommend(facts, in_force)
    except Infeasible:
        assert not right
        return
    assert faults(facts, in_force, made) == []
    told = {r.proposal: Fraction(r.standing) for r in made.ranking if r.standing is not None}
    assert told.keys() == right.keys()
    assert all(abs(told[item] - right[item]) <= Fraction(1, 2 * 10**in_force.decimals) for item in told)
    standing = [Fraction(r.standing) for r in made.ranking if r.rank]
    assert standing == sorted(standing, reverse=True)
    mixed = msgspec.convert(shuffled(msgspec.json.decode(msgspec.json.encode(facts)), seed=seed), EvaluationFacts)
    assert recommend(mixed, in_force) == made


@given(
    st.lists(st.lists(st.integers(0, 20), min_size=3, max_size=3), min_size=1, max_size=7),
    st.sampled_from([("0.9", "0.6"), ("0.5",), ("1", "0.75", "0.5", "0.25")]),
    st.integers(0, 99),
)
@settings(max_examples=80)
def test_tiers_agree_with_the_bounds_are_blind_to_order_and_clean_to_the_checker(points, tiers, seed):
    facts = call({f"p{n}": one(panel) for n, panel in enumerate(points)}, weights=("20",))
    made = decided(facts, tiered(*tiers, threshold="0.2"))
    for r in made.ranking:
        if r.rank:
            reached = [number for number, bound in enumerate(tiers, 1) if Fraction(r.technical) >= 20 * Fraction(bound)]
            assert r.tier == min(reached, default=len(tiers) + 1)
    ranked = [(r.tier, draw_key("seed", r.proposal)) for r in made.ranking if r.rank]
    assert ranked == sorted(ranked)
    mixed = msgspec.convert(shuffled(msgspec.json.decode(msgspec.json.encode(facts)), seed=seed), EvaluationFacts)
    assert recommend(mixed, tiered(*tiers, threshold="0.2")) == made


def first(made, **changes):
    return replace(made, ranking=(replace(made.ranking[0], **changes), *made.ranking[1:]))


@pytest.mark.parametrize(
    ("tamper", "code"),
    [
        (lambda made: first(made, standing="99.00"), "wrong_standing"),
        (lambda made: first(made, standing=None), "wrong_standing"),
        (lambda made: first(made, tier=1), "wrong_tier"),
        (lambda made: first(made, tie_broken_by="draw"), "wrong_tie_step"),
        (lambda made: replace(made, method="mean_after_drop:none"), "wrong_method"),
        (lambda made: replace(made, reviewers=None), "wrong_reviewers"),
        (lambda made: replace(made, reviewers=made.reviewers[1:]), "wrong_reviewers"),
        (lambda made: replace(made, reasons=()), "wrong_reason"),
        (lambda made: replace(made, reasons=(replace(made.reasons[0], detail={}),)), "wrong_reason"),
        (lambda made: replace(made, ranking=made.ranking[::-1]), "wrong_ranks"),
    ],
)
def test_the_checker_of_distributed_review_finds_what_was_tampered_with(tamper, code):
    facts, in_force = circle(THREE, absent=[("rb", "c")]), distributed(undelivered="named", application_minimum_values=1)
    made = decided(facts, in_force)
    assert code in {fault.code for fault in faults(facts, in_force, tamper(made))}


@pytest.mark.parametrize(
    ("tamper", "code"),
    [
        (lambda made: first(made, tier=2), "wrong_tier"),
        (lambda made: first(made, tie_broken_by=""), "wrong_tie_step"),
        (lambda made: first(made, standing="1"), "wrong_standing"),
        (lambda made: replace(made, reviewers=()), "wrong_reviewers"),
        (
            lambda made: replace(
                made,
                ranking=(replace(made.ranking[1], rank=1), replace(made.ranking[0], rank=2), *made.ranking[2:]),
            ),
            "wrong_order",
        ),
    ],
)
def test_the_checker_of_tiers_finds_what_was_tampered_with(tamper, code):
    facts = call({"a": one([90] * 3), "b": one([95] * 3), "c": one([80] * 3)}, weights=("100",))
    in_force = tiered("0.9")
    assert code in {fault.code for fault in faults(facts, in_force, tamper(decided(facts, in_force)))}
