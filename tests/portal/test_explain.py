"""Each decision is explained from its journal entry alone: figures, tables, reasons and drawings agree with it."""

import ast
import datetime as dt
import importlib
import json
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from django.utils import translation

import dure.decisions
from dure.cycle.deciding import decide
from dure.cycle.stages import STAGES
from dure.evidence.checking import read_facts
from dure.formats.canonical import plain
from dure.formats.reading import as_struct
from dure.formats.stages import DECISIONS, stage_format
from dure.portal.kit.shown import Chart
from dure.portal.kit.wording.book import is_rule
from dure.portal.kit.wording.cells import cell, file_rows
from dure.portal.subjects.decisions.explain import explain
from dure.portal.subjects.decisions.explained import explained_by
from dure.portal.subjects.decisions.filed import Filed
from dure.portal.subjects.decisions.keeping import kept_of, read_back
from dure.portal.subjects.decisions.open_record import open_record
from dure.portal.subjects.decisions.page import PERSONAL, page_of
from dure.portal.subjects.decisions.parts import WHOLE, parts_of
from dure.portal.subjects.decisions.reasons import LABELS, SENTENCES, sentence
from dure.portal.subjects.programme.brief import brief
from dure.portal.subjects.rounds.explanation import most_at_once, totals
from dure.records.summary import FIGURES

pytestmark = pytest.mark.django_db  # the heading of a page names its subject by title
AT = dt.datetime(2026, 3, 3, tzinfo=dt.UTC)
CORRECTED = {
    "organisation": "o", "lease": "r/a", "from": "2026-03-01T00:00:00+09:00", "to": "2026-04-01T00:00:00+09:00", "line": None
}  # fmt: skip
HANGUL = re.compile("[가-힣]")


@pytest.fixture(scope="module")
def filed(book, example):
    """`filed("shares")`: the sample of that decision as it would lie in the journal."""
    made = {}

    def one(decision):
        if decision not in made:
            raw = example(decision)
            decided = decide(decision, raw, book=book)
            made[decision] = Filed(
                seq=1, decision=decision, subject="sample", filed_by="A", filed_at=AT, facts=raw, rules=plain(decided.rules),
                recommendation=plain(decided.recommendation), facts_digest="0" * 64, hash="1" * 64,
            )  # fmt: skip
        return made[decision]

    return one


def seen(one):
    """The decision explained, as it is read back from what is kept of it."""
    kept = json.loads(json.dumps(kept_of(parts_of(one.decision)[WHOLE](one), most=10**6).head))
    return explained_by(read_back(kept, 0), 0, {"assumes": False})


def page(one, **reader):
    return page_of(one, seen(one), {}, files="/x/", **reader)


def test_a_result_shows_the_figure_of_its_kind_alone(filed):
    found = next(each for each in page(filed("outcomes"), public=False).shown.tables() if each.key == "achievements")
    for row, given in zip(found.rows, filed("outcomes").facts["achievements"], strict=True):
        is_revenue = given["kind"] == "revenue"
        assert (row["revenue_amount"] is None) == (not is_revenue)
        assert (row["count"] is None) == (not given.get("count"))


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("decision", DECISIONS)
def test_a_decision_explains_itself(filed, decision, language):
    with translation.override(language):
        shown = page(filed(decision), public=False).shown
        assert bool(HANGUL.search(shown.headline)) == (language == "ko") or language == "en"
        assert shown.figures
        assert shown.method
        assert shown.proof
        for table in shown.tables():
            assert len({column.key for column in table.columns}) == len(table.columns)
            for row in table.rows:
                for column in table.columns:
                    assert column.key in row, f"{table.key}.{column.key}"
                    assert cell(row[column.key], column.kind)
            assert len(list(file_rows(table))) == len(table.rows) + 1


@pytest.mark.parametrize("decision", DECISIONS)
def test_drawings_are_well_formed_and_hold_no_style_or_script(filed, decision):
    for part in explain(filed(decision)).sections:
        if isinstance(part, Chart):
            tree = ET.fromstring(part.svg)  # noqa: S314 - our own drawing
            assert tree.attrib["role"] == "img"
            assert tree.attrib["aria-label"]
            assert part.table.rows, "a drawing has the same numbers as a table"
            for node in tree.iter():
                assert node.tag not in {"script", "style", "foreignObject"}
                assert not {name for name in node.attrib if name == "style" or name.startswith("on")}


