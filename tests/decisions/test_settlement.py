"""Properties of the bill: nothing lost, nothing twice, the same again; and the checker that must catch tampering."""

import datetime as dt
import itertools
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.checks.settlement import faults
from dure.cycle.deciding import check, decide
from dure.decisions.settlement import recommend
from dure.formats.canonical import plain
from dure.formats.earlier.burden import tabulated
from dure.formats.errors import BadInput
from dure.formats.stages.settlement import SettlementFacts, SettlementRules
from shuffling import shuffled
from tampering import each_leaf_changed

BEGIN = dt.datetime.fromisoformat("2026-03-01T00:00:00+09:00")
ZONES = ("Asia/Seoul", "UTC", "Asia/Kathmandu", "America/St_Johns", "-11:00", "+14:00")
PAYERS = ("sme", "youth", "university", "large")


def rules(**changes):
    values = {
        "rates": {"academia": {"any": "0"}, "industry": {"sme": "0.10", "startup": "0.05", "any": "0.875"}},
        "lowest_rates": {},
        "highest_rates": {},
        "youth_discount": "0.5",
        "youth_sizes": ("sme", "startup"),
        "package_gpus": (8,),
        "package_months": (1,),
        "hours_per_month": 730,
        "gap_billed_share": "0.25",
        "gap_hour_decimals": 3,
        "clawback_share": "0.5",
        "deduction_per_missing_share": "1.5",
        "deduction_per_own_use_excess": "2",
        "payment_days": 30,
    }
    return msgspec.convert(tabulated(values | changes), SettlementRules)


def at(hour):
    return (BEGIN + dt.timedelta(hours=hour)).isoformat()


hours_texts = st.integers(0, 10**7).map(lambda n: f"{n // 1000}.{n % 1000:03}")


@st.composite
def raw_facts(draw):
    usage, gaps = [], []
    for lease in range(draw(st.integers(0, 4))):
        payer = draw(st.sampled_from(PAYERS))
        cuts = sorted(draw(st.sets(st.integers(0, 700), min_size=2, max_size=4)))
        usage += [
            {
                "lease": f"L{lease}", "organisation": payer, "model": "H200",
                "from": at(a), "to": at(b), "gpu_hours": draw(hours_texts),
            }
            for a, b in itertools.pairwise(cuts)
        ]  # fmt: skip
        for _ in range(draw(st.integers(0, 3))):
            begin = draw(st.integers(0, 700))
            gaps.append({"lease": f"L{lease}", "from": at(begin), "to": at(begin + draw(st.integers(1, 50)))})
    shares = st.integers(0, 1000).map(lambda n: f"0.{n:03}" if n < 1000 else "1")
    return {
        "stage": "settlement",
        "version": 2,
        "zone": draw(st.sampled_from(ZONES)),
        "organisations": [
            {"id": "sme", "kind": "industry", "size": "sme"},
            {"id": "youth", "kind": "industry", "size": "startup", "youth_led": True},
            {"id": "university", "kind": "academia", "size": "any"},
            {"id": "large", "kind": "industry", "size": "large"},
        ],
        "price_book": {"H200": draw(st.integers(0, 9999))},
        "usage": usage,
        "gaps": gaps,
        "off_purpose": [{"lease": lease, "share": draw(shares)} for lease in sorted({u["lease"] for u in usage})[:1]],
        "paid": [
            {"id": f"P{n}", "organisation": draw(st.sampled_from(PAYERS)), "amount": 1000 * n, "paid_on": "2026-04-01"}
            for n in (1, 2)
        ],
        "providers": [
            {
                "provider": name, "fee_amount": draw(st.integers(0, 10**9)), "promised_share": "0.99",
                "delivered_share": draw(shares), "own_use_contracted": "0.2", "own_use_used": draw(shares),
            }
            for name in ("naver", "nhn")
        ],
    }  # fmt: skip


def facts_of(raw):
    return msgspec.convert(raw, SettlementFacts)


def as_previous(made):
    return [{"organisation": i.organisation, "line": plain(line)} for i in made.invoices for line in i.lines]


