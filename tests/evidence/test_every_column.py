"""No column of the records can be written anew unseen: each is held to a decision, an act or another record."""

import random

import pytest

from dure.evidence.holding import Cache
from dure.formats.canonical import digest
from forging import Case
from tamperings import finish, other

CHAINED = ("journal", "log", "heads")  # sealed by hashes and signatures: test_tampering.py forges them
ROWS = 6  # of each part: what decided nothing, such as an application that was refused, is held to less
# What outsiders cannot hold to anything, and why; docs/explanation/proof.md says so.
HELD_TO_NOTHING = {
    ("documents", "size"): "of a file that is in no part; its digest tells it",
    ("invoice_lines", "id"): "a number of the table",
    ("organisations", "region"): "no decision reads it; what was registered is in the act's digest alone",
    ("proposals", "digest"): "of the sealed proposal: who holds the file compares it",
    ("results", "counted"): "the decision on results names people's work and is withheld",
    ("results", "period"): "the same",
    ("results", "reports_missing"): "the same",
    ("site_visits", "visited_on"): "what was told of the visit is in the act's digest alone; its points are held to the ranking",
    ("statements", "content"): "the digest of what was told, which an export withholds",
}


def is_found(evidence, exported, cache, part, column, row):
    """One value of that column is changed, and everything sealed again."""
    case = Case(evidence, random.Random(f"{part} {column} {row}"))
    changed = case.rows(part)[row]
    changed[column] = other(case, changed[column])
    finish(case, thorough=True)
    return bool(case.report(exported.trust, cache).findings)


def of_people(evidence):
    """Documents that are withheld, each with the act that attached it."""
    acts = {(each["about"], each["at"], each["result"]): each for each in evidence.parts["acts"] if "leaf" not in each}
    rows = [each for each in evidence.parts["documents"] if each["organisation"]]
    return [(each, acts[each["id"].rpartition("/")[0], each["attached_at"], digest(each["id"])]) for each in rows]


def test_who_knows_its_title_holds_an_attached_file_to_its_act(evidence):
    """The export withholds the title, and with it the input of the act: outsiders have the act's digest of both alone."""
    found = of_people(evidence)
    assert [row["id"] for row, _act in found if row["removed_at"]] == ["application/uc1-0274/1"]
    for row, act in found:
        assert "given" not in act
        told = {"application": row["id"].split("/")[1], "title": "연구계획서"}
        assert act["input"] == digest({**told, "file": row["digest"]})
        assert act["input"] != digest({**told, "file": digest(row["digest"])})


@pytest.mark.long
def test_when_a_document_was_removed_is_held_to_its_act(evidence, exported):
    rows = [place for place, row in enumerate(evidence.parts["documents"]) if row["removed_at"]]
    assert [is_found(evidence, exported, Cache(shared=True), "documents", "removed_at", row) for row in rows] == [True]


@pytest.mark.long
def test_a_change_in_any_column_is_found(evidence, exported):
    cache, missed = Cache(shared=True), set()
    for part in (each for each in evidence.order if each not in CHAINED):
        rows = evidence.parts[part]
        for column in sorted({name for row in rows for name in row}):
            filled = [n for n, row in enumerate(rows) if isinstance(row.get(column), str | int) and row[column] != ""]
            chosen = random.Random(f"{part} {column}").sample(filled, min(ROWS, len(filled)))
            if chosen and not any(is_found(evidence, exported, cache, part, column, row) for row in chosen):
                missed.add((part, column))
    assert missed == set(HELD_TO_NOTHING)
