"""Properties of results, their oracle over all sets of lifted sectors, and the checker that must catch tampering."""

import itertools
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.checks.outcomes import faults
from dure.cycle.deciding import check, decide
from dure.decisions.outcomes import recommend, results_of
from dure.formats.canonical import plain
from dure.formats.stages.outcomes import OutcomesFacts, OutcomesRules
from shuffling import shuffled
from tampering import each_leaf_changed

KINDS = ("paper", "model", "patent", "product", "people_trained")
SECTORS = ("a", "b", "c", "d")


def rules(**changes):
    points = {"paper": "10", "model": "20", "patent": "10", "product": "30", "revenue": "5", "people_trained": "0.5"}
    values = {"points": points, "revenue_unit": 300_000_000, "decimals": 4, "smallest_part": "0.07"}
    return OutcomesRules(**{**values, **changes})


@st.composite
def raw_facts(draw):
    grants = [
        {
            "id": f"G{n}", "organisation": "o", "sector": draw(st.sampled_from(SECTORS)),
            "use": draw(st.sampled_from(["science", "service"])),
            "gpu_hours": draw(st.sampled_from(["0", "10.5", "2000", "99999"])),
            "report_due_on": draw(st.sampled_from(["2026-12-30", "2026-12-31", "2027-01-01"])),
            "report_received_on": draw(st.sampled_from([None, "2026-12-31", "2027-01-01"])),
        }
        for n in range(draw(st.integers(0, 6)))
    ]  # fmt: skip
    achievements = []
    for n in range(draw(st.integers(0, 8)) if grants else 0):
        revenue = draw(st.booleans())
        achievements.append(
            {
                "id": f"R{n}",
                "grant": draw(st.sampled_from(grants))["id"],
                "kind": "revenue" if revenue else draw(st.sampled_from(KINDS)),
                "count": 0 if revenue else draw(st.integers(0, 9)),
                "revenue_amount": draw(st.integers(0, 10**10)) if revenue else 0,
                "evidence": draw(st.sampled_from(["", " ", "doi:1", "DOI:1", "doi:2", "doi:3"])),
                "verified": draw(st.sampled_from([True, True, False])),
            }
        )
    return {
        "stage": "outcomes",
        "version": 1,
        "as_of": "2026-12-31",
        "sectors": list(SECTORS),
        "grants": grants,
        "achievements": achievements,
    }


def facts_of(raw):
    return msgspec.convert(raw, OutcomesFacts)


@settings(max_examples=80)
@given(raw_facts(), st.integers(0, 10**6), st.sampled_from(["0", "0.07", "0.25"]))
def test_sums_to_one_blind_to_order_and_clean_to_the_checker(raw, seed, smallest):
    in_force = rules(smallest_part=smallest)
    made = recommend(facts_of(raw), in_force)
    assert sum(map(Fraction, made.results.values())) == 1
    assert min(map(Fraction, made.results.values())) >= Fraction(smallest)
    assert faults(facts_of(raw), in_force, made) == []
    assert recommend(facts_of(shuffled(raw, seed=seed)), in_force) == made
    assert sum(row.counted + row.not_counted for row in made.sectors) == len(raw["achievements"])
    assert sum(row.not_counted for row in made.uses) == len(made.reasons)


@given(
    st.lists(st.one_of(st.none(), st.integers(0, 50)), min_size=2, max_size=5),
    st.sampled_from([Fraction(0), Fraction(1, 20), Fraction(1, 8), Fraction(1, 5)]),
)
def test_no_other_set_of_lifted_sectors_fits(rates, smallest):
    """The oracle: try every set of sectors at the smallest part, the rest in proportion to merit; one vector fits."""
    named = {f"s{n}": None if rate is None else Fraction(rate) for n, rate in enumerate(rates)}
    judged = [rate for rate in named.values() if rate is not None]
    if not sum(judged):
        assert set(results_of(named, smallest=smallest)[0].values()) == {Fraction(1, len(named))}
        return
    mean = sum(judged) / len(judged)
    merit = {name: mean if rate is None else rate for name, rate in named.items()}
    fitting = []
    for size in range(len(named)):
        for lifted in itertools.combinations(sorted(named), size):
            free = sum(merit[name] for name in named if name not in lifted)
            if free:
                scale = (1 - smallest * size) / free
                parts = {name: smallest if name in lifted else merit[name] * scale for name in named}
                if min(parts.values()) >= smallest and all(merit[name] * scale <= smallest for name in lifted):
                    fitting.append(parts)
    assert fitting
    assert all(parts == fitting[0] for parts in fitting)
    assert results_of(named, smallest=smallest)[0] == fitting[0]


