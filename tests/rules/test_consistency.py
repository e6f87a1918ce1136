"""Rules that contradict each other are refused with file, line, day and the example that shows it."""

import re
import shutil

import pytest

from dure.cycle.deciding import open_book
from dure.formats.errors import BadInput
from dure.rules.book import DEFAULT

PROJECTS = "when: {kind: {is: national_project}}\n          then: {rate: 0}"
RESEARCH = "when: {kind: {is: research}}\n          then: {rate: 0}"
FAULTS = [
    ("shares/floor", "industry: 0.15", "industri: 0.15", "'industri' is a sector of one and not of the other"),
    ("shares/ceiling", "industry: 0.55", "firms: 0.55", "'firms' is a sector of one and not of the other"),
    ("shares/floor", "industry: 0.15", "industry: 0.56", "for 'industry' the floor 0.56 is above the ceiling 0.55"),
    ("shares/floor", "national_projects: 0.20", "national_projects: 0.65", None),
    ("shares/floor", "academia_research: 0.15", "academia_research: 0.55", None),
    ("burden/rates", PROJECTS, PROJECTS.replace("rate: 0", "rate: none"), "'national_project' may apply, and no rate"),
    ("burden/rates", "{rate: 0.05}", "{rate: 0.04}", "0.04 of kind industry, size startup is below 0.05, the lowest announced"),
    ("burden/rates", "{rate: 0.10}", "{rate: 0.11}", "0.11 of kind industry, size sme is above 0.10, the highest announced"),
    ("burden/rates", RESEARCH, RESEARCH.replace("rate: 0", "rate: 0.01"), "the rate 0.01 of kind research, size "),
    ("reclaim/minimum_data_days", "value: 7", "value: 99", "99 days must have data, of 14 that are looked at"),
    ("approvals/desks", "budget: [ministry]", "budgets: [ministry]", "'budgets' is no decision"),
    ("approvals/desks", "      budget: [ministry]\n", "", "nobody may answer 'budget'"),
    ("approvals/two_signatures_from", "settlement: 1_000", "settlements: 1_000", "'settlements' is no decision"),
    ("approvals/signed_decisions", "value: []", "value: [budgets]", "'budgets' is no decision"),
]


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "programme"
    shutil.copytree(DEFAULT, made, ignore=shutil.ignore_patterns("*.json", "reconstruction", "script"))
    return made


def edit(folder, rule, before, after):
    path = folder / "rules" / f"{rule}.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1, (rule, before)
    path.write_text(text.replace(before, after), encoding="utf-8")
    return path


@pytest.mark.parametrize(("rule", "before", "after", "says"), [each for each in FAULTS if each[3]])
def test_a_contradiction_is_refused_with_its_place_and_example(folder, rule, before, after, says):
    path = edit(folder, rule, before, after)
    with pytest.raises(BadInput, match=re.escape(says)) as caught:
        open_book(folder)
    place, _, line = caught.value.where.rpartition(":")
    assert place == str(path)
    assert "from:" in path.read_text(encoding="utf-8").splitlines()[int(line) - 1]
    assert re.search(r", on \d{4}-\d\d-\d\d\)", caught.value.what)
    assert caught.value.todo


def test_floors_that_leave_no_shares_are_refused(folder):
    for rule, before, after, says in FAULTS:
        if says is None:
            edit(folder, rule, before, after)
    with pytest.raises(BadInput, match=r"the floors sum to 1\.35, and shares to 1"):
        open_book(folder)


def test_what_held_when_it_was_written_must_hold_when_another_rule_changes(folder):
    """The rate was within its range until the range was announced anew."""
    path = folder / "rules" / "burden" / "announced.yaml"
    head, first = path.read_text(encoding="utf-8").split("values:\n")
    later = first.replace("2025-12-18\n    value", "2027-01-01\n    value").replace("highest: 0.10", "highest: 0.08")
    path.write_text(f"{head}values:\n{first}{later}", encoding="utf-8")
    with pytest.raises(BadInput, match=r"the rate 0\.10 of kind industry, size sme is above 0\.08.* on 2027-01-01"):
        open_book(folder)


def test_the_book_that_comes_with_dure_agrees_with_itself():
    assert open_book(DEFAULT).rules
