"""An exported journal that is whole verifies; any digit that changes is found."""

import copy
import re

import pytest

from dure.cycle.deciding import decide
from dure.evidence.journal import GENESIS, entry_hash, verify
from dure.formats.canonical import canonical_bytes, plain


def export(entries):
    """Lines as the journal exports them: hashes put in, the foot at the end."""
    previous, lines = GENESIS, []
    for seq, entry in enumerate(entries, start=1):
        whole = {**entry, "seq": seq, "previous_hash": previous}
        whole["hash"] = previous = entry_hash(whole)
        lines.append(canonical_bytes(whole))
    return [*lines, canonical_bytes({"head": previous, "entries": len(entries)})]


@pytest.fixture(scope="module")
def entries(book, example):
    raw = example("shares")
    decided = decide("shares", raw, book=book)
    blank = {"stage": "shares", "subject": "2026", "at": "2026-04-01T09:00:00+09:00", "note": "", "code_version": "x"}
    made = plain(decided.recommendation)
    filed = {
        **blank, "kind": "recommendation", "who": "filer", "facts": raw, "rules": plain(decided.rules),
        "recommendation": made, "method": made["method"], "facts_digest": made["facts_digest"], "refers_to": None,
    }  # fmt: skip
    empty = {"facts": None, "rules": None, "recommendation": None, "method": "", "facts_digest": ""}
    return [filed, {**blank, **empty, "kind": "approval", "who": "approver", "refers_to": 1}]


def codes(lines):
    return {fault.code for fault in verify(lines)[1]}


def test_a_whole_journal_holds(entries):
    assert verify(export(entries)) == (2, [])


def test_every_single_digit_that_changes_is_found(entries):
    lines = export(entries)
    digits = [(row, found.start()) for row, line in enumerate(lines) for found in re.finditer(rb"[0-9]", line)]
    for row, place in digits:
        line = bytearray(lines[row])
        line[place] = ord("0") + (line[place] - ord("0") + 1) % 10
        assert codes([*lines[:row], bytes(line), *lines[row + 1 :]]), f"line {row + 1}, byte {place}"


def test_cut_short_reordered_and_continued_journals_are_found(entries):
    lines = export(entries)
    assert "cut_short" in codes(lines[:-1])
    assert "cut_short" in codes([lines[0], lines[-1]])
    assert "broken_chain" in codes([lines[1], lines[0], lines[2]])
    assert "after_the_end" in codes([*lines, lines[0]])
    assert "cut_short" in codes([])


def test_lies_with_right_hashes_are_found(entries):
    """An attacker who can rebuild the whole chain still cannot file a wrong decision."""
    filed, approval = entries
    made = copy.deepcopy(filed["recommendation"])
    made["shares"]["industry"] = "0.9000"
    assert "not_one" in codes(export([{**filed, "recommendation": made}, approval]))
    facts = copy.deepcopy(filed["facts"])
    facts["sectors"][0]["demand"] = "0.36"
    assert {"wrong_facts", "wrong_digest"} <= codes(export([{**filed, "facts": facts}, approval]))
    rules = copy.deepcopy(filed["rules"])
    rules["step"] = "0.5"
    assert "wrong_rules" in codes(export([{**filed, "rules": rules}, approval]))
    assert "one_pair_of_eyes" in codes(export([filed, {**approval, "who": "filer"}]))
    assert "ruled_twice" in codes(export([filed, approval, approval]))
    assert "refers_to_nothing" in codes(export([filed, {**approval, "refers_to": 7}]))


def test_a_file_that_is_no_journal_is_refused_line_by_line():
    assert codes([b"not json", b"[]", b"{}"]) == {"unreadable", "not_an_entry", "cut_short"}
