"""Golden vectors of the evaluation, its properties, an oracle in plain sums, and the checker that must catch tampering."""

import itertools
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.checks.evaluation import faults
from dure.decisions.evaluation import recommend
from dure.decisions.evaluation.draw import Candidate, draw_panel
from dure.decisions.evaluation.leniency import adjusted_scores
from dure.decisions.quantities import draw_key, stream
from dure.formats.errors import BadInput, Infeasible
from dure.formats.kinds import decimal_text
from dure.formats.stages.evaluation import Criterion, EvaluationFacts, EvaluationRules, Proposal, Recusal, ScoreSheet
from shuffling import shuffled

replace = msgspec.structs.replace


def rules(**changes):
    values = {
        "method": "panel",
        "application_method": "panel",
        "drop": "by_evaluator",
        "minimum_values": 3,
        "threshold": "0.5",
        "application_drop": "none",
        "application_minimum_values": 3,
        "application_threshold": "0.5",
        "decimals": 2,
        "site_points_maximum": "15",
        "point_step": "0.5",
        "tie_break": ("technical", "heaviest_criterion", "draw"),
    }
    return EvaluationRules(**{**values, **changes})


def call(points, *, weights=("60", "40"), computed=(), proposals=None, recusals=(), seed="seed", **more):
    """`points`: {proposal: [one tuple of points per evaluator, or None]}; criteria c0, c1 and so on."""
    criteria = tuple(Criterion(id=f"c{n}", weight=weight, kind="judged") for n, weight in enumerate(weights)) + tuple(computed)
    most = max(map(len, points.values()))
    scores = tuple(
        ScoreSheet(evaluator=f"e{number}", proposal=name, points={f"c{n}": str(value) for n, value in enumerate(given)})
        for name, panel in points.items()
        for number, given in enumerate(panel)
        if given is not None
    )
    return EvaluationFacts(
        stage="evaluation",
        version=1,
        criteria=criteria,
        proposals=proposals or tuple(Proposal(id=name) for name in points),
        evaluators=tuple(f"e{number}" for number in range(most)),
        scores=scores,
        recusals=tuple(Recusal(evaluator=e, proposal=p) for e, p in recusals),
        draw_seed=seed,
        **more,
    )


def decided(facts, in_force=None):
    in_force = in_force or rules()
    made = recommend(facts, in_force)
    assert faults(facts, in_force, made) == []
    return made


def order(made):
    return [ranked.proposal for ranked in made.ranking if ranked.rank]


def one(values):
    return [(value,) for value in values]


# Golden vectors


def test_by_evaluator_and_by_item_can_name_different_winners():
    """The Seoul case: which values go is a rule, for it can change who wins."""
    uneven = [(60, 16), (40, 34), (50, 30), (50, 30), (50, 18)]
    facts = call({"a": uneven, "b": [(50, 27), (50, 26), (50, 26), (50, 26), (50, 27)]})
    by_sheet, by_item = (decided(facts, rules(drop=drop)) for drop in ("by_evaluator", "by_item"))
    assert order(by_sheet) == ["a", "b"]
    assert order(by_item) == ["b", "a"]
    assert {r.proposal: r.technical for r in by_sheet.ranking} == {"a": "76.67", "b": "76.33"}
    assert {r.proposal: r.technical for r in by_item.ranking} == {"a": "76.00", "b": "76.33"}


def test_the_same_evaluator_may_be_highest_for_one_and_lowest_for_another():
    made = decided(call({"a": one([60, 10, 20, 30, 40]), "b": one([1, 30, 40, 50, 60])}, weights=("60",), seed="x"), rules())
    left_out = {(r.proposal, d.which): d.evaluator for r in made.ranking for d in r.dropped}
    assert left_out["a", "highest"] == left_out["b", "lowest"] == "e0"


