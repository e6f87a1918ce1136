"""The first hour at a command line, as an engineer types it: every command in a folder of its own, on a private PostgreSQL."""

import os
import shutil
import stat
import subprocess
import sys
from types import SimpleNamespace

import pytest

from cycle.installing.engineer import Engineer
from dure.connectors.postgres import embedded
from dure.cycle.installing import serving
from dure.cycle.installing.examining import checkup
from dure.formats.errors import BadInput
from dure.rules.manifest import programmes
from portal.serving import answers, free_port


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    """An installation for which two people typed `dure init` at once, and what each was told: first who made it."""
    engineer = Engineer(tmp_path_factory.mktemp("installed"))
    said = engineer.types_at_once("init", "--administrator", "성춘향")
    yield engineer, sorted(said, key=lambda each: each.returncode)
    engineer.leaves()


@pytest.fixture(scope="module")
def installed(begun):
    """An installation, and what `dure init` said."""
    engineer, said = begun
    return engineer, said[0]


def test_of_two_inits_at_once_one_makes_the_home_and_the_other_says_so(begun):
    engineer, (made, other) = begun
    assert (made.returncode, other.returncode) == (0, 2), (made.stderr, other.stderr)
    home = engineer.folder / ".dure"
    assert other.stderr == (
        f"dure: {home}: is being made by another `dure init` or `dure restore`. "
        "Wait until that has ended; try again if it failed.\n"
    )
    template = programmes()["kr_2025"]
    rules = [path.relative_to(template) for path in template.rglob("*.yaml")]
    assert [each for each in rules if not (home / "programme" / each).is_file()] == []
    assert not list(home.glob("*.new")) + list(home.glob(".*"))


def test_where_nothing_is_each_command_says_so_and_makes_nothing(tmp_path):
    engineer = Engineer(tmp_path)
    for words in (["serve"], ["doctor"], ["migrate"], ["backup", "file"], ["act", "--list", "--as", "x"]):
        done = engineer.types(*words)
        assert done.returncode == 2, (words, done.stdout, done.stderr)
        assert "there is no installation. Run `dure init`" in done.stderr
        assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_edited_rule_book_is_refused_until_it_is_adopted(installed):
    engineer, _said = installed
    rule = engineer.folder / ".dure" / "programme" / "rules" / "reclaim" / "answer_days.yaml"
    before = rule.read_text(encoding="utf-8")
    later = "  - from: 2090-07-01\n    value: 21\n    status: enacted\n    source: {name: a gazette}\n"
    rule.write_text(before.rstrip() + "\n" + later, encoding="utf-8")
    refused = engineer.types("serve", "--port", str(free_port()))
    assert (refused.returncode, "it was edited" in refused.stderr) == (2, True), refused.stderr
    looked = engineer.types("rules", "adopt", "--check")
    assert looked.returncode == 1, looked.stderr
    assert "reclaim/answer_days" in looked.stdout
    assert "reads otherwise from 2090-07-01 on" in looked.stdout
    adopted = engineer.types("rules", "adopt", "--reason", "as the gazette says")
    assert (adopted.returncode, "1 changes adopted" in adopted.stdout) == (0, True), adopted.stderr
    assert engineer.types("rules", "adopt", "--check").returncode == 0


def test_init_makes_an_installation_whose_keys_are_its_owners_alone(installed):
    engineer, made = installed
    assert made.returncode == 0, made.stderr
    home = engineer.folder / ".dure"
    assert f", a private server in {embedded.place(home / 'postgres')}\n" in made.stdout
    assert stat.S_IMODE((home / "dure.env").stat().st_mode) == 0o600
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert (home / "programme" / "programme.yaml").is_file()


def test_init_again_changes_nothing(installed):
    engineer, _made = installed
    before = (engineer.folder / ".dure" / "dure.env").read_text()
    again = engineer.types("init")
    assert again.returncode == 0, again.stderr
    assert "ready      it was there already; nothing but the link is new\n" in again.stdout
    assert (engineer.folder / ".dure" / "dure.env").read_text() == before


def test_init_again_keeps_the_administrators_name_and_says_that_the_earlier_link_is_void(installed):
    engineer, made = installed
    assert made.stdout.endswith("(for 성춘향, once, for 7 days)\n")
    again = engineer.types("init").stdout
    assert again.endswith("(for 성춘향, once, for 7 days; the link that was printed before opens nothing any more)\n")
    assert "for 이몽룡" in engineer.types("init", "--administrator", "이몽룡").stdout


