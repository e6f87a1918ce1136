"""Properties of rates and quotes, a second ledger in whole numbers, and the checker that must catch tampering."""

from fractions import Fraction

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.checks.burden import faults
from dure.cycle.deciding import check, decide
from dure.decisions.burden import recommend
from dure.decisions.burden.rating import split_list_price
from dure.formats.canonical import plain
from dure.formats.earlier.burden import tabulated
from dure.formats.errors import BadInput
from dure.formats.stages.burden import BurdenFacts, BurdenRules
from shuffling import shuffled
from tampering import each_leaf_changed

RATES = {"academia": {"any": "0"}, "industry": {"sme": "0.10", "startup": "0.05", "any": "0.375"}}


def rules(**changes):
    values = {
        "rates": RATES,
        "lowest_rates": {"academia": {"any": "0"}, "industry": {"sme": "0.05", "startup": "0.05"}},
        "highest_rates": {"academia": {"any": "0"}, "industry": {"sme": "0.10", "startup": "0.10"}},
        "youth_discount": "0.5",
        "youth_sizes": ("sme", "startup"),
        "package_gpus": (8, 64),
        "package_months": (1, 12),
        "hours_per_month": 730,
    }
    return msgspec.convert(tabulated(values | changes), BurdenRules)


sizes = st.sampled_from(["sme", "startup", "large"])
days = [f"2026-03-{day:02}T00:00:00+09:00" for day in range(1, 29)]
hours_texts = st.integers(0, 10**7).map(lambda n: f"{n // 1000}.{n % 1000:03}")


@st.composite
def raw_facts(draw):
    organisations = [
        {"id": f"o{n}", "kind": "industry", "size": draw(sizes), "youth_led": draw(st.booleans())} for n in range(3)
    ] + [{"id": "u", "kind": "academia", "size": "any"}]
    usage = []
    for lease in range(draw(st.integers(0, 4))):
        payer, model = draw(st.sampled_from(["o0", "o1", "o2", "u"])), draw(st.sampled_from(["H200", "B200"]))
        cuts = sorted(draw(st.sets(st.integers(0, 27), min_size=2, max_size=4)))
        usage += [
            {"lease": f"L{lease}", "organisation": payer, "model": model, "from": days[a], "to": days[b], "gpu_hours": hours}
            for a, b, hours in zip(cuts, cuts[1:], [draw(hours_texts) for _ in cuts[1:]], strict=False)
        ]
    survey = [
        {
            "id": f"S{n}", "kind": "industry", "size": draw(sizes), "youth_led": draw(st.booleans()),
            "model": draw(st.sampled_from(["H200", "B200"])), "gpus": draw(st.integers(0, 99)),
            "limit_price_per_gpu_hour": draw(st.integers(0, 3000)),
        }
        for n in range(draw(st.integers(0, 5)))
    ]  # fmt: skip
    return {
        "stage": "burden",
        "version": 1,
        "organisations": organisations,
        "price_book": {"H200": draw(st.integers(0, 9999)), "B200": 6000},
        "usage": usage,
        "survey": survey,
        "places": [{"kind": "industry", "model": "H200", "gpus": draw(st.integers(0, 200))}],
        "comparables": [
            {"programme": "one", "kind": "industry", "size": "sme", "share_low": "0.1", "share_high": "0.2"},
            {"programme": "two", "kind": "industry", "share_low": None, "share_high": None},
        ],
    }


def facts_of(raw):
    return msgspec.convert(raw, BurdenFacts)


@settings(max_examples=60)
@given(raw_facts(), st.integers(0, 10**6))
def test_blind_to_order_clean_to_the_checker_and_nothing_lost(raw, seed):
    facts = facts_of(raw)
    made = recommend(facts, rules())
    assert faults(facts, rules(), made) == []
    assert recommend(facts_of(shuffled(raw, seed=seed)), rules()) == made
    lines = [line for invoice in made.invoices for line in invoice.lines]
    assert len(lines) == len(raw["usage"])
    assert sum(line.billed_amount + line.support_amount for line in lines) == made.totals.list_amount
    assert sum(Fraction(line.gpu_hours) for line in lines) == sum(Fraction(u["gpu_hours"]) for u in raw["usage"])
    for row in made.filled:
        assert row.gpus_unfilled >= 0


@given(st.integers(0, 10**12), st.integers(0, 10**6))
def test_the_split_agrees_with_a_ledger_in_whole_numbers(list_amount, millionths):
    """The oracle: long division, the remainder compared with its half."""
    whole, rest = divmod(list_amount * millionths, 10**6)
    user = whole + (1 if 2 * rest > 10**6 else 0)
    assert split_list_price(list_amount, Fraction(millionths, 10**6)) == (user, list_amount - user)


@settings(max_examples=40)
@given(raw_facts(), st.integers(1, 500))
def test_a_higher_price_brings_no_more_takers(raw, more):
    dearer = {**raw, "price_book": {model: price + more for model, price in raw["price_book"].items()}}
    before = {(r.kind, r.size, r.youth_led, r.model): r for r in recommend(facts_of(raw), rules()).expected}
    for row in recommend(facts_of(dearer), rules()).expected:
        assert row.gpus_willing <= before[row.kind, row.size, row.youth_led, row.model].gpus_willing


def test_packages_of_a_youth_led_firm_cost_half(example, book):
    made = decide("burden", example("burden"), book=book).recommendation
    billed = {(p.kind, p.size, p.youth_led, p.model, p.gpus, p.months): p.billed_amount for p in made.packages}
    assert len(billed) == len(made.packages)
    for (kind, size, youth_led, *rest), amount in billed.items():
        if youth_led:
            assert amount * 2 == billed[kind, size, False, *rest]


