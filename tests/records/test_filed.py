"""An entry read by the structs of its decision: only the parts that are asked for, and old versions as of today."""

import json

import pytest

import factories as make
from dure.formats import versions
from dure.formats.canonical import digest
from dure.formats.errors import BadInput
from dure.formats.stages.budget import BudgetFacts, BudgetRecommendation, BudgetRules, Envelope
from dure.formats.stages.shares import SharesFacts, SharesRecommendation, SharesRules
from dure.formats.versions import Step, adding
from dure.records.journal import actions, queries
from dure.records.journal.filed import Filed
from dure.records.journal.models import Document

pytestmark = pytest.mark.django_db
VERSION = versions.version_of("budget")
FACTS = {"stage": "budget", "version": VERSION, "appropriation_amount": 5}
RULES = {"line_weights": {"gpu": "1"}, "rounding_unit": 1}
SUMS = {"committed_amount": 0, "paid_amount": 0, "room_amount": 5}
MADE = {
    "envelopes": [{"line": "gpu", "amount": 5, **SUMS}],
    "accepted": [],
    "appropriation_amount": 5,
    **SUMS,
    "amount_per_gpu": None,
}


def budget(*, facts=FACTS, rules=RULES, recommendation=MADE):
    entry = actions.file_recommendation(
        programme="somewhere", stage="budget", decision="budget", subject="2026-01-02", facts=facts, rules=rules, at=make.START,
        recommendation={"method": "m", "facts_digest": digest(facts), **recommendation}, filed_by=make.the("agency"),
    )  # fmt: skip
    return queries.get(entry.seq)


def read(entry):
    return Filed(entry, BudgetFacts, BudgetRules, BudgetRecommendation)


def later(monkeypatch, step):
    """From now on the format has one version more."""
    monkeypatch.setitem(versions.STEPS, "budget", (*versions.STEPS["budget"], step))


@pytest.fixture
def parsed(monkeypatch):
    """The digest of each document whose text is read."""
    seen, text = [], Document.text
    monkeypatch.setattr(Document, "text", lambda self: seen.append(self.digest) or text(self))
    return seen


def test_an_entry_gives_the_structs_of_its_decision():
    filed = read(budget())
    assert filed.facts == BudgetFacts(**FACTS)
    assert filed.rules == BudgetRules(**RULES)
    assert filed.recommendation.envelopes == (Envelope(line="gpu", amount=5, **SUMS),)
    assert filed.recommendation.method == "m"


def test_a_part_is_parsed_when_it_is_asked_for_and_once(parsed):
    entry = budget()
    filed = read(entry)
    assert not parsed
    assert filed.recommendation is filed.recommendation
    assert parsed == [entry.recommendation_id]


def test_an_entry_of_another_decision_is_not_read():
    with pytest.raises(ValueError, match="decides budget: it has no SharesRecommendation"):
        Filed(budget(), SharesFacts, SharesRules, SharesRecommendation)


def test_an_answer_has_no_parts():
    entry = budget()
    answer = actions.refuse(entry=entry, refused_by=make.the("ministry"), note="no")
    with pytest.raises(ValueError, match="is an answer: it has no facts"):
        _ = read(answer).facts


def test_what_is_not_of_its_format_is_told_with_its_place():
    entry = budget(recommendation={**MADE, "room_amount": -1})
    with pytest.raises(BadInput) as caught:
        _ = read(entry).recommendation
    assert caught.value.where == f"recommendation of journal entry {entry.seq} at $.room_amount"


def test_documents_of_an_earlier_version_are_upgraded(monkeypatch):
    old = budget(rules={"line_weights": {"gpu": "1"}})
    with pytest.raises(BadInput, match="rounding_unit"):
        _ = read(old).rules
    later(monkeypatch, Step(rules=adding(rounding_unit=7)))
    filed = read(old)
    assert (filed.rules.rounding_unit, filed.facts.version, filed.recommendation.appropriation_amount) == (7, VERSION + 1, 5)
    new = read(budget(facts={**FACTS, "version": VERSION + 1}, rules={**RULES, "rounding_unit": 8}))
    assert (new.rules.rounding_unit, new.facts.version) == (8, VERSION + 1)


def test_a_list_of_facts_is_counted_without_reading_its_items(monkeypatch):
    promise = {"id": "a", "line": "gpu", "amount": 1, "committed_on": "2026-01-03"}
    filed = read(budget(facts={**FACTS, "commitments": [promise, {"not": "a commitment"}]}))
    assert filed.count("commitments") == 2
    with pytest.raises(BadInput, match="not"):
        _ = filed.facts
    filed = read(budget(facts={**FACTS, "commitments": [promise]}))
    later(monkeypatch, Step(facts=lambda old: {**old, "commitments": old["commitments"] * 2}))
    assert filed.count("commitments") == 2


def test_a_version_that_is_not_known_is_refused():
    entry = budget(facts={**FACTS, "version": VERSION + 1})
    with pytest.raises(BadInput, match=f"versions 1 to {VERSION} are known"):
        _ = read(entry).facts


def test_the_text_is_that_of_the_document():
    entry = budget()
    assert json.loads(entry.facts.text()) == entry.facts_value() == FACTS
