"""The folder of an installation: one process makes it, whole or not at all, and what was left half-made is mended."""

import threading

import pytest

from cycle.installing.engineer import Engineer
from dure.cycle.deciding import open_book
from dure.cycle.installing import homes, place
from dure.formats.errors import BadInput


@pytest.fixture(autouse=True)
def surroundings(monkeypatch):
    """Another server, so that none is begun here; what is set within ends with the test."""
    for name in ("DURE_PROGRAMME", "DURE_SECRET_KEY"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@nowhere/none")


@pytest.fixture
def home(tmp_path):
    made = tmp_path / "home"
    made.mkdir()
    return made


def test_two_processes_do_not_make_one_home(tmp_path):
    home = tmp_path / "a" / "home"
    with homes.alone_in(home) as made:
        assert made
        with pytest.raises(BadInput, match="is being made by another"), homes.alone_in(home):
            pass
        (home / "file").touch()
    with homes.alone_in(home) as made:
        assert not made


def test_a_home_in_which_nothing_came_to_be_does_not_stay(tmp_path):
    with homes.alone_in(tmp_path / "home"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_rule_book_that_was_half_copied_is_copied_again(home):
    place.prepare(home, "kr_2025")
    rules = home / "programme"
    whole = sorted(path.relative_to(rules) for path in rules.rglob("*"))
    for each in sorted(rules.rglob("*.yaml"))[::2]:
        each.unlink()
    for left in (".programme.new", ".programme.77.new"):
        (home / left / "approvals").mkdir(parents=True)
    place.prepare(home, "kr_2025")
    assert sorted(path.relative_to(rules) for path in rules.rglob("*")) == whole
    open_book(rules)
    assert [path.name for path in home.iterdir()] == ["programme"]


@pytest.mark.parametrize("whose", ["of an installation", "written in"])
def test_a_rule_book_of_ones_own_stays_as_it_is(home, whose):
    place.prepare(home, "kr_2025")
    rules = home / "programme"
    gone, kept = sorted(rules.rglob("*.yaml"))[:2]
    gone.unlink()
    if whose == "of an installation":
        (home / homes.VARIABLES).touch()
    else:
        kept.write_text(kept.read_text() + "# ours\n")
    place.prepare(home, "kr_2025")
    assert not gone.exists()


def test_a_file_is_no_home(tmp_path):
    file = tmp_path / "file"
    file.touch()
    for home in (file, file / "deeper"):
        for words in (["init"], ["serve"], ["doctor"], ["demo", "--serve", "0"], ["act", "--list", "--as", "x"]):
            done = Engineer(tmp_path).types(*words, DURE_HOME=str(home))
            assert done.returncode == 2, words
            assert done.stderr == (
                f"dure: {file}: is a file, and a home is a folder. "
                "Let DURE_HOME (or --home) name a folder, or one that is not there yet.\n"
            ), words
    assert "is a file" in Engineer(tmp_path).types("init", "--home", file).stderr


def test_a_secret_that_several_make_at_once_is_one(tmp_path):
    path, read = tmp_path / "secret-key", set()
    start = threading.Barrier(8)

    def make(text):
        start.wait()
        read.add(homes.made_once(path, text))

    threads = [threading.Thread(target=make, args=(f"{n}",)) for n in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert read == {path.read_text()}
    assert path.stat().st_mode & 0o077 == 0
    assert list(tmp_path.iterdir()) == [path]
