"""Runs the policy cases: each is a sentence, facts, rule values that differ from the book, and what must come out."""

import importlib
from pathlib import Path

import msgspec
import pytest
import yaml

from dure.formats.canonical import plain
from dure.formats.errors import BadInput, Infeasible
from dure.formats.stages import stage_format
from dure.rules.yaml_file import LOADER


def _cases():
    for path in sorted(Path(__file__).parent.glob("*.yaml")):
        for case in yaml.load(path.read_text(), LOADER):  # noqa: S506 - a safe loader, in C where there is one
            yield pytest.param(path.stem, case, id=f"{path.stem}: {case['case']}")


@pytest.mark.parametrize(("stage", "case"), list(_cases()))
def test_policy_case(stage, case, book):
    run_case(stage, case, book)


def run_case(stage, case, book):
    """Decide the case's facts by its rules, and hold the recommendation to what is expected and to the checker."""
    kinds = stage_format(stage)
    facts = msgspec.convert({"stage": stage, "version": 1, **case["facts"]}, kinds.facts)
    in_force, _ = book.fill(kinds.rules, on=facts.on or book.reference_on)
    rules = msgspec.convert({**plain(in_force), **case.get("rules", {})}, kinds.rules)
    expected = case["expect"]
    try:
        recommendation = importlib.import_module(f"dure.decisions.{stage}").recommend(facts, rules)
    except Infeasible as refusal:
        assert expected.get("infeasible") == refusal.code
        return
    except BadInput as refusal:
        assert expected.get("refused", "\x00") in str(refusal)
        return
    _assert_within(expected, plain(recommendation), "$")
    assert not importlib.import_module(f"dure.checks.{stage}").faults(facts, rules, recommendation)


def _assert_within(expected, actual, where):
    """Every expected key is there with that value; a list of maps is matched entry by entry on what it names."""
    if isinstance(expected, dict):
        for key, value in expected.items():
            assert isinstance(actual, dict), f"{where}: {actual!r} has no key {key}"
            assert key in actual, f"{where}.{key} is missing"
            _assert_within(value, actual[key], f"{where}.{key}")
    elif isinstance(expected, list) and expected and isinstance(expected[0], dict):
        assert len(expected) == len(actual), f"{where}: {len(actual)} entries"
        for place, (left, right) in enumerate(zip(expected, actual, strict=True)):
            _assert_within(left, right, f"{where}[{place}]")
    else:
        assert expected == actual, f"{where}: expected {expected!r}, got {actual!r}"