def test_panels_of_five_four_three_and_two():
    facts = call({"five": one([9] * 5), "four": one([9] * 4), "three": one([9] * 3), "two": one([9] * 2)}, weights=("10",))
    made = decided(facts)
    assert order(made) == ["five"]
    assert {reason.item: reason.detail["values_kept"] for reason in made.reasons} == {"four": "2", "three": "1", "two": "0"}
    with pytest.raises(Infeasible) as refusal:
        recommend(call({"four": one([9] * 4)}, weights=("10",)), rules())
    assert refusal.value.code == "panel_incomplete"


def test_a_recusal_for_one_proposal_only_and_one_found_out_after_scoring():
    points = {"a": one([9, 9, 9, 9, 9, 1]), "b": one([8, 8, 8, 8, 8, 8])}
    with_sheet = decided(call(points, weights=("10",)))
    without = decided(call(points, weights=("10",), recusals=[("e5", "a")]))
    assert with_sheet.ranking[0].recused == ()
    assert without.ranking[0].recused == ("e5",)
    assert without.ranking[0].values_kept == 3
    assert without.ranking[1] == with_sheet.ranking[1]


def test_a_substitute_joins_after_two_presentations():
    """e5 scored the first two proposals, the substitute e6 the other two: each panel is whole."""
    panels = {name: one([9, 8, 7, 8, 9]) for name in "abcd"}
    rows = {n: [*panel, (8,), None] if n in "ab" else [*panel, None, (8,)] for n, panel in panels.items()}
    made = decided(call(rows, weights=("10",)))
    assert {ranked.values_kept for ranked in made.ranking} == {4}
    assert len({ranked.technical for ranked in made.ranking}) == 1


def test_late_disqualification_changes_nobody_elses_numbers():
    price = Criterion(id="compute_per_amount", weight="10", kind="computed", reference="5")
    proposals = tuple(
        Proposal(id=name, values={"compute_per_amount": value}) for name, value in (("a", "9"), ("b", "3"), ("c", "4"))
    )
    points = {name: one([50, 51, 52, 53, 54]) for name in "abc"}
    before = decided(call(points, weights=("90",), computed=[price], proposals=proposals))
    out = (replace(proposals[0], gate="fail"), *proposals[1:])
    after = decided(call(points, weights=("90",), computed=[price], proposals=out))
    assert order(before) == ["a", "c", "b"]
    assert order(after) == ["c", "b"]
    assert [r.total for r in after.ranking[:2]] == [r.total for r in before.ranking[1:]]


def test_ties_in_total_technical_item_and_everything():
    extra = Criterion(id="share", weight="10", kind="computed", reference="10")
    points = {"a": one([80] * 5), "b": one([78] * 5), "c": one([78] * 5)}
    values = {"a": "0", "b": "2", "c": "2"}
    made = decided(
        call(
            points,
            weights=("90",),
            computed=[extra],
            proposals=tuple(Proposal(id=name, values={"share": value}) for name, value in values.items()),
        )
    )
    drawn = sorted("bc", key=lambda name: draw_key("seed", name))
    assert order(made) == ["a", *drawn]
    assert [ranked.tie_broken_by for ranked in made.ranking] == ["technical", "draw", "draw"]
    items = decided(call({"a": [(30, 20)] * 5, "b": [(31, 19)] * 5}), rules(tie_break=("technical", "c1", "draw")))
    assert order(items) == ["a", "b"]
    assert order(decided(call({"a": [(30, 20)] * 5, "b": [(31, 19)] * 5}))) == ["b", "a"]


def test_three_way_tie_is_drawn_and_does_not_depend_on_who_else_is_there():
    three = order(decided(call({name: one([7] * 5) for name in "abc"}, weights=("10",))))
    assert three == sorted("abc", key=lambda name: draw_key("seed", name))
    assert order(decided(call({name: one([7] * 5) for name in three[1:]}, weights=("10",)))) == three[1:]
    assert (
        len({tuple(order(decided(call({n: one([7] * 5) for n in "abc"}, weights=("10",), seed=f"s{i}")))) for i in range(40)})
        == 6
    )


