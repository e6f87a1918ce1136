"""A bad rule is refused with file, line and what to do; values are read as of a day."""

import datetime as dt
import shutil

import pytest

from dure.cycle.deciding import open_book
from dure.formats.errors import BadInput
from dure.formats.stages.shares import SharesRules
from dure.rules.book import DEFAULT, read_book

GOOD = """title: {ko: 한도, en: Limit}
why: A test needs it.
unit: ratio
values:
  - from: 2026-01-01
    value: 0.10
    status: assumed
    source: {name: A notice, published: 2025-12-22}
  - from: 2026-07-01
    value: 0.15
    status: enacted
    source: {name: Another notice}
"""

FAULTS = {
    "unknown key": (GOOD + "colour: red\n", 13, "unknown key 'colour'"),
    "missing source": (GOOD.replace("    source: {name: Another notice}\n", ""), 9, "'source' is missing"),
    "nameless source": (GOOD.replace("{name: Another notice}", "{published: 2026-01-01}"), 12, "needs at least its name"),
    "falling dates": (GOOD.replace("2026-07-01", "2025-07-01"), 9, "does not come after"),
    "impossible date": (GOOD.replace("2026-07-01", "2026-06-31"), 9, "not a day of the calendar"),
    "percent for ratio": (GOOD.replace("0.15", "15"), 10, "between 0 and 1"),
    "not a number": (GOOD.replace("0.15", ".nan"), 10, "not a non-negative decimal"),
    "hundred digits": (GOOD.replace("0.15", "9" * 100), 10, "not a non-negative decimal"),
    "unknown unit": (GOOD.replace("unit: ratio", "unit: parsec"), 3, "unknown unit"),
    "unknown status": (GOOD.replace("enacted", "official"), 11, "neither enacted nor assumed"),
    "one language": (GOOD.replace("{ko: 한도, en: Limit}", "{en: Limit}"), 1, "ko and en"),
    "no values": (GOOD[: GOOD.index("values:")] + "values: []\n", 4, "at least one dated value"),
    "duplicate key": (GOOD + "why: again\n", 13, "comes twice"),
    "alias": (GOOD.replace("A notice", "&a A notice").replace("Another notice", "*a"), 12, "alias"),
    "not YAML": (GOOD + "  - [\n", None, "not YAML"),
    "deep nesting": (GOOD.replace("0.15", "[" * 50 + "]" * 50), 10, "deeply"),
    "until before from": (GOOD.replace("    value: 0.15", "    until: 2026-06-01\n    value: 0.15"), 10, "is not after"),
}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "programme.yaml").write_text("id: x\ntitle: {ko: 시험, en: Test}\nreference_on: 2026-08-01\n")
    (tmp_path / "topic").mkdir()
    return tmp_path


@pytest.mark.parametrize(("text", "line", "words"), FAULTS.values(), ids=FAULTS.keys())
def test_fault_is_named_with_file_and_line(folder, text, line, words):
    path = folder / "topic" / "limit.yaml"
    path.write_text(text)
    with pytest.raises(BadInput, match=words) as refusal:
        read_book(folder)
    assert str(path) in refusal.value.where
    if line:
        assert refusal.value.where.endswith(f":{line}")


def test_value_in_force_is_that_of_the_day(folder):
    (folder / "topic" / "limit.yaml").write_text(GOOD)
    rule = read_book(folder).rules["topic/limit"]
    assert rule.on(dt.date(2025, 12, 31)) is None
    assert rule.on(dt.date(2026, 1, 1)).value == "0.10"
    assert rule.on(dt.date(2026, 7, 1)).value == "0.15"


def test_shares_that_do_not_sum_to_one_are_refused(tmp_path):
    copy = shutil.copytree(DEFAULT, tmp_path / "book")
    path = copy / "shares" / "weights.yaml"
    path.write_text(path.read_text().replace("results: 0.2", "results: 0.3"))
    with pytest.raises(BadInput, match=r"sum to 1\.1"):
        read_book(copy)


def test_every_rule_has_a_reader_and_every_reader_its_rule(tmp_path):
    assert open_book(DEFAULT).programme == "kr_2025"
    copy = shutil.copytree(DEFAULT, tmp_path / "book")
    shutil.copy(copy / "shares" / "step.yaml", copy / "shares" / "stride.yaml")
    with pytest.raises(BadInput, match="nothing reads the rule shares/stride"):
        open_book(copy)
    (copy / "shares" / "stride.yaml").unlink()
    (copy / "shares" / "step.yaml").unlink()
    with pytest.raises(BadInput, match="no rule shares/step"):
        open_book(copy)


def test_value_of_the_wrong_type_for_its_reader_is_refused(tmp_path):
    copy = shutil.copytree(DEFAULT, tmp_path / "book")
    path = copy / "shares" / "decimals.yaml"
    path.write_text(path.read_text().replace("value: 4", "value: 40"))
    with pytest.raises(BadInput, match="decimals"):
        open_book(copy)


def test_readings_carry_source_and_status(book):
    _, readings = book.fill(SharesRules, on=book.reference_on)
    assert {reading.rule for reading in readings} == {f"shares/{field}" for field in SharesRules.__struct_fields__}
    assert all(reading.source.name and reading.status in {"enacted", "assumed"} for reading in readings)
