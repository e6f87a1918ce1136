"""Properties of the share vector, its oracle on a grid, and the checker that must catch tampering."""

import itertools
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.checks.shares import faults
from dure.decisions.shares import recommend
from dure.formats.kinds import decimal_text
from dure.formats.stages.shares import SectorSignals, SharesFacts, SharesRules

NAMES = ("a", "b", "c", "d")


def rules(**changes):
    values = {
        "weights": {"demand": "0.5", "priority": "0.3", "results": "0.2"},
        "floor": dict.fromkeys(NAMES, "0.05"),
        "ceiling": dict.fromkeys(NAMES, "0.7"),
        "step": "0.1",
        "decimals": 4,
    }
    return SharesRules(**{**values, **changes})


def column(parts):
    """Whole-number parts as shares that sum to one, in thousandths."""
    total, left, made = sum(parts), 1000, []
    for part in parts[:-1]:
        made.append(min(left, 1000 * part // total))
        left -= made[-1]
    return [decimal_text(Fraction(value, 1000), 3) for value in [*made, left]]


@st.composite
def share_facts(draw, sectors=4):
    columns = {
        name: column(draw(st.lists(st.integers(1, 50), min_size=sectors, max_size=sectors)))
        for name in ("demand", "priority", "results")
    }
    current = column(draw(st.lists(st.integers(20, 40), min_size=sectors, max_size=sectors)))
    rows = [SectorSignals(id=NAMES[i], current=current[i], **{n: c[i] for n, c in columns.items()}) for i in range(sectors)]
    return SharesFacts(stage="shares", version=1, sectors=tuple(rows))


@given(share_facts(), st.randoms())
def test_sums_to_one_within_bounds_and_blind_to_order(facts, mix):
    made = recommend(facts, rules())
    assert sum(map(Fraction, made.shares.values())) == 1
    assert faults(facts, rules(), made) == []
    rows = list(facts.sectors)
    mix.shuffle(rows)
    assert recommend(msgspec.structs.replace(facts, sectors=tuple(rows)), rules()) == made


@given(share_facts(), st.integers(0, 3), st.integers(1, 100))
def test_more_demand_for_a_sector_never_lowers_its_share(facts, which, thousandths):
    rows = list(facts.sectors)
    other = max((i for i in range(4) if i != which), key=lambda i: Fraction(rows[i].demand))
    shift = min(Fraction(thousandths, 1000), Fraction(rows[other].demand))
    for place, change in ((which, shift), (other, -shift)):
        rows[place] = msgspec.structs.replace(rows[place], demand=decimal_text(Fraction(rows[place].demand) + change, 3))
    before = recommend(facts, rules()).exact[NAMES[which]]
    after = recommend(msgspec.structs.replace(facts, sectors=tuple(rows)), rules()).exact[NAMES[which]]
    assert Fraction(after) >= Fraction(before)


@settings(max_examples=30)
@given(share_facts(sectors=3))
def test_no_point_of_a_grid_within_the_bounds_is_closer(facts):
    """The oracle: every vector of hundredths that keeps the rules, compared one by one."""
    made = recommend(facts, rules())
    target = {name: Fraction(text) for name, text in made.target.items()}
    current = {sector.id: Fraction(sector.current) for sector in facts.sectors}
    for one, two in itertools.product(range(5, 71), repeat=2):
        point = dict(zip(NAMES[:3], (Fraction(one, 100), Fraction(two, 100), Fraction(100 - one - two, 100)), strict=True))
        if all(abs(point[n] - current[n]) <= Fraction(1, 10) and Fraction(5, 100) <= point[n] <= Fraction(7, 10) for n in point):
            assert sum((point[n] - target[n]) ** 2 for n in point) >= Fraction(made.objective)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"exact": {"a": "1/4", "b": "1/4", "c": "1/4", "d": "1/4"}}, "not_nearest"),
        ({"shares": {"a": "0.9", "b": "0.1", "c": "0", "d": "0"}}, "wrong_rounding"),
        ({"objective": "1/7"}, "wrong_objective"),
        ({"moves": ()}, "no_explanation"),
    ],
)
def test_checker_finds_tampering(change, code):
    columns = [
        ("0.25", "0.70", "0.4", "0.3"),
        ("0.25", "0.10", "0.2", "0.3"),
        ("0.25", "0.10", "0.2", "0.2"),
        ("0.25", "0.10", "0.2", "0.2"),
    ]
    rows = [
        SectorSignals(id=n, current=c, demand=d, priority=p, results=r) for n, (c, d, p, r) in zip(NAMES, columns, strict=True)
    ]
    facts = SharesFacts(stage="shares", version=1, sectors=tuple(rows))
    made = msgspec.structs.replace(recommend(facts, rules()), **change)
    assert code in {fault.code for fault in faults(facts, rules(), made)}
