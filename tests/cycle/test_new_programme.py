"""A programme of one's own: begun from another one, checked, and decided by."""

import json
import shutil

import pytest

from dure.__main__ import main
from dure.cycle.deciding import open_book
from dure.rules.manifest import PACKAGED
from programme import ROOT


def test_a_programme_is_begun_from_the_one_that_comes_with_dure(tmp_path, capsys):
    folder = tmp_path / "ruritania_2031"
    assert main(["new", str(folder)]) == 0
    assert "dure rules check" in capsys.readouterr().out
    assert main(["rules", "check", str(folder)]) == 0
    assert capsys.readouterr().out.startswith("ruritania_2031: ")
    files = {"programme.yaml", "vocabulary.yaml", "calendar.yaml", "script.yaml", "rules", "facts"}
    assert {each.name for each in folder.iterdir()} == files


def test_a_base_in_the_folder_comes_along(tmp_path):
    template = tmp_path / "template"
    assert main(["new", str(template)]) == 0
    shutil.copytree(PACKAGED / "base", template / "own_base")
    head = template / "programme.yaml"
    head.write_text(head.read_text().replace("extends: base", "extends: own_base"))
    (template / "own_base" / "rules" / "shares" / "decimals.yaml").write_text(
        (PACKAGED / "base" / "rules" / "shares" / "decimals.yaml").read_text().replace("value: 4", "value: 5")
    )
    folder = tmp_path / "mine"
    assert main(["new", str(folder), "--from", str(template)]) == 0
    shutil.rmtree(template)
    assert open_book(folder).rules["shares/decimals"].values[-1].value == 5


def test_it_decides_by_its_own_values(tmp_path, capsys):
    folder = tmp_path / "ruritania_2031"
    assert main(["new", str(folder)]) == 0
    rule = folder / "rules" / "shares" / "step.yaml"
    rule.write_text(rule.read_text().replace("value: 0.10", "value: 0.05"))
    assert open_book(folder).rules["shares/step"].values[-1].value == "0.05"
    facts = str(ROOT / "examples" / "shares.facts.json")
    capsys.readouterr()
    assert main(["decide", "shares", facts, "--programme", str(folder)]) == 0
    made = json.loads(capsys.readouterr().out)
    assert {each["rule"]: each["value"] for each in made["rules_read"]}["shares/step"] == "0.05"


@pytest.mark.parametrize("name", ["taken", "Not an id", "2031"])
def test_what_cannot_be_a_programme_leaves_nothing(name, tmp_path, capsys):
    folder = tmp_path / name
    if name == "taken":
        folder.mkdir()
    assert main(["new", str(folder)]) == 2
    assert "Traceback" not in capsys.readouterr().err
    assert folder.exists() == (name == "taken")


def test_a_template_that_is_none_is_refused(tmp_path, capsys):
    assert main(["new", str(tmp_path / "mine"), "--from", str(tmp_path / "none")]) == 2
    assert "is not a folder of a programme" in capsys.readouterr().err
