"""Properties of the budget, sums beyond 2^53, and the checker that must catch tampering."""

import datetime as dt

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.checks.budget import faults
from dure.decisions.budget import recommend
from dure.formats.stages.budget import BudgetFacts, BudgetRules, Commitment, Payment
from shuffling import shuffled

LINES = ("gpu", "network", "site")
replace = msgspec.structs.replace


def rules(**changes):
    return BudgetRules(**{"line_weights": {"gpu": "6", "network": "3.5", "site": "0.5"}, "rounding_unit": 100, **changes})


def day(number):
    return dt.date(2025, 9, 1) + dt.timedelta(days=number)


@st.composite
def budget_facts(draw):
    total = draw(st.integers(0, 10_000))
    amounts = st.integers(0, 3_000)
    commitments = tuple(
        Commitment(
            id=f"c{number}",
            line=draw(st.sampled_from(LINES)),
            amount=draw(amounts),
            committed_on=day(draw(st.integers(0, 5))),
            gpus=draw(st.integers(0, 9)),
        )
        for number in range(draw(st.integers(1, 7)))
    )
    payments = tuple(
        Payment(
            id=f"p{number}",
            commitment=draw(st.sampled_from(commitments)).id,
            amount=draw(amounts),
            paid_on=day(draw(st.integers(0, 9))),
        )
        for number in range(draw(st.integers(0, 7)))
    )
    return BudgetFacts(stage="budget", version=1, appropriation_amount=total, commitments=commitments, payments=payments)


@given(budget_facts(), st.integers(0, 99), st.integers(1, 700))
@settings(max_examples=80)
def test_nothing_is_lost_nothing_goes_beyond_and_order_does_not_matter(facts, seed, unit):
    made = recommend(facts, rules(rounding_unit=unit))
    assert faults(facts, rules(rounding_unit=unit), made) == []
    assert sum(envelope.amount for envelope in made.envelopes) == facts.appropriation_amount
    assert made.committed_amount + made.room_amount == facts.appropriation_amount
    for envelope in made.envelopes:
        assert 0 <= envelope.paid_amount <= envelope.committed_amount <= envelope.amount
    left_out = {commitment.id for commitment in facts.commitments} - set(made.accepted)
    assert left_out <= {reason.item for reason in made.reasons}
    mixed = msgspec.convert(shuffled(msgspec.json.decode(msgspec.json.encode(facts)), seed=seed), BudgetFacts)
    assert recommend(mixed, rules(rounding_unit=unit)) == made


@given(budget_facts())
@settings(max_examples=40)
def test_the_earliest_commitment_that_fits_its_line_is_never_turned_away_by_a_later_one(facts):
    made = recommend(facts, rules())
    late = max(facts.commitments, key=lambda each: (each.committed_on, each.id))
    without = replace(facts, commitments=tuple(c for c in facts.commitments if c is not late), payments=())
    assert [c for c in made.accepted if c != late.id] == list(recommend(without, rules()).accepted)


def test_sums_beyond_2_to_the_53_stay_exact():
    most = 2**53 - 1
    facts = BudgetFacts(
        stage="budget",
        version=1,
        appropriation_amount=most,
        commitments=tuple(Commitment(id=f"c{n}", line="gpu", amount=most // 3, committed_on=day(n), gpus=1) for n in range(3)),
    )
    made = recommend(facts, rules(line_weights={"gpu": "1"}, rounding_unit=1))
    assert made.committed_amount == most // 3 * 3
    assert made.room_amount == most % 3


@pytest.fixture
def small():
    commitments = (
        Commitment(id="a", line="gpu", amount=500, committed_on=day(0), gpus=2),
        Commitment(id="b", line="gpu", amount=200, committed_on=day(1), gpus=1),
        Commitment(id="c", line="site", amount=40, committed_on=day(2)),
    )
    payments = (
        Payment(id="p", commitment="a", amount=400, paid_on=day(3)),
        Payment(id="q", commitment="a", amount=200, paid_on=day(4)),
    )
    return BudgetFacts(stage="budget", version=1, appropriation_amount=1_050, commitments=commitments, payments=payments)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda made: {"accepted": (*made.accepted, "b")}, "beyond_line"),
        (lambda made: {"accepted": made.accepted[1:]}, "refused_though_it_fits"),
        (lambda made: {"accepted": made.accepted[::-1]}, "wrong_order"),
        (lambda made: {"accepted": (*made.accepted, "ghost")}, "unknown_commitment"),
        (lambda _: {"amount_per_gpu": 249}, "wrong_total"),
        (lambda _: {"reasons": ()}, "no_reason"),
        (lambda made: {"room_amount": made.room_amount + 1}, "wrong_total"),
        (lambda made: {"envelopes": made.envelopes[1:]}, "wrong_lines"),
        (lambda made: {"envelopes": (replace(made.envelopes[0], amount=700), *made.envelopes[1:])}, "not_the_appropriation"),
        (lambda made: {"envelopes": (replace(made.envelopes[0], paid_amount=600), *made.envelopes[1:])}, "wrong_paid"),
        (lambda made: {"envelopes": (replace(made.envelopes[0], room_amount=999), *made.envelopes[1:])}, "wrong_room"),
        (
            lambda made: {
                "envelopes": (replace(made.envelopes[0], amount=600), replace(made.envelopes[1], amount=400), made.envelopes[2])
            },
            "wrong_split",
        ),
    ],
)
def test_checker_finds_tampering(small, change, code):
    in_force = rules(rounding_unit=50)
    made = recommend(small, in_force)
    assert faults(small, in_force, made) == []
    assert code in {fault.code for fault in faults(small, in_force, replace(made, **change(made)))}


def test_example_of_2025(example, book):
    facts = msgspec.convert(example("budget"), BudgetFacts)
    in_force, _ = book.fill(BudgetRules, on=book.reference_on)
    made = recommend(facts, in_force)
    assert faults(facts, in_force, made) == []
    assert {reason.item: reason.code for reason in made.reasons} == {"late-gpu": "no_room_in_line", "pay-4": "beyond_commitment"}
    assert made.amount_per_gpu == 110_992_692
