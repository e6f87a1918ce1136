"""Journals of every released version verify for ever, also after a format has gained a rule."""

import json
import lzma
import os
import re
import shutil
import subprocess
import sys

import pytest

from dure.cycle.replaying import as_today, decide_again, differences
from dure.evidence.journal import decision_of, verify
from dure.formats import versions
from dure.formats.errors import BadInput
from programme import ROOT

JOURNALS = sorted((ROOT / "tests" / "journals").glob("*.jsonl.xz"))
FIRST = 6  # budget, evaluation and portfolio, each with its approval
RULE = """
title: {ko: 한 제안의 최대 비중, en: Largest share of one proposal}
why: Only to show that a rule can be added.
unit: ratio
values:
  - from: 2025-05-14
    value: 1
    status: assumed
    source: {name: a test, published: 2025-05-14}
"""
FIELD = """    largest_proposal_share: Annotated[Share, Meta(description="most of the budget that one proposal may be awarded")]
    spc_first: """
KNOWN = '"portfolio": (_BY_AMOUNT,),'
STEP = '"portfolio": (_BY_AMOUNT, Step(rules=adding(largest_proposal_share="1"))),'


AMOUNTS_OF = {"budget", "portfolio", "demand", "burden", "settlement", "outcomes"}  # whose fields have been renamed


def lines_of(path):
    return lzma.decompress(path.read_bytes()).splitlines()


def beginning(lines, count):
    """The first entries as a whole journal: a chain holds up to any entry."""
    head = json.loads(lines[count - 1])["hash"]
    return [*lines[:count], json.dumps({"head": head, "entries": count}).encode()]


def test_there_is_a_journal_of_each_format():
    formats = {json.loads(lines_of(path)[0]).get("journal", 1) for path in JOURNALS}
    assert formats == {1, 2}


@pytest.mark.parametrize("path", JOURNALS, ids=lambda path: path.name)
def test_an_old_journal_verifies_as_it_was_exported(path):
    lines = lines_of(path)
    assert verify(lines) == (len(lines) - 1, [])


@pytest.mark.parametrize("path", JOURNALS, ids=lambda path: path.name)
def test_a_changed_digit_of_an_old_journal_is_found(path):
    lines = beginning(lines_of(path), FIRST)
    assert verify(lines) == (FIRST, [])
    place = re.search(rb'"spent_(won|amount)":', lines[4]).end()
    changed = bytearray(lines[4])
    changed[place] = ord("0") + (changed[place] - ord("0") + 1) % 10
    assert verify([*lines[:4], bytes(changed), *lines[5:]])[1]


def test_a_line_without_its_documents_still_proves_the_chain():
    """The public gets hashes alone: format 2 hashes the digests in place of the documents."""
    from dure.evidence.journal import DOCUMENTS, entry_hash

    path = next(path for path in JOURNALS if path.name.startswith("format-2"))
    for line in lines_of(path)[:-1]:
        entry = json.loads(line)
        bare = {key: value for key, value in entry.items() if key not in DOCUMENTS}
        assert entry_hash(bare) == entry["hash"]


@pytest.fixture
def copy_with_a_new_rule(tmp_path):
    """The source with one rule more in the portfolio's format; `upgrades` decides whether older files are taken along."""

    def make(*, upgrades):
        source = tmp_path / ("upgraded" if upgrades else "naive")
        shutil.copytree(ROOT / "src", source, ignore=shutil.ignore_patterns("__pycache__", "static", "locale"))
        stage = source / "dure" / "formats" / "stages" / "portfolio.py"
        text = stage.read_text()
        assert text.count("    spc_first: ") == 1
        stage.write_text(text.replace("    spc_first: ", FIELD, 1))
        book = next(source.rglob("portfolio/spc_first.yaml"), None) or next(
            (ROOT / "programmes").rglob("portfolio/spc_first.yaml")
        )
        (book.parent / "largest_proposal_share.yaml").write_text(RULE.lstrip())
        if upgrades:
            steps = source / "dure" / "formats" / "versions.py"
            assert steps.read_text().count(KNOWN) == 1
            steps.write_text(steps.read_text().replace(KNOWN, STEP))
        return source

    return make


def verified(source, lines, tmp_path):
    journal = tmp_path / "journal.jsonl"
    journal.write_bytes(b"\n".join(lines) + b"\n")
    command = [sys.executable, "-m", "dure", "verify", str(journal)]
    environment = {**os.environ, "PYTHONPATH": str(source)}
    return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)


def test_a_new_rule_leaves_every_older_journal_verifiable(copy_with_a_new_rule, tmp_path):
    upgraded, naive = copy_with_a_new_rule(upgrades=True), copy_with_a_new_rule(upgrades=False)
    for path in JOURNALS:
        lines = beginning(lines_of(path), FIRST)
        done = verified(upgraded, lines, tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
    said = verified(naive, beginning(lines_of(JOURNALS[0]), FIRST), tmp_path).stdout
    assert "largest_proposal_share" in said, "the control must fail for want of the field"


def test_an_unknown_version_is_refused_with_what_is_known():
    now = versions.version_of("portfolio")
    assert versions.upgraded("portfolio", "rules", {"a": 1}, version=now, where="x") == {"a": 1}
    for version in (0, now + 1, 99):
        with pytest.raises(BadInput, match=f"versions 1 to {now} are known"):
            versions.upgraded("portfolio", "rules", {}, version=version, where="x")


@pytest.mark.parametrize("path", JOURNALS, ids=lambda path: path.name)
def test_decisions_of_an_older_format_are_made_again_as_they_were_filed(path):
    entries = [json.loads(line) for line in lines_of(path)[:-1]]
    older = [entry for entry in entries if entry["kind"] == "recommendation" and decision_of(entry) in AMOUNTS_OF]
    assert {decision_of(entry) for entry in older} == AMOUNTS_OF
    for entry in older:
        decision, version, filed = decision_of(entry), entry.get("format", 1), entry["recommendation"]
        again = decide_again(decision, entry["facts"], entry["rules"], filed, version=version)
        assert list(differences(as_today(decision, filed, version=version), again)) == []


def test_fields_that_are_renamed_keep_what_stands_under_ids():
    """A model, a line or a sector may be called as a field was; its id is no field."""
    facts = {"stage": "burden", "version": 1, "price_book": {"won": 5}, "paid": [{"id": "price_won", "won": -1}]}
    assert versions.upgraded("burden", "facts", facts, version=1, where="x") == {
        "stage": "burden", "version": 3, "price_book": {"won": 5}, "paid": [{"id": "price_won", "amount": -1}],
    }  # fmt: skip
    read = {"rules_read": [{"rule": "budget/rounding_unit_won", "value": {"won": 1}}]}
    assert versions.upgraded("budget", "recommendation", read, version=1, where="x") == {
        "rules_read": [{"rule": "budget/rounding_unit", "value": {"won": 1}}]
    }
