"""Two rule books are compared by what they say, and from which day on a decision would read something else."""

import datetime as dt
import shutil

import pytest

from dure.rules.book import DEFAULT, read_book
from dure.rules.changes import Change, changes, content_of, digest_of

BEFORE = content_of(read_book(DEFAULT))


@pytest.fixture
def edited(tmp_path):
    """What the programme's folder says after a file of it was edited: `edited(file, before, after)`."""
    folder = tmp_path / "programme"
    shutil.copytree(DEFAULT, folder)

    def edit(file, before, after):
        text = (folder / file).read_text(encoding="utf-8")
        assert text.count(before) == 1, (file, before)
        (folder / file).write_text(text.replace(before, after), encoding="utf-8")
        return content_of(read_book(folder))

    return edit


def test_the_same_book_has_the_same_digest_wherever_it_lies(edited):
    same = edited("rules/reclaim/answer_days.yaml", "values:", "# a remark\nvalues:")
    assert digest_of(same) == digest_of(BEFORE)
    assert changes(BEFORE, same) == []


def test_a_new_value_reads_otherwise_from_its_day_on(edited):
    later = """  - from: 2026-07-01
    value: 21
    status: enacted
    source: {name: a gazette}
"""
    path = DEFAULT / "rules/reclaim/answer_days.yaml"
    text = path.read_text(encoding="utf-8")
    now = edited("rules/reclaim/answer_days.yaml", text, text.rstrip() + "\n" + later)
    assert changes(BEFORE, now) == [Change("reclaim/answer_days", dt.date(2026, 7, 1))]
    assert digest_of(now) != digest_of(BEFORE)


def test_another_source_changes_no_value(edited):
    now = edited("rules/reclaim/answer_days.yaml", "status: assumed", "status: enacted")
    assert changes(BEFORE, now) == [Change("reclaim/answer_days")]


def test_the_head_comes_first(edited):
    now = edited("programme.yaml", "zone: Asia/Seoul", "zone: Asia/Kathmandu")
    assert changes(BEFORE, now) == [Change("head/zone")]


def test_a_rule_that_is_gone_is_named_from_its_first_day():
    now = {**BEFORE, "rules": {name: values for name, values in BEFORE["rules"].items() if name != "reclaim/answer_days"}}
    first = dt.date.fromisoformat(BEFORE["rules"]["reclaim/answer_days"][0]["since"])
    assert changes(BEFORE, now) == changes(now, BEFORE) == [Change("reclaim/answer_days", first)]
