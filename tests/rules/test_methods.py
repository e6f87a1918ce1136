"""A method that a book chooses can be followed, and is whole: code, checker, cases, page, words. What cannot be is refused."""

import importlib
import re
import shutil
import typing

import pytest
import yaml

from cases.test_cases import run_case
from dure.cycle.deciding import open_book
from dure.decisions.evaluation.methods import METHODS as RANKINGS
from dure.decisions.portfolio.methods import METHODS as AWARDS
from dure.formats.errors import BadInput
from dure.formats.methods import NEEDS
from dure.formats.stages import stage_format
from dure.portal.kit.wording.words import WORDS
from dure.rules.book import DEFAULT
from dure.rules.yaml_file import LOADER
from programme import ROOT

RULE = """
title: {ko: 규칙, en: A rule}
why: Only to show a method.
unit: UNIT
values:
  - from: FROM
    VALUE
    status: assumed
    source: {name: a test}
"""


def chosen():
    """Each rule that chooses a method, with the methods that its format allows."""
    for name in NEEDS:
        topic, _, field = name.partition("/")
        hints = typing.get_type_hints(stage_format(topic).rules)
        yield name, set(typing.get_args(hints[field]))


def test_every_method_of_the_formats_is_known_with_what_it_needs_and_no_other():
    assert {name: set(methods) for name, methods in NEEDS.items()} == dict(chosen())
    assert set(NEEDS["portfolio/method"]) == set(AWARDS)
    assert set(NEEDS["evaluation/method"]) | set(NEEDS["evaluation/application_method"]) == set(RANKINGS)


def test_every_rule_that_a_book_may_leave_out_is_needed_by_a_method():
    spared = set()
    for topic in {name.partition("/")[0] for name in NEEDS}:
        rules = stage_format(topic).rules
        spared |= {rules.names()[field] for field in rules.spared()}
    assert spared == {rule for methods in NEEDS.values() for needed in methods.values() for rule in needed}


@pytest.mark.parametrize("method", sorted({method for methods in NEEDS.values() for method in methods}))
def test_every_method_has_its_words_its_page_and_a_case(method):
    assert method in WORDS
    topic = next(name.partition("/")[0] for name, methods in NEEDS.items() if method in methods)
    assert (ROOT / "docs" / "reference" / "methods" / f"{method}.md").is_file()
    importlib.import_module(f"dure.checks.{topic}")
    cases = (ROOT / "tests" / "cases" / f"{topic}.yaml").read_text(encoding="utf-8")
    by_default = {"panel", "rank_walk"}
    assert method in by_default or re.search(rf"method: {method}\b", cases)


PAGES = sorted(path for path in (ROOT / "docs" / "reference" / "methods").glob("*.md") if path.stem != "README")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_example_on_the_page_is_what_the_decision_and_its_checker_give(page, book):
    (example,) = re.findall(r"```yaml\n(.+?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    case = yaml.load(example, LOADER)  # noqa: S506 - a safe loader, in C where there is one
    assert page.stem in {case["rules"].get(field) for field in ("method", "application_method")}
    run_case(case["stage"], case, book)


def test_the_index_lists_every_page():
    index = (ROOT / "docs" / "reference" / "methods" / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"\]\((\w+)\.md\)", index)) == {page.stem for page in PAGES}


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "programme"
    shutil.copytree(DEFAULT, made, ignore=shutil.ignore_patterns("*.json", "reconstruction", "script"))
    return made


def choose(folder, rule, method):
    path = folder / "rules" / f"{rule}.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("value: panel", f"value: {method}"), encoding="utf-8")
    return path


def write(folder, rule, unit, value, *, since="2025-05-14"):
    path = folder / "rules" / f"{rule}.yaml"
    text = RULE.lstrip().replace("UNIT", unit).replace("FROM", since).replace("VALUE", value)
    path.write_text(text, encoding="utf-8")
    return path


def refused(folder, says):
    with pytest.raises(BadInput, match=re.escape(says)) as caught:
        open_book(folder)
    assert re.fullmatch(r".+\.yaml:\d+", caught.value.where)
    assert caught.value.todo


def test_a_method_without_its_rules_is_refused_with_the_line_that_chooses_it(folder):
    path = choose(folder, "evaluation/method", "tiers_with_draw")
    with pytest.raises(BadInput, match="'tiers_with_draw' reads evaluation/tiers, which has no value on 2025-05-14") as caught:
        open_book(folder)
    place, _, line = caught.value.where.rpartition(":")
    assert place == str(path)
    assert "from:" in path.read_text(encoding="utf-8").splitlines()[int(line) - 1]
    write(folder, "evaluation/tiers", "ratios", 'value: ["0.95", "0.90"]')
    assert open_book(folder)


def test_a_rule_that_begins_later_or_ends_earlier_than_its_method_is_missing(folder):
    choose(folder, "evaluation/method", "tiers_with_draw")
    path = write(folder, "evaluation/tiers", "ratios", 'value: ["0.95"]', since="2025-06-01")
    refused(folder, "no value on 2025-05-14")
    path = write(folder, "evaluation/tiers", "ratios", 'value: ["0.95"]')
    path.write_text(path.read_text().replace("    value", "    until: 2026-01-01\n    value"))
    refused(folder, "no value on 2026-01-01")


def test_a_tier_that_nobody_can_reach_is_refused(folder):
    choose(folder, "evaluation/application_method", "tiers_with_draw")
    write(folder, "evaluation/tiers", "ratios", 'value: ["0.90", "0.60", "0.50"]')
    refused(folder, "nobody can reach the tier from 0.50: what passes has 0.60")
    write(folder, "evaluation/tiers", "ratios", 'value: ["0.90", "0.90"]')
    refused(folder, "the tiers begin at 0.90, 0.90")
    write(folder, "evaluation/tiers", "ratios", 'value: ["0.90", "0.60"]')
    assert open_book(folder)


def test_a_distributed_review_that_can_rank_nothing_is_refused(folder):
    choose(folder, "evaluation/application_method", "distributed")
    refused(folder, "'distributed' reads evaluation/reviews_each")
    write(folder, "evaluation/reviews_each", "count", "value: 2")
    refused(folder, "'distributed' reads evaluation/undelivered")
    write(folder, "evaluation/undelivered", "choice", "value: out")
    refused(folder, "an application has 2 reviewers, and nothing is ranked with fewer than 3")
    write(folder, "evaluation/reviews_each", "count", "value: 1")
    refused(folder, "each reviewer assesses 1")
    write(folder, "evaluation/reviews_each", "count", "value: 5")
    assert open_book(folder)
    path = folder / "rules" / "evaluation" / "application_drop.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("value: none", "value: by_item"), encoding="utf-8")
    refused(folder, "'by_item' leaves sheets out")


def test_a_method_that_there_is_not_is_refused(folder):
    choose(folder, "evaluation/method", "by_lot")
    with pytest.raises(BadInput, match="by_lot"):
        open_book(folder)
