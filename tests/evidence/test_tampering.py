"""Planted tampering is found: every kind, each as well done as somebody with the database and without keys can do it."""

import random

import pytest

from dure.evidence.holding import Cache
from forging import Case, layers
from tamperings import KINDS, finish, planted

EACH = 3  # of each kind; the long test plants a thousand


@pytest.fixture(scope="module")
def cache(evidence, exported):
    """Documents and checkers' answers by digest: most are shared by all forgeries, and looked at once."""
    made = Cache(shared=True)
    Case(evidence, random.Random(0)).report(exported.trust, made)
    return made


def found(evidence, exported, kind, seed, cache):
    case = planted(Case(evidence, random.Random(f"{kind} {seed}")), kind)
    return layers(case.report(exported.trust, cache))


def test_an_untouched_copy_is_no_false_alarm(evidence, exported, cache):
    case = Case(evidence, random.Random(0))
    case.chain_again()
    case.log_again(heads=True)
    assert list(map(str, case.report(exported.trust, cache).findings)) == []


@pytest.mark.parametrize("seed", range(EACH))
@pytest.mark.parametrize("kind", KINDS)
def test_planted_tampering_is_found(kind, seed, evidence, exported, cache):
    assert found(evidence, exported, kind, seed, cache)


@pytest.mark.long
def test_a_thousand_of_a_thousand(evidence, exported, cache):
    """Says by kind what found it; the table in docs/explanation/proof.md is made from what this prints."""
    kinds = list(KINDS)
    counted = {kind: {"planted": 0} for kind in kinds}
    missed = []
    for number in range(1000):
        kind = kinds[number % len(kinds)]
        where = found(evidence, exported, kind, 1000 + number, cache)
        counted[kind]["planted"] += 1
        for layer in where:
            counted[kind][layer] = counted[kind].get(layer, 0) + 1
        if not where:
            missed.append((number, kind))
    for kind, row in counted.items():
        print(f"{kind}: {row}")
    assert missed == []


@pytest.mark.parametrize("decision", ["budget", "buildout"])
@pytest.mark.parametrize("by", [1, 7])
def test_a_version_that_nobody_knows_is_a_finding_and_stops_nothing(evidence, exported, cache, decision, by):
    case = Case(evidence, random.Random(by))
    entry = case.rng.choice(case.recommendations(decision))
    entry["format"] += by
    case.approval_of(entry)["format"] += by
    finish(case, thorough=True)
    assert "foreign_version" in {each.code for each in case.report(exported.trust, cache).findings}