def test_one_bidder_and_nobody_over_the_line():
    alone = decided(call({"a": one([9] * 5)}, weights=("10",)))
    assert order(alone) == ["a"]
    assert alone.advice.reliability is None
    low = decided(call({"a": one([4] * 5), "b": one([1] * 5)}, weights=("10",)))
    assert order(low) == []
    assert [reason.code for reason in low.reasons] == ["below_threshold"] * 2


def test_rounding_is_half_up_where_python_rounds_otherwise():
    facts = call({"a": one(["2.67", "2.68", "2.67", "2.68"])}, weights=("3",))
    assert decided(facts, rules(drop="none", decimals=2)).ranking[0].technical == "2.68"


def test_site_points_count_to_the_technical_score_and_maximum():
    proposals = (Proposal(id="a", site_points="15"), Proposal(id="b", site_points="0"))
    made = decided(call({"a": one([60] * 5), "b": one([60] * 5)}, weights=("65",), proposals=proposals), rules(threshold="0.85"))
    assert made.technical_maximum == "80"
    assert made.threshold_points == "68"
    assert [(r.proposal, r.technical, r.passed) for r in made.ranking] == [("a", "75.00", True), ("b", "60.00", False)]


def test_weights_that_sum_to_99_point_9_are_shown_as_they_are():
    made = decided(call({"a": one(["84.915"] * 5)}, weights=("99.9",)), rules(threshold="0.85", decimals=3))
    assert (made.maximum, made.threshold_points, made.ranking[0].passed) == ("99.9", "84.915", True)


def test_a_quarter_step_is_named_but_counted():
    made = decided(call({"a": one([8, 8, 8, 8, "8.25"])}, weights=("10",)))
    assert made.advice.off_step == ("e4/a",)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: {"scores": (*f.scores, f.scores[0])}, "comes twice"),
        (lambda f: {"scores": (replace(f.scores[0], points={"c0": "10.5"}),)}, "whose maximum is 10"),
        (lambda f: {"scores": (replace(f.scores[0], points={}),)}, "judged criteria are"),
        (lambda f: {"evaluators": f.evaluators[1:]}, "not defined"),
        (lambda f: {"proposals": (*f.proposals, f.proposals[0])}, "comes twice"),
        (lambda f: {"proposals": (replace(f.proposals[0], site_points="15.5"), *f.proposals[1:])}, "the maximum is 15"),
        (lambda f: {"proposals": (replace(f.proposals[0], site_points="1"), *f.proposals[1:])}, "no site points"),
        (lambda f: {"criteria": (*f.criteria, Criterion(id="p", weight="1", kind="computed"))}, "no reference"),
        (
            lambda f: {"criteria": (*f.criteria, Criterion(id="p", weight="1", kind="computed", reference="1"))},
            "a missing one is not a zero",
        ),
    ],
)
def test_nonsense_is_refused_with_advice(change, message):
    facts = call({"a": one([8] * 5), "b": one([7] * 5)}, weights=("10",))
    with pytest.raises(BadInput, match=message):
        recommend(replace(facts, **change(facts)), rules())


@pytest.mark.parametrize("tie_break", [("technical",), ("nothing", "draw"), ()])
def test_a_tie_order_that_does_not_end_in_the_draw_is_refused(tie_break):
    with pytest.raises(BadInput, match="tie order"):
        recommend(call({"a": one([8] * 5)}, weights=("10",)), rules(tie_break=tie_break))


@pytest.mark.parametrize("text", ["NaN", "-1", "1e3", "٣", "+1"])
def test_points_that_are_no_plain_number_are_refused_by_the_format(text):
    raw = msgspec.to_builtins(call({"a": one([8] * 5)}, weights=("10",)))
    raw["scores"] = [{**raw["scores"][0], "points": {"c0": text}}]
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(raw, EvaluationFacts)


# The draw of a panel


