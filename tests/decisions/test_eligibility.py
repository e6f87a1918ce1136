"""Properties of eligibility, remedies tried out, and the checker that must catch tampering."""

import datetime as dt

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dure.checks.eligibility import faults
from dure.cycle.deciding import check, decide
from dure.decisions.eligibility import recommend
from dure.formats.canonical import plain
from dure.formats.earlier.eligibility import tabulated
from dure.formats.rule_tables import Table
from dure.formats.stages.eligibility import EligibilityFacts, EligibilityRules
from dure.rules.book import DEFAULT, read_book
from shuffling import shuffled
from tampering import each_leaf_changed

BOOK = read_book(DEFAULT).fill(EligibilityRules, on=dt.date(2026, 4, 1))[0]
MAPS = {
    "largest_gpus": {"H200": 256, "B200": 128},
    "unit_gpus": {"H200": 8, "B200": 8},
    "large_project_from_gpus": {"H200": 64, "B200": 32},
}
LOOSE = {"largest_months": 12, "applications_per_group": 2, "open_obligations_allowed": 0}
PURPOSES = ("research", "mining")
PROGRAMMES = ("nipa_hpc", "city")


def rules(**changes):
    """The book's rules, so that a new one takes part in every property, with these values in place of the book's."""
    values = {
        "kinds": ("academia", "industry"),
        "domestic_only": True,
        "purposes_refused": ("mining",),
        **MAPS,
        "largest_months": 12,
        "open_obligations_allowed": 0,
        "double_support_refused": ("nipa_hpc",),
        "applications_per_group": 2,
    }
    limits = msgspec.convert(tabulated(values | changes)["limits"], Table)
    own = {name: value for name, value in (values | changes).items() if name in BOOK.__struct_fields__}
    return msgspec.structs.replace(BOOK, **{**own, "limits": limits})


@st.composite
def raw_facts(draw):
    applicants = [
        {
            "id": name,
            "kind": draw(st.sampled_from(["academia", "industry", "consumer"])),
            "size": "any",
            "domestic": draw(st.sampled_from([True, True, False])),
            "group": draw(st.sampled_from([None, "g", "o1"])),
            "open_obligations": draw(st.lists(st.sampled_from(["report", "fee"]), unique=True, max_size=1)),
        }
        for name in ("o1", "o2", "o3")
    ]
    applications = [
        {
            "id": f"A{number}",
            "organisation": draw(st.sampled_from(["o1", "o2", "o3"])),
            "purpose": draw(st.sampled_from(PURPOSES)),
            "gpu_model": draw(st.sampled_from(["H200", "B200", "H100"])),
            "gpus": draw(st.one_of(st.integers(1, 300), st.sampled_from([8, 32, 64, 128, 256]))),
            "months": draw(st.integers(1, 15)),
            "large_project_plan": draw(st.booleans()),
            "supported_by": draw(st.lists(st.sampled_from(PROGRAMMES), unique=True, max_size=2)),
            "arrived_at": draw(st.sampled_from([None, "2026-01-05T10:00:00+09:00", "2026-01-05T01:00:00Z"])),
        }
        for number in range(draw(st.integers(0, 7)))
    ]
    return {"stage": "eligibility", "version": 1, "applicants": applicants, "applications": applications}


def facts_of(raw):
    return msgspec.convert(raw, EligibilityFacts)


@settings(max_examples=50)
@given(raw_facts(), st.integers(0, 10**6))
def test_blind_to_order_and_clean_to_the_checker(raw, seed):
    made = recommend(facts_of(raw), rules())
    assert faults(facts_of(raw), rules(), made) == []
    assert recommend(facts_of(shuffled(raw, seed=seed)), rules()) == made
    assert {reason.item for reason in made.reasons} == {r.application for r in made.results if not r.eligible}
    assert msgspec.convert(plain(made), type(made)) == made