def test_an_address_of_the_first_administrator_that_is_none_is_refused_before_a_link_is_made(installed):
    engineer, _made = installed
    done = engineer.types("init", "--email", "nonsense")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "dure: email: 'nonsense' is not an address. Leave it empty, or correct it.\n"
    assert engineer.types("init", "--email", "chunhyang@agency.example").returncode == 0


AS_A_WORKER = """
from dure.cycle.cli.installation.opening import open_installation
from dure.cycle.installing.addresses import WORKER
open_installation(WORKER)
from dure.portal.kit.links import link_to
print(link_to("/account/"))
"""


def test_links_lead_to_the_port_that_is_served_whichever_process_writes_them(installed):
    engineer, _made = installed
    port = free_port()
    command = [sys.executable, "-m", "dure", "serve", "--port", str(port), "--no-worker"]
    process = subprocess.Popen(command, cwd=engineer.folder, env=engineer.surroundings(), stdout=subprocess.DEVNULL)
    try:
        assert answers(port, process)
        assert f"link       http://localhost:{port}/invitation/" in engineer.types("init").stdout
        around = engineer.surroundings(PORT="8000")  # as a worker has it that is started by itself
        worker = subprocess.run(
            [sys.executable, "-c", AS_A_WORKER], cwd=engineer.folder, env=around, capture_output=True, text=True, check=True
        )
        assert worker.stdout == f"http://localhost:{port}/account/\n", worker.stderr
    finally:
        engineer.types("stop")
        process.wait(60)


def test_a_template_that_is_none_is_refused_before_anything_is_made(tmp_path):
    done = Engineer(tmp_path).types("init", "--from", "atlantis")
    assert done.returncode == 2
    assert "atlantis" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_demo_refuses_the_home_of_an_installation(installed):
    engineer, _made = installed
    done = engineer.types("demo", "--serve", "0", "--again", DURE_HOME=".dure")
    assert done.returncode == 2
    assert "the demo needs a database of its own" in done.stderr
    assert engineer.types("migrate").stdout.endswith("nothing is to be changed\n")


def test_the_doctor_says_what_is_wrong_and_what_to_do(installed):
    engineer, _made = installed
    done = engineer.types("doctor")
    assert done.returncode == 1
    said = {line.split()[1]: line for line in done.stdout.splitlines()}
    assert said["database"].startswith("well")
    assert said["server"].endswith("`dure serve`.")
    assert said["witnesses"].startswith("todo   witnesses nobody outside keeps the heads of the log")
    (engineer.folder / ".dure" / "dure.env").chmod(0o644)
    try:
        assert "chmod 600" in engineer.types("doctor").stdout
    finally:
        (engineer.folder / ".dure" / "dure.env").chmod(0o600)