def test_the_example_decides_and_checks_clean(book, example):
    made = decide("burden", example("burden"), book=book).recommendation
    assert check("burden", example("burden"), plain(made), book=book) == []
    assert {row.organisation: row.rate for row in made.rates} == {
        "hanbit-university": "0",
        "gaon-research-institute": "0",
        "nuri-ai": "0.025",
        "nuri-robotics": "0.1",
        "mirae-telecom": "0.5",
    }
    assumed = {reading.rule for reading in made.rules_read if reading.status == "assumed"}
    assert "burden/rates" in assumed
    assert "burden/announced" not in assumed


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"places": [{"kind": "industry", "model": "H200", "gpus": 1}] * 2}, "comes twice"),
        (
            {"survey": [{"id": "S", "kind": "industry", "size": "sme", "model": "A", "gpus": 1, "limit_price_per_gpu_hour": 1}]},
            "'A'",
        ),
        ({"comparables": [{"programme": "p", "kind": "industry", "share_low": "0.3", "share_high": "0.2"}]}, "above share_high"),
        ({"price_book": {"H200": 2**53 - 1, "B200": 1}}, "more than can be written exactly"),
    ],
)
def test_nonsense_is_refused(change, message, example):
    with pytest.raises(BadInput, match=message):
        recommend(facts_of({**example("burden"), **change}), rules(rates={**RATES, "research": {"any": "0"}}))


def _replace(made, field, place=0, **changes):
    rows = list(getattr(made, field))
    rows[place] = msgspec.structs.replace(rows[place], **changes)
    return msgspec.structs.replace(made, **{field: tuple(rows)})


def _line(made, place, **changes):
    lines = list(made.invoices[place].lines)
    lines[0] = msgspec.structs.replace(lines[0], **changes)
    return _replace(made, "invoices", place, lines=tuple(lines))


@pytest.mark.parametrize(
    ("tamper", "code"),
    [
        (lambda m: _replace(m, "rates", 3, rate="0.05"), "wrong_rate"),
        (lambda m: _replace(m, "rates", 3, price_per_gpu_hour={"H200": "1", "B200": "150"}), "wrong_price"),
        (lambda m: _replace(m, "rates", 3, because=("burden/rates",)), "wrong_rule_named"),
        (lambda m: msgspec.structs.replace(m, rates=m.rates[1:]), "wrong_organisations"),
        (lambda m: _replace(m, "packages", 40, billed_amount=m.packages[40].billed_amount + 1), "wrong_package"),
        (lambda m: msgspec.structs.replace(m, packages=m.packages[1:]), "wrong_packages"),
        (lambda m: _replace(m, "comparison", ours="within"), "wrong_comparison"),
        (lambda m: _replace(m, "comparison", our_low="0"), "wrong_comparison"),
        (lambda m: _replace(m, "expected", 2, gpus_willing=95), "wrong_demand"),
        (lambda m: _replace(m, "expected", 2, gpus_taken=96), "wrong_taken"),
        (lambda m: _replace(m, "expected", 2, revenue_amount_per_hour=32001), "wrong_revenue"),
        (lambda m: _replace(m, "filled", gpus_unfilled=1), "wrong_places"),
        (lambda m: msgspec.structs.replace(m, reasons=m.reasons[1:]), "wrong_reasons"),
        (lambda m: _line(m, 1, list_amount=26494501, support_amount=25832139), "wrong_list_price"),
        (lambda m: _line(m, 1, billed_amount=662363), "not_the_list_price"),
        (lambda m: _line(m, 1, billed_amount=662363, support_amount=25832137), "wrong_part"),
        (lambda m: _line(m, 1, gpu_hours="4415"), "wrong_hours"),
        (lambda m: _line(m, 1, rate="0.05"), "wrong_rate"),
        (lambda m: _line(m, 1, usage_digest="0" * 64), "wrong_usage_digest"),
        (lambda m: _replace(m, "invoices", 1, billed_amount=0), "wrong_sum"),
        (lambda m: msgspec.structs.replace(m, totals=msgspec.structs.replace(m.totals, gpu_hours="1")), "wrong_total"),
        (lambda m: msgspec.structs.replace(m, invoices=m.invoices[1:]), "wrong_lines"),
    ],
)
def test_checker_finds_tampering(tamper, code, book, example):
    decided = decide("burden", example("burden"), book=book)
    found = faults(facts_of(decided.facts), decided.rules, tamper(decided.recommendation))
    assert code in {fault.code for fault in found}


def test_checker_finds_rates_beyond_the_announced_range(book, example):
    decided = decide("burden", example("burden"), book=book)
    narrower = msgspec.structs.replace(decided.rules, announced=rules(highest_rates={"industry": {"sme": "0.09"}}).announced)
    assert "rate_out_of_range" in {f.code for f in faults(facts_of(decided.facts), narrower, decided.recommendation)}


def test_checker_says_so_when_the_facts_cannot_be_rated(example, book):
    decided = decide("burden", example("burden"), book=book)
    stranger = facts_of({**decided.facts, "organisations": [], "price_book": {}})
    assert {"no_price", "no_organisation"} <= {f.code for f in faults(stranger, decided.rules, decided.recommendation)}


def test_checker_guards_every_figure_one_at_a_time(example):
    """With fewer packages than the book's, for speed."""
    facts = facts_of(example("burden"))
    in_force = rules(rates={**RATES, "research": {"any": "0"}}, package_gpus=(8,), package_months=(1,))
    for place, changed in each_leaf_changed(recommend(facts, in_force)):
        assert faults(facts, in_force, changed), place