@settings(max_examples=60)
@given(raw_facts(), st.integers(0, 10**6))
def test_blind_to_order_clean_to_the_checker_and_nothing_lost(raw, seed):
    facts = facts_of(raw)
    made = recommend(facts, rules())
    assert faults(facts, rules(), made) == []
    assert recommend(facts_of(shuffled(raw, seed=seed)), rules()) == made
    lines = [line for invoice in made.invoices for line in invoice.lines]
    assert len(lines) == len(raw["usage"])
    assert sum(i.billed_amount for i in made.invoices) == made.totals.billed_amount == sum(line.billed_amount for line in lines)
    assert made.totals.billed_amount + made.totals.support_amount == made.totals.list_amount
    hours = sum(Fraction(line.gpu_hours) + Fraction(line.gap_gpu_hours) for line in lines)
    assert hours == sum(Fraction(entry["gpu_hours"]) for entry in raw["usage"])
    assert sum(b.due_amount for b in made.balances) == made.totals.billed_amount + sum(c.amount for c in made.clawbacks) - 3000


@settings(max_examples=40)
@given(raw_facts())
def test_settling_again_bills_nothing_and_a_line_alone_comes_out_the_same(raw):
    made = recommend(facts_of(raw), rules())
    again = recommend(facts_of({**raw, "previous": as_previous(made)}), rules())
    assert (again.invoices, again.corrections, again.totals.list_amount) == ((), (), 0)
    assert [b.due_amount for b in again.balances] == [b.due_amount for b in made.balances]
    for invoice in made.invoices:
        for line in invoice.lines:
            entry = next(u for u in raw["usage"] if u["lease"] == line.lease and u["from"] == line.from_at.isoformat())
            gaps = [gap for gap in raw["gaps"] if gap["lease"] == line.lease]
            alone = recommend(facts_of({**raw, "usage": [entry], "gaps": gaps, "off_purpose": []}), rules())
            assert alone.invoices[0].lines == (line,)


@settings(max_examples=40)
@given(raw_facts(), st.integers(0, 10**6))
def test_a_correction_leaves_what_a_right_bill_would_have_left(raw, change):
    """Bill once wrongly, then correct: every balance is that of having billed rightly at once."""
    wrong = {**raw, "usage": [{**u, "gpu_hours": str(change * (n % 2))} for n, u in enumerate(raw["usage"])]}
    billed = recommend(facts_of(wrong), rules())
    facts = facts_of({**raw, "previous": as_previous(billed)})
    corrected = recommend(facts, rules())
    assert faults(facts, rules(), corrected) == []
    right = {b.organisation: b.due_amount for b in recommend(facts_of(raw), rules()).balances}
    assert {b.organisation: b.due_amount for b in corrected.balances} == right


@given(st.sampled_from(PAYERS), st.integers(0, 9999), st.lists(st.integers(0, 10**6), min_size=2, max_size=5))
def test_cutting_a_period_moves_a_total_by_no_more_than_one_won_a_line(payer, price, parts):
    """Each line's list price is within half a unit of exact, the user's part within (1 + rate) / 2."""
    base = {
        "stage": "settlement",
        "version": 2,
        "zone": "UTC",
        "organisations": [
            {"id": "sme", "kind": "industry", "size": "sme"},
            {"id": "youth", "kind": "industry", "size": "startup", "youth_led": True},
            {"id": "university", "kind": "academia", "size": "any"},
            {"id": "large", "kind": "industry", "size": "large"},
        ],
        "price_book": {"H200": price},
    }

    def bill(sizes):
        usage = [
            {
                "lease": "L", "organisation": payer, "model": "H200", "from": at(n), "to": at(n + 1),
                "gpu_hours": f"{size // 1000}.{size % 1000:03}",
            }
            for n, size in enumerate(sizes)
        ]  # fmt: skip
        return recommend(facts_of({**base, "usage": usage}), rules()).totals

    whole, cut = bill([sum(parts)]), bill(parts)
    assert Fraction(whole.gpu_hours) == Fraction(cut.gpu_hours)
    assert 2 * abs(whole.list_amount - cut.list_amount) <= len(parts) + 1
    assert abs(whole.billed_amount - cut.billed_amount) <= len(parts)
    assert abs(whole.support_amount - cut.support_amount) <= len(parts)
    if all(size * price % 1000 == 0 for size in parts):
        assert whole.list_amount == cut.list_amount