def test_a_backup_comes_back_elsewhere_and_one_changed_byte_is_found_out(installed, tmp_path):
    engineer, _made = installed
    file = tmp_path / "night.backup"
    done = engineer.types("backup", file)
    assert done.returncode == 0, done.stderr
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "never written over" in engineer.types("backup", file).stderr
    whole = file.read_bytes()
    other = Engineer(tmp_path / "other")
    for place in (0, len(whole) // 2, len(whole) - 1):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        refused = other.types("restore", file)
        assert refused.returncode == 2
        assert "is not a backup of dure" in refused.stderr or "changed or cut off" in refused.stderr
        assert list(other.folder.iterdir()) == []
    file.write_bytes(whole)
    try:
        back = other.types("restore", file)
        assert back.returncode == 0, back.stderr
        assert "the journal verifies" in back.stdout
        assert "is not empty" in other.types("restore", file).stderr
        assert other.types("migrate").stdout.endswith("nothing is to be changed\n")
        assert "well   database" in other.types("doctor").stdout
        assert (other.folder / ".dure" / "programme" / "programme.yaml").is_file()
        place = embedded.place(other.folder / ".dure" / "postgres")
        assert "is not the home that is stopped" in other.types("stop", "--remove", tmp_path).stderr
        assert list(place.glob("data-*"))
        assert "removed: the private database" in other.types("stop", "--remove", ".dure").stdout
        assert not place.exists()
        assert not (other.folder / ".dure" / "postgres").exists()
    finally:
        other.leaves()


def test_data_of_another_postgresql_are_not_hidden_behind_an_empty_server(tmp_path, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    home = embedded._home(tmp_path / "postgres")
    (home / "data-9").mkdir(parents=True)
    (home / "data-9" / "PG_VERSION").write_text("9\n")
    with pytest.raises(BadInput, match="holds the data of PostgreSQL 9") as refused:
        embedded.ensure_running(tmp_path / "postgres")
    assert "dure backup" in refused.value.todo
    assert "dure restore" in refused.value.todo


def test_one_process_at_a_time_serves_a_home(tmp_path):
    held = serving.hold(tmp_path)
    assert serving.running(tmp_path) == os.getpid()
    with pytest.raises(BadInput, match=f"is served already, by process {os.getpid()}"):
        serving.hold(tmp_path)
    os.close(held)
    assert serving.running(tmp_path) is None
    assert serving.stop(tmp_path) is False


def test_a_process_that_is_gone_serves_no_more(tmp_path):
    (tmp_path / serving.FILE).write_text(str(os.getpid()))  # the number may be somebody else's by now
    assert serving.running(tmp_path) is None


def test_the_disk_is_the_one_on_which_the_server_writes(tmp_path, monkeypatch):
    monkeypatch.setenv("DURE_HOME", str(tmp_path))
    (tmp_path / "postgres").mkdir()
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.setattr(embedded, "place", lambda _: tmp_path / "elsewhere")
    monkeypatch.setattr("shutil.disk_usage", lambda at: SimpleNamespace(total=100, free=1 if at.name == "elsewhere" else 99))
    assert f"1% of the disk of {tmp_path / 'elsewhere'} is free" in checkup._room()


def test_production_runs_on_the_private_server_too(installed):
    engineer, _made = installed
    done = engineer.types("doctor", DURE_HOSTS="gpu.example.kr", DURE_BEHIND_TLS_PROXY="1")
    said = {line.split()[1]: line for line in done.stdout.splitlines()}
    assert said["database"] == "well   database", done.stdout + done.stderr
    assert said["settings"] == "well   settings"


def test_stop_stops_what_runs_and_says_so(installed):
    engineer, _made = installed
    assert engineer.types("stop").stdout == "stopped: the private database\n"
    assert engineer.types("stop").stdout.startswith("nothing ran for")
    assert not embedded.is_running(engineer.folder / ".dure" / "postgres")


def test_a_home_that_was_deleted_is_stopped_and_removed_by_its_path(installed):
    engineer, _made = installed
    home = engineer.folder / ".dure"
    place = embedded.place(home / "postgres")
    if place == home / "postgres":
        pytest.skip("the data lie in the home, and went with it")
    engineer.types("migrate")
    shutil.rmtree(home)
    said = engineer.types("stop").stdout
    assert f"left behind: the private database of {home}, in {place}: `dure stop --remove {home}`" in said
    done = engineer.types("stop", "--remove", ".dure")
    assert done.stdout == f"removed: the private database of {home}\nstopped: the private database\n", done.stderr
    assert not place.exists()
    assert not home.exists()


def test_the_doctor_makes_nothing(tmp_path):
    engineer = Engineer(tmp_path)
    (tmp_path / ".dure" / "programme").mkdir(parents=True)
    (tmp_path / ".dure" / "postgres").mkdir()
    done = engineer.types("doctor")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"dure: {tmp_path / '.dure'}: there is no installation. Run `dure init`")
    elsewhere = engineer.types("doctor", DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert "cannot be reached" in elsewhere.stdout, elsewhere.stderr
    made = sorted(str(each.relative_to(tmp_path)) for each in tmp_path.rglob("*"))
    assert made == [".dure", ".dure/postgres", ".dure/programme"]
    assert not embedded.has_data(tmp_path / ".dure" / "postgres")


def test_a_terminal_without_hangul_gets_no_traceback(tmp_path):
    done = Engineer(tmp_path).types("act", "--list", "--as", "성춘향", PYTHONIOENCODING="ascii", PYTHONUTF8="0", LANG="C")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_an_interrupted_command_is_quiet(monkeypatch):
    import dure.__main__ as command

    def interrupted(_arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr("dure.cycle.cli.rules.run", interrupted)
    assert command.main(["rules", "check"]) == 130