def test_a_decline_takes_the_next_and_a_chain_longer_than_the_pool_says_so():
    pool = [Candidate(id=f"p{n}", employer=f"org{n % 5}") for n in range(12)]
    first = draw_panel(pool, seats=3, seed="s").seated
    declining = [candidate._replace(declined=candidate.id == first[0]) for candidate in pool]
    second = draw_panel(declining, seats=3, seed="s")
    assert second.seated[:2] == first[1:] or set(first[1:]) <= set(second.seated)
    assert (first[0], "declined") in {(reason.item, reason.code) for reason in second.passed_over}
    assert draw_panel(list(reversed(pool)), seats=3, seed="s").seated == first
    with pytest.raises(Infeasible, match="fills 0 of 3"):
        draw_panel([candidate._replace(declined=True) for candidate in pool], seats=3, seed="s")
    with pytest.raises(BadInput, match="comes twice"):
        draw_panel([*pool, pool[0]], seats=3, seed="s")


def test_a_conflict_and_a_second_person_of_one_employer_are_passed_over():
    pool = [
        Candidate(id="a", employer="x"),
        Candidate(id="b", employer="x"),
        Candidate(id="c", conflicted=True),
        Candidate(id="d"),
    ]
    panel = draw_panel(pool, seats=2, seed="s")
    assert "d" in panel.seated
    assert "c" not in panel.seated
    assert len({"a", "b"} & set(panel.seated)) == 1


# Properties