@given(raw_facts())
def test_more_unmetered_time_never_costs_the_user_more(raw):
    with_gaps = {i.organisation: i.billed_amount for i in recommend(facts_of(raw), rules()).invoices}
    without = {i.organisation: i.billed_amount for i in recommend(facts_of({**raw, "gaps": []}), rules()).invoices}
    assert all(amount <= without[name] for name, amount in with_gaps.items())


def test_the_example_decides_and_checks_clean(book, example):
    made = decide("settlement", example("settlement"), book=book).recommendation
    assert check("settlement", example("settlement"), plain(made), book=book) == []
    assert {b.organisation: b.due_amount for b in made.balances} == {
        "hanbit-university": 0,
        "nuri-ai": 861600,
        "nuri-robotics": 7317440,
    }


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"gaps": [{"lease": "L-009", "from": at(0), "to": at(1)}]}, "'L-009' is not defined"),
        ({"gaps": [{"lease": "L-001", "from": at(1), "to": at(1)}]}, "is empty"),
        ({"off_purpose": [{"lease": "L-001", "share": "0.1"}, {"lease": "L-001", "share": "0.2"}]}, "comes twice"),
        ({"price_book": {"H200": 2**53 - 1, "B200": 1}}, "more than can be written exactly"),
        ({"organisations": []}, "is not defined"),
    ],
)
def test_nonsense_is_refused(change, message, example):
    with pytest.raises(BadInput, match=message):
        recommend(facts_of({**example("settlement"), **change}), rules())


def test_a_lease_has_one_payer(example):
    raw = example("settlement")
    raw["usage"][2]["organisation"] = "nuri-robotics"
    with pytest.raises(BadInput, match="more than one organisation"):
        recommend(facts_of(raw), rules())


def test_the_digest_sees_values_and_not_their_spelling(example):
    raw = example("settlement")
    first = recommend(facts_of(raw), rules()).usage_digest
    raw["usage"][0].update({"from": "2026-03-31T15:00:00Z", "gpu_hours": "34560.00"})
    assert recommend(facts_of(raw), rules()).usage_digest == first
    raw["usage"][0]["gpu_hours"] = "34560.01"
    assert recommend(facts_of(raw), rules()).usage_digest != first


def _replace(made, field, place=0, **changes):
    rows = list(getattr(made, field))
    rows[place] = msgspec.structs.replace(rows[place], **changes)
    return msgspec.structs.replace(made, **{field: tuple(rows)})


def _line(made, place, **changes):
    return _replace(made, "invoices", place, lines=(msgspec.structs.replace(made.invoices[place].lines[0], **changes),))


@pytest.mark.parametrize(
    ("tamper", "code"),
    [
        (lambda m: _line(m, 2, list_amount=43776001, support_amount=39398401), "wrong_list_price"),
        (lambda m: _line(m, 2, billed_amount=4377601, support_amount=39398399), "wrong_part"),
        (lambda m: _line(m, 2, support_amount=39398401), "not_the_list_price"),
        (lambda m: _line(m, 2, gpu_hours="11520", gap_gpu_hours="0"), "wrong_hours"),
        (lambda m: _line(m, 2, rate="0.05"), "wrong_rate"),
        (lambda m: _line(m, 2, lease="L-002"), "no_usage"),
        (lambda m: _line(m, 2, usage_digest="0" * 64), "wrong_usage_digest"),
        (lambda m: _line(m, 2, because=()), "wrong_rule_named"),
        (lambda m: _replace(m, "invoices", 2, billed_amount=1), "wrong_sum"),
        (lambda m: msgspec.structs.replace(m, invoices=m.invoices[1:]), "not_billed_once"),
        (lambda m: _replace(m, "invoices", 2, lines=m.invoices[2].lines * 2), "not_billed_once"),
        (lambda m: msgspec.structs.replace(m, totals=msgspec.structs.replace(m.totals, billed_amount=1)), "wrong_total"),
        (lambda m: msgspec.structs.replace(m, corrections=()), "no_correction"),
        (lambda m: msgspec.structs.replace(m, corrections=m.corrections * 2), "reversed_twice"),
        (lambda m: _replace(m, "corrections", difference_amount=0), "wrong_correction"),
        (lambda m: _replace(m, "corrections", lease="L-001"), "nothing_to_correct"),
        (lambda m: msgspec.structs.replace(m, clawbacks=()), "no_clawback"),
        (lambda m: _replace(m, "clawbacks", amount=1), "wrong_clawback"),
        (lambda m: _replace(m, "balances", 1, due_amount=0), "wrong_balance"),
        (lambda m: _replace(m, "balances", 1, pay_by=None), "wrong_balance"),
        (lambda m: msgspec.structs.replace(m, balances=m.balances[1:]), "wrong_balances"),
        (lambda m: _replace(m, "providers", deducted_amount=0, payable_amount=300000001), "wrong_deduction"),
        (lambda m: msgspec.structs.replace(m, providers=m.providers[1:]), "wrong_providers"),
        (lambda m: msgspec.structs.replace(m, usage_digest="0" * 64), "wrong_digest"),
        (lambda m: msgspec.structs.replace(m, reasons=()), "wrong_reasons"),
    ],
)
def test_checker_finds_tampering(tamper, code, book, example):
    decided = decide("settlement", example("settlement"), book=book)
    found = faults(facts_of(decided.facts), decided.rules, tamper(decided.recommendation))
    assert code in {fault.code for fault in found}