@pytest.mark.parametrize("decision", DECISIONS)
def test_what_is_public_names_no_single_applicant(filed, decision):
    """Of decisions about applicants, no table with organisations or people is open data."""
    one = filed(decision)
    record = open_record(one, seen(one))
    kept = set(record["tables"])
    assert record["rules_read"]
    if decision in PERSONAL:
        assert "reasons" not in kept
        for table in explain(one).only_public().tables():
            columns = {column.key for column in table.columns}
            assert not columns & {"organisation", "evaluator", "person"}, table.key


def test_every_reason_has_its_sentence():
    """Codes that decisions write down literally are sentences here; eligibility codes are titles of rules."""
    codes = set()
    for path in Path(dure.decisions.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Reason":
                codes |= {
                    each.value.value for each in node.keywords if each.arg == "code" and isinstance(each.value, ast.Constant)
                }
    assert not codes - set(SENTENCES), "write the sentence in wording/reasons.py and its Korean."


@pytest.mark.parametrize("decision", DECISIONS)
def test_reasons_of_the_samples_are_sentences_with_labels(filed, decision):
    for reason in filed(decision).reasons:
        known = reason["code"] in SENTENCES or decision == "eligibility"
        assert known, reason["code"]
        unlabelled = {key for key in reason["detail"] if key not in LABELS and not is_rule(f"eligibility/{key}")}
        assert not unlabelled, f"{reason['code']}: label {sorted(unlabelled)} in wording/reasons.py"


def test_each_stage_is_brief_and_an_empty_record_is_not_zero():
    nothing = dict.fromkeys(FIGURES)
    assert [brief(stage.key, nothing) for stage in STAGES] == [""] * len(STAGES)
    opened = {
        "kind": "call",
        "id": "c",
        "title": {"ko": "공모"},
        "offers": 1,
        "closes_at": "2026-01-14T00:00:00+00:00",
    }
    one = {
        **dict.fromkeys(FIGURES, 1),
        "verified_results": {"2026-H1": 1, "2026-05": 1},
        "open_calls": [opened],
        "shares": ["0.6", "0.4"],
        "surveys": [{"gpus": "1"}],
        "first_service": dt.date(2026, 1, 14),
    }
    assert all(brief(stage.key, one) for stage in STAGES)


def test_a_settlement_that_only_corrects_says_so(filed):
    one = filed("settlement")
    change = {"reversed_amount": -100, "rebilled_amount": 340, "difference_amount": 240, "support_difference_amount": 0}
    made = {**one.recommendation, "corrections": [{**CORRECTED, **change}], "invoices": []}
    said = Filed(**{**one.__dict__, "recommendation": made})
    assert "240" in explain(said).headline
    assert "240" not in explain(Filed(**{**one.__dict__, "recommendation": {**made, "corrections": []}})).headline


def test_an_allocation_adds_up(filed):
    one = filed("allocation")
    sums = totals(one)
    size = {pool["id"]: pool["gpus_per_server"] for pool in one.facts["pools"]}
    assert sums["granted_gpus"] == most_at_once(one.recommendation["grants"], size) <= sums["held_gpus"] <= sums["opened_gpus"]
    assert sums["chosen"] == len({grant["application"] for grant in one.recommendation["grants"]})
    shares = explain(one).table("sectors")
    assert sum(row["gpu_weeks"] for row in shares.rows) == sum(one.recommendation["sector_use"].values())


def test_texts_in_drawings_are_escaped(filed):
    one = filed("shares")
    hostile = Filed(**{**one.__dict__, "names": {each["id"]: '<script>"&' for each in one.facts["sectors"]}})
    assert "<script" not in "".join(part.svg for part in explain(hostile).sections if isinstance(part, Chart))


def test_a_losers_offer_and_whose_sheet_was_left_out_stay_with_those_they_concern(filed):
    """What rivals offered is not published; whose score sheet was dropped is for the panel's own office and for audit."""
    portfolio = filed("portfolio")
    public = page(portfolio, public=True)
    assert portfolio.reasons, "the sample must turn something away"
    assert not any(re.search(r"\d", row["reason"]) for row in public.reasons.table.rows)
    assert "offers" not in {table.key for table in public.shown.tables()}
    assert any(re.search(r"\d", row["reason"]) for row in page(portfolio, public=False).reasons.table.rows)

    def keys(**reader):
        return {table.key for table in page(filed("evaluation"), **reader).shown.tables()}

    assert {"dropped", "advice"} <= keys(public=False, office=True)
    assert not {"dropped", "advice"} & keys(public=False)
    assert not {"dropped", "advice"} & keys(public=True)
    assert "regrants" not in {table.key for table in page(filed("reclaim"), public=True).shown.tables()}


ASSESSED = {
    "stage": "evaluation", "version": 2, "subject": "applications", "draw_seed": "seed",
    "criteria": [{"id": "plan", "weight": "10", "kind": "judged"}],
    "proposals": [{"id": "a"}, {"id": "b"}, {"id": "c"}],
    "evaluators": ["of-a", "of-b", "of-c"],
    "reviewers": [
        {"evaluator": "of-a", "own": ["a"], "asked": ["b", "c"]}, {"evaluator": "of-b", "own": ["b"], "asked": ["c", "a"]},
        {"evaluator": "of-c", "own": ["c"], "asked": ["a", "b"]},
    ],
    "scores": [
        {"evaluator": who, "proposal": item, "points": {"plan": points}}
        for who, item, points in (
            ("of-a", "b", "9"), ("of-a", "c", "3"), ("of-b", "a", "2"), ("of-c", "a", "8"), ("of-c", "b", "9"),
        )
    ],
}  # fmt: skip
REVIEWED = {"application_method": "distributed", "application_minimum_values": 1, "reviews_each": 2, "undelivered": "out"}
BY_METHOD = {
    "tiers_with_draw": ("evaluation", {"method": "tiers_with_draw", "tiers": ["0.7", "0.65"]}, lambda facts: facts),
    "distributed": ("evaluation", REVIEWED, lambda _facts: ASSESSED),
    "best_portfolio": ("portfolio", {"method": "best_portfolio"}, lambda facts: facts),
    "lowest_price_matched": ("portfolio", {"method": "lowest_price_matched"}, lambda facts: facts),
}


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("method", BY_METHOD)
def test_a_decision_by_another_method_explains_itself(filed, example, method, language):
    """With the words of the method, and each code and figure of a reason in words."""
    decision, rules, change = BY_METHOD[method]
    kinds, facts = stage_format(decision), change(example(decision))
    in_force = {**filed(decision).rules, **rules}
    recommend = importlib.import_module(f"dure.decisions.{decision}").recommend
    made = recommend(read_facts(decision, facts, where="facts"), as_struct(in_force, kinds.rules, where="rules"))
    one = replace(filed(decision), facts=facts, rules=in_force, recommendation={**plain(made), "stage": decision})
    with translation.override(language):
        whole = page(one, public=False, office=True).shown
        tables = {table.key: table for table in whole.tables()}
        assert bool(HANGUL.search(whole.method)) == (language == "ko")
        for table in tables.values():
            for row in table.rows:
                assert all(cell(row[column.key], column.kind) for column in table.columns)
        said = [sentence(reason) for reason in one.reasons]
        assert not any(re.search(r"\b[a-z]+_[a-z]+", text) for text in said), said
    if method == "distributed":
        assert [row["counts"] for row in tables["reviewers"].rows] == [True, False, True]
        assert "reviews_not_delivered" in {reason["code"] for reason in one.reasons}
    if method == "lowest_price_matched":
        assert tables["to_ask"].rows
        assert {reason["code"] for reason in one.reasons} >= {"not_asked"}
    if method == "tiers_with_draw":
        assert "tier" in {column.key for column in tables["ranking"].columns}
