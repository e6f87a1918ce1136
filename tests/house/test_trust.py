"""The page of what holds is of the invariants of today, and every test that it names is there."""

import re

import trust
from dure.records.invariants.listed import INVARIANTS


def test_the_page_is_of_these_invariants():
    page = trust.PAGE.read_text(encoding="utf-8")
    rows = [line.removeprefix("| ").removesuffix(" |").split(" | ") for line in page.splitlines() if line.startswith("| I-")]
    told = [(number, says, held_by, leaves_out) for number, says, held_by, _tried, leaves_out in rows]
    assert told == [(each.id, each.says, each.held_by, each.leaves_out) for each in INVARIANTS], "make trust"
    part = sum(bool(each.leaves_out) for each in INVARIANTS)
    assert f"{sum(not each.lacks for each in INVARIANTS) - part} in full and {part} in part" in page, "make trust"
    for each, (*_row, tried, _leaves_out) in zip(INVARIANTS, rows, strict=True):
        assert ("not yet: lacks" in tried) == bool(each.lacks), each.id
        named = set(re.findall(r"tests/[\w/]+\.py", tried))
        assert named == set(trust.files_of(each)) - {trust.BY_QUERY}, f"{each.id}: make trust"


def test_every_invariant_that_is_held_has_tests():
    for each in INVARIANTS:
        files = trust.files_of(each)
        assert bool(files) != bool(each.lacks), each.id
        assert all((trust.ROOT / path).is_file() for path in files), each.id