@settings(max_examples=50)
@given(raw_facts())
def test_who_follows_the_remedies_gets_in(raw):
    """Change what the remedies say, in the facts themselves, and ask again."""
    for result in recommend(facts_of(raw), rules()).results:
        mended = msgspec.json.decode(msgspec.json.encode(raw))
        application = next(a for a in mended["applications"] if a["id"] == result.application)
        alone = {**next(o for o in mended["applicants"] if o["id"] == application["organisation"])}
        alone["group"], alone["id"] = alone["group"] or alone["id"], "mended"
        application["organisation"] = "mended"
        mended["applicants"].append(alone)
        for remedy in result.changes:
            if remedy.field == "withdraw":
                mended["applications"] = [a for a in mended["applications"] if a["id"] not in remedy.to]
            else:
                value = remedy.to
                if isinstance(value, dict):
                    value = value["any_of"][0] if "any_of" in value else "research"
                (application if remedy.field in application else alone)[remedy.field] = value
        after = {r.application: r for r in recommend(facts_of(mended), rules()).results}[result.application]
        assert after.eligible, (result, after)


@settings(max_examples=50)
@given(raw_facts(), st.sampled_from(["largest_months", "applications_per_group", "open_obligations_allowed"]))
def test_a_looser_rule_turns_no_one_away(raw, name):
    """Of an owner's places only their number counts: a newly eligible earlier one may take a later one's."""
    before = recommend(facts_of(raw), rules())
    looser = rules(**{name: LOOSE[name] + 1})
    after = recommend(facts_of(raw), looser)
    assert after.eligible >= before.eligible


@settings(max_examples=50)
@given(raw_facts())
def test_dividing_an_owner_on_paper_wins_no_places(raw):
    apart = {**raw, "applicants": [{**o, "group": "g"} for o in raw["applicants"]]}
    assert recommend(facts_of(apart), rules()).eligible <= rules().applications_per_group


@st.composite
def limits_by_kind_and_model(draw):
    """Limits of which each kind and model has its own; some offer nothing."""
    rows = []
    for kind in ({"is": "academia"}, {"is": "consumer"}, {"other_than": ["academia", "consumer"]}):
        for model in ({"is": "H200"}, {"is": "B200"}, {"other_than": ["H200", "B200"]}):
            unit, least = draw(st.sampled_from([None, 1, 4, 8])), draw(st.sampled_from([None, 5, 16]))
            most = draw(st.sampled_from([0, 0, 32, 64, 256]))
            then = {
                "largest_gpus": most if "is" in model else 0, "unit_gpus": unit, "least_gpus": least,
                "large_project_from_gpus": draw(st.sampled_from([None, 1, 24, 64])),
                "largest_months": draw(st.sampled_from([6, 12, 18])), "least_months": draw(st.sampled_from([None, 2, 6])),
            }  # fmt: skip
            rows.append({"id": f"r{len(rows)}", "when": {"kind": kind, "gpu_model": model}, "then": then})
    rows[0]["then"]["largest_gpus"] = 64  # a programme that offers nobody anything is refused
    reads = {"kind": {"kind": "word"}, "gpu_model": {"kind": "word"}}
    gives = tabulated({**MAPS, "largest_months": 12})["limits"]["gives"]
    return msgspec.convert({"reads": reads, "gives": gives, "rows": rows}, Table)


@settings(max_examples=400, deadline=None)
@given(raw_facts(), limits_by_kind_and_model())
def test_under_any_limits_the_checker_agrees_and_remedies_let_in(raw, limits):
    """Another kind and another model bring other limits: what is proposed has to pass under those."""
    facts, in_force = facts_of(raw), msgspec.structs.replace(rules(), limits=limits)
    made = recommend(facts, in_force)
    assert faults(facts, in_force, made) == []
    for result in made.results:
        changed = {change.field for change in result.changes}
        hopeless = {"largest_gpus", "least_gpus", "unit_gpus", "large_project_from_gpus"}
        failed = {outcome.rule.partition("/")[2] for outcome in result.outcomes if not outcome.passed}
        assert result.eligible or changed or failed <= hopeless


def test_limits_that_say_nothing_of_somebody_are_a_finding(example, book):
    decided = decide("eligibility", example("eligibility"), book=book)
    table = decided.rules.limits
    holes = msgspec.structs.replace(decided.rules, limits=msgspec.structs.replace(table, rows=table.rows[1:]))
    assert [fault.code for fault in faults(facts_of(decided.facts), holes, decided.recommendation)] == ["no_limits"]