@st.composite
def evaluation_facts(draw, sheets=(3, 7)):
    points = {}
    for name in "abcde"[: draw(st.integers(1, 5))]:
        count = draw(st.integers(*sheets))
        halves = st.tuples(st.integers(0, 120), st.integers(0, 80))
        points[name] = [tuple(f"{half // 2}.5" if half % 2 else str(half // 2) for half in draw(halves)) for _ in range(count)]
        points[name] += [None] * (7 - count)
    share = Criterion(id="share", weight="10", kind="computed", reference="3")
    gates = {name: draw(st.sampled_from(["pass", "pass", "pass", "fail"])) for name in points}
    proposals = tuple(
        Proposal(id=name, gate=gate, values={"share": str(draw(st.integers(0, 5)))}, site_points=str(draw(st.integers(0, 15))))
        for name, gate in gates.items()
    )
    return call(points, computed=[share], proposals=proposals, subject=draw(st.sampled_from(["proposals", "applications"])))


modes = st.sampled_from(["by_evaluator", "by_item", "none"])


@given(evaluation_facts(), modes, st.integers(0, 99))
@settings(max_examples=60)
def test_blind_to_order_and_clean_to_the_checker(facts, drop, seed):
    in_force = rules(drop=drop)
    try:
        made = recommend(facts, in_force)
    except Infeasible:
        return
    assert faults(facts, in_force, made) == []
    mixed = msgspec.convert(shuffled(msgspec.json.decode(msgspec.json.encode(facts)), seed=seed), EvaluationFacts)
    assert recommend(mixed, in_force) == made
    without = {p.id for p in facts.proposals} - set(order(made))
    assert without == {reason.item for reason in made.reasons}


@given(evaluation_facts(), modes, st.data())
@settings(max_examples=40)
def test_a_better_sheet_never_costs_a_place_and_a_rival_leaving_changes_no_number(facts, drop, data):
    in_force = rules(drop=drop, minimum_values=1, application_minimum_values=1)
    try:
        before = {ranked.proposal: ranked for ranked in recommend(facts, in_force).ranking}
    except Infeasible:
        return
    place = data.draw(st.integers(0, len(facts.scores) - 1))
    sheet = facts.scores[place]
    raised = replace(sheet, points={"c0": "60", "c1": "40"})
    scores = (*facts.scores[:place], raised, *facts.scores[place + 1 :])
    after = {ranked.proposal: ranked for ranked in recommend(replace(facts, scores=scores), in_force).ranking}
    if before[sheet.proposal].rank:
        assert after[sheet.proposal].rank <= before[sheet.proposal].rank
    kept = tuple(proposal for proposal in facts.proposals if proposal.id != sheet.proposal)
    alone = replace(facts, proposals=kept, scores=tuple(s for s in facts.scores if s.proposal != sheet.proposal))
    if any(before[proposal.id].total for proposal in kept):
        for ranked in recommend(alone, in_force).ranking:
            assert (ranked.total, ranked.passed, ranked.dropped) == tuple(
                getattr(before[ranked.proposal], field) for field in ("total", "passed", "dropped")
            )


@given(st.lists(st.integers(0, 60), min_size=5, max_size=9))
@settings(max_examples=60)
def test_dropping_agrees_with_the_middle_of_the_sorted_list(values):
    made = decided(call({"a": one(values)}, weights=("60",)), rules(threshold="0"))
    middle = sorted(values)[1:-1]
    assert made.ranking[0].technical == decimal_text(Fraction(sum(middle), len(middle)), 2)


# Advice


def test_reliability_of_the_published_example_of_shrout_and_fleiss():
    """Table 2 of Shrout and Fleiss (1979): six targets, four judges; ICC(2,1) = .29, ICC(1,1) = .17."""
    table = [(9, 2, 5, 8), (6, 1, 3, 2), (8, 4, 6, 8), (7, 1, 2, 6), (10, 5, 6, 9), (6, 2, 4, 7)]
    points = {f"t{n}": one(row) for n, row in enumerate(table)}
    advice = decided(call(points, weights=("10",)), rules(drop="none", threshold="0")).advice
    assert (advice.reliability_kind, advice.reliability) == ("icc_two_way", "0.2898")
    judges = {f"t{n}": [None] * (4 * n) + one(row) for n, row in enumerate(table)}
    nested = decided(call(judges, weights=("10",)), rules(drop="none", threshold="0")).advice
    assert (nested.reliability_kind, nested.reliability) == ("icc_one_way", "0.1657")


def test_an_evaluator_who_favours_one_bidder_stands_out_and_holds_the_order():
    honest = {"a": [80, 82, 81, 79, 80, 81], "b": [79, 80, 79, 78, 79, 80], "c": [70, 71, 72, 70, 71, 69]}
    bought = {"a": 54, "b": 90, "c": 54}
    facts = call({name: one([*values, bought[name]]) for name, values in honest.items()}, weights=("90",))
    made = decided(facts, rules(drop="none"))
    assert made.advice.outlier_evaluators == ("e6",)
    assert made.advice.order_changes_without == ("e6",)
    assert made.advice.ranks_moved_without["e6"] == 2
    assert order(made)[0] == "b"
    assert order(decided(facts))[0] == "a"


def test_adjustment_takes_a_hard_reviewer_out_and_leaves_equal_panels_alone():
    fair = adjusted_scores({"x": {"hard": Fraction(50), "mild": Fraction(60)}, "y": {"hard": Fraction(50), "mild": Fraction(60)}})
    assert fair == {"x": Fraction(55), "y": Fraction(55)}
    totals = {f"x{n}": {"hard": Fraction(50), f"m{n % 3}": Fraction(60)} for n in range(6)}
    totals |= {f"y{n}": {f"m{n % 3}": Fraction(60), f"m{(n + 1) % 3}": Fraction(60)} for n in range(6)}
    adjusted = adjusted_scores(totals)
    assert adjusted["x0"] - 55 > 1
    assert abs(adjusted["y0"] - 60) < 2


def applications(count=514, reviewers=30):
    """A call of the size of 2026: three of thirty reviewers each, of different leniency."""
    numbers = stream("evaluation", "applications")
    names, points = [f"r{n:02}" for n in range(reviewers)], []
    lenient = {name: next(numbers) % 17 - 8 for name in names}
    truth = {f"a{n:03}": 50 + next(numbers) % 41 for n in range(count)}
    for application, level in truth.items():
        start, step = next(numbers) % reviewers, 1 + next(numbers) % (reviewers // 3)
        for reviewer in (names[(start + step * k) % reviewers] for k in range(3)):
            total = min(100, max(0, level + lenient[reviewer] + next(numbers) % 11 - 5))
            points.append(
                ScoreSheet(
                    evaluator=reviewer, proposal=application, points={"c0": str(total // 2), "c1": str(total - total // 2)}
                )
            )
    facts = EvaluationFacts(
        stage="evaluation",
        version=1,
        subject="applications",
        criteria=(Criterion(id="c0", weight="50", kind="judged"), Criterion(id="c1", weight="50", kind="judged")),
        proposals=tuple(Proposal(id=name) for name in truth),
        evaluators=tuple(names),
        scores=tuple(points),
        draw_seed="2026-01-29",
    )
    return facts, truth


def test_a_call_of_514_applications_and_the_adjustment_comes_closer_to_the_truth():
    facts, truth = applications()
    made = recommend(facts, rules())
    assert faults(facts, rules(), made) == []
    errors = [
        sum((Fraction(getattr(each, field)) - truth[each.proposal]) ** 2 for each in made.advice.adjusted)
        for field in ("raw", "adjusted")
    ]
    assert errors[1] < errors[0] * Fraction(7, 10)
    assert 0 < len(made.advice.further_review) < 514


# The checker


def tampered(made, place, **changes):
    ranking = list(made.ranking)
    ranking[place] = replace(ranking[place], **changes)
    return replace(made, ranking=tuple(ranking))


@pytest.mark.parametrize(
    ("tamper", "code"),
    [
        (lambda made: tampered(made, 0, total="99.00"), "wrong_figure"),
        (lambda made: tampered(made, 0, criteria={"c0": "60.00", "c1": "40.00"}), "wrong_figure"),
        (lambda made: tampered(made, 3, passed=True), "wrong_verdict"),
        (lambda made: tampered(made, 3, rank=4), "wrong_ranks"),
        (lambda made: tampered(made, 0, dropped=()), "wrong_drop"),
        (lambda made: tampered(made, 0, values_kept=5), "wrong_values_kept"),
        (lambda made: tampered(made, 0, recused=("e1",)), "wrong_recusal"),
        (lambda made: tampered(made, 1, tie_broken_by=""), "wrong_tie_step"),
        (lambda made: replace(made, ranking=made.ranking[1:]), "wrong_proposals"),
        (lambda made: replace(tampered(tampered(made, 0, rank=2), 1, rank=1)), "wrong_ranks"),
        (
            lambda made: replace(
                made, ranking=(replace(made.ranking[1], rank=1), replace(made.ranking[0], rank=2), *made.ranking[2:])
            ),
            "wrong_order",
        ),
        (lambda made: replace(made, reasons=()), "wrong_reason"),
        (lambda made: replace(made, threshold_points="10"), "wrong_figure"),
        (lambda made: replace(made, advice=replace(made.advice, reliability="0.9")), "wrong_reliability"),
        (lambda made: replace(made, advice=replace(made.advice, order_changes_without=("e0",))), "wrong_jackknife"),
        (
            lambda made: replace(
                made, advice=replace(made.advice, adjusted=tuple(replace(a, adjusted="1") for a in made.advice.adjusted))
            ),
            "wrong_adjustment",
        ),
    ],
)
def test_checker_finds_tampering(tamper, code):
    points = {
        "a": [(50, 30)] * 6,
        "b": [(40, 30), (45, 25), (41, 29), (42, 28), (50, 20), None],
        "c": [(40, 30)] * 6,
        "d": [(9, 9)] * 6,
    }
    facts = call(points, recusals=[("e5", "c")])
    made = decided(facts)
    assert order(made)[0] == "a"
    assert code in {fault.code for fault in faults(facts, rules(), tamper(made))}


def test_every_order_of_the_draw_is_the_checkers_too():
    for seed, drop in itertools.product(("one", "two"), ("by_evaluator", "by_item")):
        decided(call({name: [(30, 20)] * 5 for name in "abcd"}, seed=seed), rules(drop=drop))
