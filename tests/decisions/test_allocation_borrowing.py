"""Borrowing between sectors with return: what one uses beyond its share it has less room for next time."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from decisions.allocation_rounds import application, facts, rules, tiny_round
from dure.checks.allocation import faults
from dure.decisions.allocation import recommend
from dure.decisions.allocation.round.sector_balance import parts
from dure.formats.errors import BadInput
from dure.formats.stages.allocation import Sector

HALVES = (Sector(id="s", share="0.5", floor="0", ceiling="0.6"), Sector(id="t", share="0.5", floor="0", ceiling="0.6"))


def _round(wanted_by_s, wanted_by_t, sectors):
    """Six server-slots of 48 GPU-weeks each: whole-horizon requests for one server."""
    rows = [application(n, sector="s", weeks=6, latest_week=0, score="90") for n in range(wanted_by_s)]
    rows += [application(10 + n, sector="t", weeks=6, latest_week=0, score="80") for n in range(wanted_by_t)]
    return facts(rows, sectors=sectors)


def test_what_was_borrowed_is_returned_in_the_next_round():
    in_force = rules(share_penalty=50)
    first = _round(3, 0, HALVES)  # t asks for nothing, so s takes all: it borrows t's half
    made = recommend(first, in_force)
    assert made.sector_use == {"s": 144, "t": 0}
    assert made.sector_balance == {"s": 72, "t": -72}
    second = _round(3, 3, tuple(replace(one, owed=made.sector_balance[one.id]) for one in HALVES))
    then = recommend(second, in_force)
    assert then.sector_use == {"s": 0, "t": 144}  # without the debt s, whose scores are higher, would have had more
    assert then.sector_balance == {"s": 0, "t": 0}
    assert faults(second, in_force, then) == []
    assert recommend(_round(3, 3, HALVES), in_force).sector_use["s"] > 0


def test_debts_that_do_not_balance_are_refused():
    for owed in ((5, 0), (5, -4)):
        sectors = tuple(replace(one, owed=amount) for one, amount in zip(HALVES, owed, strict=True))
        with pytest.raises(BadInput, match="not to 0"):
            recommend(_round(1, 1, sectors), rules())
    huge = (replace(HALVES[0], owed=2**31 - 1), replace(HALVES[1], owed=-(2**31) + 1))
    with pytest.raises(BadInput, match="more than is handled"):
        recommend(_round(1, 1, huge), rules(share_penalty=10**6))


@settings(max_examples=40)
@given(st.integers(0, 10**6), st.integers(-200, 200))
def test_the_books_balance_and_the_checker_agrees(seed, owed):
    given_facts, in_force = tiny_round(seed)
    sectors = tuple(replace(one, owed=amount) for one, amount in zip(given_facts.sectors, (owed, -owed), strict=True))
    given_facts = replace(given_facts, sectors=sectors)
    made = recommend(given_facts, in_force)
    assert sum(made.sector_balance.values()) == 0
    assert faults(given_facts, in_force, made) == []
    false = replace(made, sector_balance={"s": made.sector_balance["s"] + 1, "t": made.sector_balance["t"] - 1})
    assert [fault.code for fault in faults(given_facts, in_force, false)] == ["wrong_sector_balance"]


@given(
    st.dictionaries(st.text(min_size=1, max_size=3), st.fractions(0, 1, max_denominator=50), min_size=1, max_size=6),
    st.integers(0, 10**6),
)
def test_parts_sum_to_the_whole_and_none_is_off_by_more_than_one(shares, whole):
    made = parts(shares, whole)
    assert sum(made.values()) == whole
    total = sum(shares.values())
    for name, share in shares.items():
        due = whole * share / total if total else whole / len(shares)
        assert abs(made[name] - due) < 1