@given(raw_facts(), st.integers(0, 5))
def test_another_verified_result_never_lowers_a_sectors_part(raw, which):
    if not raw["grants"]:
        return
    grant = raw["grants"][which % len(raw["grants"])]
    more = {"id": "Z", "grant": grant["id"], "kind": "paper", "count": 2, "evidence": "doi:new", "verified": True}
    before = recommend(facts_of(raw), rules()).exact[grant["sector"]]
    after = recommend(facts_of({**raw, "achievements": [*raw["achievements"], more]}), rules()).exact[grant["sector"]]
    assert Fraction(after) >= Fraction(before)


@given(raw_facts())
def test_claims_without_proof_change_no_part(raw):
    claims = [
        {"id": f"X{n}", "grant": grant["id"], "kind": "product", "count": 99, "evidence": evidence, "verified": verified}
        for n, (grant, (evidence, verified)) in enumerate(itertools.product(raw["grants"], [("doi:9", False), ("", True)]))
    ]
    claimed = recommend(facts_of({**raw, "achievements": raw["achievements"] + claims}), rules())
    assert claimed.exact == recommend(facts_of(raw), rules()).exact
    assert {claim["id"] for claim in claims} <= {reason.item for reason in claimed.reasons}


def test_the_example_decides_and_checks_clean_and_its_results_feed_shares(book, example):
    made = decide("outcomes", example("outcomes"), book=book).recommendation
    assert check("outcomes", example("outcomes"), plain(made), book=book) == []
    facts = example("shares")
    for sector in facts["sectors"]:
        sector["results"] = made.results[sector["id"]]
    assert decide("shares", facts, book=book).recommendation.shares


def _replace(made, field, place=0, **changes):
    rows = list(getattr(made, field))
    rows[place] = msgspec.structs.replace(rows[place], **changes)
    return msgspec.structs.replace(made, **{field: tuple(rows)})


def _parts(made, **changes):
    return msgspec.structs.replace(made, exact={**made.exact, **changes})


@pytest.mark.parametrize(
    ("tamper", "code"),
    [
        (lambda m: _replace(m, "sectors", points="41"), "wrong_figure"),
        (lambda m: _replace(m, "sectors", gpu_hours="1"), "wrong_figure"),
        (lambda m: _replace(m, "uses", points_per_million_gpu_hours=None), "wrong_figure"),
        (lambda m: _replace(m, "uses", points_per_million_gpu_hours="1.0000"), "wrong_figure"),
        (lambda m: _replace(m, "sectors", counted=4, not_counted=1), "wrong_count"),
        (lambda m: _replace(m, "sectors", reports_missing=0), "wrong_count"),
        (lambda m: msgspec.structs.replace(m, uses=m.uses[1:]), "wrong_rows"),
        (lambda m: msgspec.structs.replace(m, reasons=m.reasons[1:]), "wrong_reasons"),
        (lambda m: msgspec.structs.replace(m, results={**m.results, "industry": "0.7"}), "not_one"),
        (
            lambda m: msgspec.structs.replace(
                m, results={"academia_research": "0.2001", "industry": "0.7000", "national_projects": "0.0999"}
            ),
            "wrong_rounding",
        ),
        (lambda m: _parts(m, academia_research="1/4", industry="13/20", national_projects="1/10"), "not_in_proportion"),
        (lambda m: _parts(m, academia_research="0", industry="9/10", national_projects="1/10"), "below_smallest_part"),
        (lambda m: _parts(m, academia_research="1/20", industry="9/10", national_projects="1/20"), "lifted_down"),
        (lambda m: msgspec.structs.replace(m, lifted=("industry",)), "wrong_lifted"),
        (lambda m: msgspec.structs.replace(m, unjudged=("industry",)), "wrong_unjudged"),
    ],
)
def test_checker_finds_tampering(tamper, code, book, example):
    decided = decide("outcomes", example("outcomes"), book=book)
    found = faults(facts_of(decided.facts), decided.rules, tamper(decided.recommendation))
    assert code in {fault.code for fault in found}


def test_checker_says_so_when_a_result_belongs_to_no_grant(book, example):
    decided = decide("outcomes", example("outcomes"), book=book)
    facts = facts_of({**decided.facts, "grants": []})
    assert [f.code for f in faults(facts, decided.rules, decided.recommendation)] == ["unknown_reference"]


def test_checker_guards_every_figure_one_at_a_time(book, example):
    decided = decide("outcomes", example("outcomes"), book=book)
    facts = facts_of(decided.facts)
    for place, changed in each_leaf_changed(decided.recommendation):
        assert faults(facts, decided.rules, changed), place
