"""A script is played stage by stage: it ends where it is told to, and what is refused names the line of the script."""

import shutil

import pytest
from django.utils import translation

from dure.__main__ import main
from dure.cycle.cli.installation import run as running
from dure.cycle.deciding import open_book
from dure.cycle.playing.play import Filed, Line, play
from dure.cycle.playing.telling import SENTENCES, told
from dure.cycle.stages import STAGES
from dure.formats.errors import BadInput
from dure.formats.folder.stages import HANDOFF_NAMES
from dure.records.journal import queries as journal
from dure.rules.folder import Folder
from dure.rules.manifest import DEFAULT


@pytest.fixture
def rights_of_the_app():
    """Not here: it plays the past, which the owner alone may."""


@pytest.fixture(autouse=True)
def as_it_was(monkeypatch):
    """A run says by which programme this process works; another test is not to hear it."""
    monkeypatch.setenv("DURE_PROGRAMME", str(DEFAULT))


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "kr_2025"
    shutil.copytree(DEFAULT, made, ignore=shutil.ignore_patterns("reconstruct*", "__pycache__"))
    lines = (made / "facts" / "applicants.json").read_text(encoding="utf-8").splitlines()
    few = [*lines[:3], lines[3].rstrip(","), "]", "}"]  # the first of them is enough here
    (made / "facts" / "applicants.json").write_text("\n".join(few), encoding="utf-8")
    people = made / "facts" / "people.json"
    text = people.read_text(encoding="utf-8").replace('"acad-002"', '"acad-001"').replace('"firm-001"', '"acad-001"')
    people.write_text(text, encoding="utf-8")
    return made


def edit(folder, file, before, after):
    text = (folder / file).read_text(encoding="utf-8")
    assert before in text
    (folder / file).write_text(text.replace(before, after, 1), encoding="utf-8")


@pytest.mark.django_db
def test_it_ends_after_the_stage_that_is_named(folder):
    heard = []
    summary = play(Folder(folder), open_book(folder), until="budget", tell=heard.append)
    assert [line.stage.key for line in summary.lines] == ["budget"]
    assert summary.lines == tuple(heard)
    assert journal.acts().filter(command="approve_decision").count() == 1
    assert [filed.decision for filed in heard[0].filed] == ["budget"]
    assert heard[0].acts == 3
    with translation.override("en"):
        assert told(heard[0], Folder(folder)) == (
            "KRW 1,459,000 M on 2 budget lines", "commands: 3, every decision checked",
        )  # fmt: skip
    with translation.override("ko"):
        assert "예산 항목 2개" in told(heard[0], Folder(folder))[0]


@pytest.mark.django_db
def test_what_is_refused_names_the_line_of_the_step(folder):
    edit(folder, "script.yaml", "by: agency, approved_by: ministry}", "by: agency, approved_by: agency}")
    lines = (folder / "script.yaml").read_text(encoding="utf-8").splitlines()
    number = next(place for place, line in enumerate(lines, start=1) if "approved_by: agency}" in line)
    with pytest.raises(BadInput) as refused:
        play(Folder(folder), open_book(folder), until="budget")
    assert refused.value.where.startswith(f"{folder}/script.yaml:{number}")


@pytest.mark.django_db
def test_a_figure_that_is_not_as_expected_ends_the_run(folder):
    line = "      - {expect: {made: budget/envelopes/0/amount}, is: 1}\n"
    edit(folder, "script.yaml", "\n  - stage: call", f"{line}\n  - stage: call")
    with pytest.raises(BadInput, match=r"is [\d]+, and 1 was expected") as refused:
        play(Folder(folder), open_book(folder), until="budget")
    assert "script.yaml:" in refused.value.where


def test_each_decision_has_its_sentence():
    assert set(SENTENCES) == set(HANDOFF_NAMES)


def test_a_stage_without_a_decision_is_told_by_its_commands():
    stage = next(each for each in STAGES if each.key == "order")
    with translation.override("en"):
        assert told(Line(stage, (), 1200, 2, 0.0, 0.0), Folder(DEFAULT)) == (
            "commands: 1,200", "commands: 1,200, figures as expected: 2",
        )  # fmt: skip


def test_decisions_of_one_name_are_told_together():
    stage = next(each for each in STAGES if each.key == "provisioning")
    filed = tuple(Filed("provisioning", {"changes": [1] * n}) for n in (2, 3))
    with translation.override("en"):
        assert told(Line(stage, filed, 4, 0, 0.0, 0.0), Folder(DEFAULT))[0] == "changes planned: 5"


class TestRun:
    def test_a_stage_that_is_not_played_is_refused_before_a_database_is_opened(self, folder, capsys, monkeypatch):
        monkeypatch.setattr(running, "_open_database", lambda **_: pytest.fail("opened"))
        text = (folder / "script.yaml").read_text(encoding="utf-8")
        (folder / "script.yaml").write_text(text.partition("\n  - stage: survey")[0] + "\n", encoding="utf-8")
        assert main(["run", str(folder), "--until", "metering"]) == 2
        assert "'metering' is not played" in capsys.readouterr().err

    def test_a_faulty_folder_is_refused_before_a_database_is_opened(self, folder, capsys, monkeypatch):
        monkeypatch.setattr(running, "_open_database", lambda **_: pytest.fail("opened"))
        edit(folder, "script.yaml", "do: appropriate", "do: appropriat")
        assert main(["run", str(folder)]) == 2
        assert "is no command" in capsys.readouterr().err

    def test_a_folder_without_a_script_cannot_be_run(self, folder, capsys, monkeypatch):
        monkeypatch.setattr(running, "_open_database", lambda **_: pytest.fail("opened"))
        (folder / "script.yaml").unlink()
        assert main(["run", str(folder)]) == 2
        assert "holds no script.yaml" in capsys.readouterr().err

    def test_a_run_that_is_kept_is_not_run_over(self, folder, capsys, monkeypatch):
        monkeypatch.setattr(running, "_open_database", lambda **_: False)
        assert main(["run", str(folder)]) == 2
        assert "--again" in capsys.readouterr().err