def test_a_whole_call_is_judged():
    applicants = [{"id": f"o{n}", "kind": "academia", "size": "any"} for n in range(200)]
    applications = [
        {
            "id": f"A{n:04}", "organisation": f"o{n % 200}", "purpose": "research", "gpu_model": "H200",
            "gpus": 8 * (1 + n % 40), "months": 1 + n % 14,
        }
        for n in range(514)
    ]  # fmt: skip
    facts = facts_of({"stage": "eligibility", "version": 1, "applicants": applicants, "applications": applications})
    made = recommend(facts, rules())
    assert made.eligible + made.refused == 514


def test_the_example_decides_and_checks_clean(book, example):
    raw = example("eligibility")
    made = decide("eligibility", raw, book=book).recommendation
    assert check("eligibility", raw, plain(made), book=book) == []
    assert {reason.item: reason.code for reason in made.reasons} == {
        "A-002": "largest_gpus",
        "A-003": "open_obligations_allowed",
        "A-007": "applications_per_group",
        "A-008": "purposes_refused",
        "A-009": "domestic_only",
        "A-010": "double_support_refused",
    }


def _change(made, place, **changes):
    results = list(made.results)
    results[place] = msgspec.structs.replace(results[place], **changes)
    return msgspec.structs.replace(made, results=tuple(results))


def _outcome(made, place, number, **changes):
    outcomes = list(made.results[place].outcomes)
    outcomes[number] = msgspec.structs.replace(outcomes[number], **changes)
    return _change(made, place, outcomes=tuple(outcomes))


def _remedy(made, place, number, **changes):
    proposed = list(made.results[place].changes)
    proposed[number] = msgspec.structs.replace(proposed[number], **changes)
    return _change(made, place, changes=tuple(proposed))


@pytest.mark.parametrize(
    ("tamper", "code"),
    [
        (lambda m: _change(m, 1, eligible=True), "wrong_eligibility"),
        (lambda m: _outcome(m, 1, 3, passed=True), "wrong_outcome"),
        (lambda m: _outcome(m, 0, 3, allowed={"H200": 512}), "wrong_outcome"),
        (lambda m: _change(m, 0, outcomes=m.results[0].outcomes[:-1]), "rule_not_read"),
        (lambda m: _change(m, 0, large_project=True), "wrong_line"),
        (lambda m: _change(m, 1, remedies=(), changes=()), "no_remedy"),
        (lambda m: _change(m, 1, remedies=("Give up.", "Give up.")), "wrong_words"),
        (lambda m: _remedy(m, 1, 0, to=13), "remedy_fails"),
        (lambda m: _remedy(m, 1, 0, to=["x"]), "not_a_remedy"),
        (lambda m: _remedy(m, 6, 0, to=[]), "remedy_fails"),
        (lambda m: _remedy(m, 7, 0, to={"none_of": ["mining"]}), "remedy_fails"),
        (lambda m: _remedy(m, 1, 1, to=248), "not_smallest_change"),
        (lambda m: _change(m, 0, remedies=m.results[1].remedies), "needless_remedy"),
        (lambda m: msgspec.structs.replace(m, eligible=5), "wrong_count"),
        (lambda m: msgspec.structs.replace(m, reasons=m.reasons[1:]), "wrong_reasons"),
        (
            lambda m: msgspec.structs.replace(m, reasons=(msgspec.structs.replace(m.reasons[0], code="kinds"), *m.reasons[1:])),
            "wrong_reason",
        ),
        (lambda m: msgspec.structs.replace(m, results=m.results[1:]), "wrong_applications"),
    ],
)
def test_checker_finds_tampering(tamper, code, book, example):
    decided = decide("eligibility", example("eligibility"), book=book)
    facts = facts_of(decided.facts)
    assert code in {fault.code for fault in faults(facts, decided.rules, tamper(decided.recommendation))}


def test_checker_guards_every_figure_one_at_a_time(book, example):
    decided = decide("eligibility", example("eligibility"), book=book)
    facts = facts_of(decided.facts)
    for place, changed in each_leaf_changed(decided.recommendation):
        assert ".remedies." in place or faults(facts, decided.rules, changed), place
