"""No column of the records can be written anew unseen: each is held to a decision, an act or another record."""

import random

import pytest

from dure.evidence.holding import Cache
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
