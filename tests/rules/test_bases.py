"""A programme takes technical values over from a base; what it says itself holds, and its digest covers both."""

import datetime as dt
import shutil

import pytest

from dure.cycle.deciding import open_book
from dure.formats.errors import BadInput
from dure.rules.book import DEFAULT, read_book
from dure.rules.changes import Change, changes, content_of, digest_of
from dure.rules.manifest import PACKAGED, base_of, programmes

BASE = PACKAGED / "base"
MOVED = "shares/decimals"


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "programme"
    shutil.copytree(DEFAULT, made, ignore=shutil.ignore_patterns("facts", "reconstruct*"))
    return made


@pytest.fixture
def own_base(folder):
    """The base in the programme's own folder, which may be edited."""
    shutil.copytree(BASE, folder / "base")
    return folder / "base"


def edit(path, before, after):
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def test_the_book_holds_the_rules_of_the_base_too(folder):
    book = open_book(folder)
    assert not (folder / "rules" / "shares" / "decimals.yaml").exists()
    assert book.rules[MOVED].path.is_relative_to(BASE)
    assert book.rules[MOVED].on(dt.date(2001, 1, 1)).value == 4


def test_a_rule_of_both_is_the_programmes(folder):
    shutil.copyfile(BASE / "rules" / f"{MOVED}.yaml", folder / "rules" / f"{MOVED}.yaml")
    edit(folder / "rules" / f"{MOVED}.yaml", "value: 4", "value: 6")
    book = open_book(folder)
    assert book.rules[MOVED].on(book.reference_on).value == 6
    assert book.rules[MOVED].path.is_relative_to(folder)


def test_a_base_is_no_programme():
    assert "base" not in programmes()


def test_a_base_in_the_folder_stands_before_the_packaged_one(folder, own_base):
    assert base_of(folder, "base") == own_base
    edit(own_base / "rules" / f"{MOVED}.yaml", "value: 4", "value: 5")
    assert open_book(folder).rules[MOVED].on(dt.date(2026, 1, 1)).value == 5


def test_the_digest_covers_the_base(folder, own_base):
    before = content_of(read_book(folder))
    assert digest_of(before) == digest_of(content_of(read_book(DEFAULT)))
    edit(own_base / "rules" / f"{MOVED}.yaml", "value: 4", "value: 5")
    now = content_of(read_book(folder))
    assert digest_of(now) != digest_of(before)
    assert changes(before, now) == [Change(MOVED, dt.date(2000, 1, 1))]


def test_what_is_said_of_a_rule_in_prose_is_not_in_the_digest(folder, own_base):
    before = digest_of(content_of(read_book(folder)))
    edit(own_base / "rules" / f"{MOVED}.yaml", "en: Decimals of the shares", "en: Places of the shares")
    assert digest_of(content_of(read_book(folder))) == before


def test_a_book_without_a_base_is_bound_as_it_was_before_there_were_any(folder):
    """An installation that was made before is told nothing new: keys of the head that it does not use are not there."""
    edit(folder / "programme.yaml", "extends: base\n", "")
    head = content_of(read_book(folder))["head"]
    assert not {"extends", "stages"} & set(head)
    assert set(head) == {"id", "title", "reference_on", "languages", "zone", "currency"}


def test_taking_a_base_over_is_a_change_of_the_head(folder):
    extended = content_of(read_book(folder))
    shutil.copytree(BASE / "rules", folder / "rules", dirs_exist_ok=True)
    edit(folder / "programme.yaml", "extends: base\n", "")
    alone = content_of(open_book(folder))
    assert changes(alone, extended) == [Change("head/extends")]


def test_a_base_that_is_none_is_refused_with_the_line_of_the_head(folder):
    edit(folder / "programme.yaml", "extends: base", "extends: basis")
    with pytest.raises(BadInput, match=r"programme\.yaml.*no base is called 'basis'.*base\."):
        read_book(folder)


def test_a_fault_in_a_base_is_refused_with_its_file_and_line(folder, own_base):
    edit(own_base / "rules" / f"{MOVED}.yaml", "unit: count", "unit: tally")
    with pytest.raises(BadInput) as refused:
        read_book(folder)
    assert refused.value.where == f"{own_base}/rules/{MOVED}.yaml:3", refused.value.what


def test_rules_of_stages_that_a_programme_has_not_are_not_needed(folder):
    stages = (
        "[budget, call, evaluation, portfolio, agreement, order, buildout, survey, shares, application, allocation, provisioning"
    )
    with (folder / "programme.yaml").open("a", encoding="utf-8") as head:
        head.write(f"stages: {stages}, metering, outcomes, rebalancing]\n")
    with pytest.raises(BadInput, match="nothing reads the rule burden/"):
        open_book(folder)
    shutil.rmtree(folder / "rules" / "burden")
    shutil.rmtree(folder / "rules" / "settlement")
    desks = folder / "rules" / "approvals" / "desks.yaml"
    lines = [
        line for line in desks.read_text(encoding="utf-8").splitlines() if not line.strip().startswith(("burden:", "settlement:"))
    ]
    desks.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(BadInput, match="'settlement' is no decision"):
        open_book(folder)
    edit(folder / "rules" / "approvals" / "two_signatures_from.yaml", "settlement:", "allocation:")
    assert "burden/rates" not in open_book(folder).rules