def test_checker_finds_a_correction_of_what_was_right(book, example):
    raw = example("settlement")
    raw["usage"][1]["gpu_hours"] = "4416"
    decided = decide("settlement", raw, book=book)
    assert decided.recommendation.corrections == ()
    old = facts_of(raw).previous[0]
    tampered = decide("settlement", example("settlement"), book=book).recommendation.corrections[0]
    needless = msgspec.structs.replace(
        tampered, line=old.line, rebilled_amount=old.line.billed_amount, difference_amount=0, support_difference_amount=0
    )
    made = msgspec.structs.replace(decided.recommendation, corrections=(needless,))
    assert "needless_correction" in {f.code for f in faults(facts_of(raw), decided.rules, made)}


def test_checker_refuses_usage_that_bills_a_second_twice(book, example):
    decided = decide("settlement", example("settlement"), book=book)
    raw = {**decided.facts, "usage": decided.facts["usage"] * 2}
    assert "billed_twice" in {f.code for f in faults(facts_of(raw), decided.rules, decided.recommendation)}


def test_checker_guards_every_figure_one_at_a_time(book, example):
    decided = decide("settlement", example("settlement"), book=book)
    facts = facts_of(decided.facts)
    for place, changed in each_leaf_changed(decided.recommendation):
        assert faults(facts, decided.rules, changed), place


@pytest.mark.parametrize(
    ("zone", "last"),
    [("Asia/Seoul", "2026-05-01"), ("UTC", "2026-04-30"), ("+05:45", "2026-04-30"), ("Pacific/Kiritimati", "2026-05-01")],
)
def test_days_of_payment_are_counted_by_the_clocks_of_the_programme(zone, last):
    """The period ends at midnight in Seoul, which is three in the afternoon of the day before at Greenwich."""
    usage = [
        {"lease": "L", "organisation": "sme", "model": "H200", "from": at(0), "to": "2026-04-01T00:00:00+09:00", "gpu_hours": "1"}
    ]
    raw = {
        "stage": "settlement", "version": 2, "zone": zone, "price_book": {"H200": 10**6}, "usage": usage,
        "organisations": [{"id": "sme", "kind": "industry", "size": "sme"}],
    }  # fmt: skip
    made = recommend(facts_of(raw), rules())
    assert [str(each.pay_by) for each in made.balances] == [last]
    assert faults(facts_of(raw), rules(), made) == []
    other = _replace(made, "balances", pay_by=dt.date(2026, 4, 29))
    assert [fault.code for fault in faults(facts_of(raw), rules(), other)] == ["wrong_balance"]


def test_a_zone_that_there_is_not_is_refused_with_its_place():
    usage = [{"lease": "L", "organisation": "sme", "model": "H200", "from": at(0), "to": at(1), "gpu_hours": "1"}]
    raw = {
        "stage": "settlement", "version": 2, "zone": "Europe/Atlantis", "price_book": {"H200": 1}, "usage": usage,
        "organisations": [{"id": "sme", "kind": "industry", "size": "sme"}],
    }  # fmt: skip
    with pytest.raises(BadInput, match=r"\$\.zone: 'Europe/Atlantis' is no time zone"):
        recommend(facts_of(raw), rules())
