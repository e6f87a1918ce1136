"""A bad rule is refused with file, line and what to do; values are read as of a day."""

import datetime as dt
import shutil

import pytest

from dure.cycle.deciding import open_book
from dure.formats.errors import BadInput
from dure.formats.stages.shares import SharesRules
from dure.rules.book import DEFAULT, read_book
from dure.rules.manifest import HEAD, base_of

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
    "one language": (GOOD.replace("{ko: 한도, en: Limit}", "{en: Limit}"), 1, "Say it in ko, en|said in en"),
    "no values": (GOOD[: GOOD.index("values:")] + "values: []\n", 4, "at least one dated value"),
    "duplicate key": (GOOD + "why: again\n", 13, "comes twice"),
    "alias": (GOOD.replace("A notice", "&a A notice").replace("Another notice", "*a"), 12, "alias"),
    "not YAML": (GOOD + "  - [\n", None, "not YAML"),
    "deep nesting": (GOOD.replace("0.15", "[" * 50 + "]" * 50), 10, "deeply"),
    "until before from": (GOOD.replace("    value: 0.15", "    until: 2026-06-01\n    value: 0.15"), 10, "is not after"),
}


MANIFEST = """\
id: x
title: {ko: 시험, en: Test}
reference_on: 2026-08-01
languages: [ko, en]
zone: Asia/Kathmandu
currency: {code: JPY, digits: 0}
"""
HEADS = {
    "a key too many": (MANIFEST + "colour: red\n", "unknown field", 1),
    "a key too few": (MANIFEST.replace("zone: Asia/Kathmandu\n", ""), "zone", 1),
    "no such zone": (MANIFEST.replace("Kathmandu", "Atlantis"), "no time zone", 5),
    "a language without title": (MANIFEST.replace("[ko, en]", "[ko, en, ne]"), "said in ko, en", 2),
    "a title without language": (MANIFEST.replace("[ko, en]", "[ko]"), "said in ko, en", 2),
    "a language twice": (MANIFEST.replace("[ko, en]", "[ko, en, ko]"), "twice", 4),
    "an amount of digits": (MANIFEST.replace("digits: 0", "digits: many"), "Expected `int`", 6),
    "no such currency": (MANIFEST.replace("JPY", "Yen"), "matching regex", 6),
    "a day that is none": (MANIFEST.replace("2026-08-01", "2026-02-30"), "Invalid", 3),
}


@pytest.mark.parametrize(("text", "words", "line"), HEADS.values(), ids=HEADS.keys())
def test_a_fault_of_the_head_is_named_with_its_line(tmp_path, text, words, line):
    (tmp_path / HEAD).write_text(text)
    with pytest.raises(BadInput, match=words) as refusal:
        read_book(tmp_path)
    assert refusal.value.where == f"{tmp_path / HEAD}:{line}"


def copy_of(programme, to):
    """A programme of one's own, as `dure init` copies it."""
    shutil.copytree(programme / "rules", to / "rules")
    shutil.copy(programme / HEAD, to)
    return to


@pytest.fixture
def folder(tmp_path):
    (tmp_path / HEAD).write_text(MANIFEST)
    (tmp_path / "rules" / "topic").mkdir(parents=True)
    return tmp_path


@pytest.mark.parametrize(("text", "line", "words"), FAULTS.values(), ids=FAULTS.keys())
def test_fault_is_named_with_file_and_line(folder, text, line, words):
    path = folder / "rules" / "topic" / "limit.yaml"
    path.write_text(text)
    with pytest.raises(BadInput, match=words) as refusal:
        read_book(folder)
    assert str(path) in refusal.value.where
    if line:
        assert refusal.value.where.endswith(f":{line}")


def test_value_in_force_is_that_of_the_day(folder):
    (folder / "rules" / "topic" / "limit.yaml").write_text(GOOD)
    rule = read_book(folder).rules["topic/limit"]
    assert rule.on(dt.date(2025, 12, 31)) is None
    assert rule.on(dt.date(2026, 1, 1)).value == "0.10"
    assert rule.on(dt.date(2026, 7, 1)).value == "0.15"


def test_shares_that_do_not_sum_to_one_are_refused(tmp_path):
    book = copy_of(DEFAULT, tmp_path / "book")
    path = book / "rules" / "shares" / "weights.yaml"
    path.write_text(path.read_text().replace("results: 0.2", "results: 0.3"))
    with pytest.raises(BadInput, match=r"sum to 1\.1"):
        read_book(book)


def test_every_rule_has_a_reader_and_every_reader_its_rule(tmp_path):
    assert open_book(DEFAULT).programme == "kr_2025"
    book = copy_of(DEFAULT, tmp_path / "book")
    shutil.copy(book / "rules" / "shares" / "step.yaml", book / "rules" / "shares" / "stride.yaml")
    with pytest.raises(BadInput, match="nothing reads the rule shares/stride"):
        open_book(book)
    (book / "rules" / "shares" / "stride.yaml").unlink()
    (book / "rules" / "shares" / "step.yaml").unlink()
    with pytest.raises(BadInput, match="no rule shares/step"):
        open_book(book)


def test_value_of_the_wrong_type_for_its_reader_is_refused(tmp_path):
    book = copy_of(DEFAULT, tmp_path / "book")
    base = base_of(book, "base") / "rules" / "shares" / "decimals.yaml"
    (book / "rules" / "shares" / "decimals.yaml").write_text(base.read_text().replace("value: 4", "value: 40"))
    with pytest.raises(BadInput, match="decimals"):
        open_book(book)


def test_readings_carry_source_and_status(book):
    _, readings = book.fill(SharesRules, on=book.reference_on)
    assert {reading.rule for reading in readings} == {f"shares/{field}" for field in SharesRules.__struct_fields__}
    assert all(reading.source.name and reading.status in {"enacted", "assumed"} for reading in readings)
