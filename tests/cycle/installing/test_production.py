"""An installation for people from the first command on: host names are known, and the database may be on another server."""

from urllib.parse import urlsplit

import psycopg
import pytest

from cycle.installing.engineer import Engineer
from dure.connectors.postgres import embedded

HOST = {"DURE_HOSTS": "gpu.example.kr", "DURE_BEHIND_TLS_PROXY": "1"}


@pytest.fixture(scope="module")
def private(tmp_path_factory):
    """Made on a server of its own: what `init` said, the variables, and what the doctor says, and the folder."""
    engineer = Engineer(tmp_path_factory.mktemp("private"))
    try:
        made = engineer.types("init", "--home", engineer.folder / ".dure", "--administrator", "성춘향", **HOST)
        yield made, told(engineer), looked(engineer), engineer.folder
    finally:
        engineer.leaves()


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    """Made on another server: what each command said, by its name, and the variables."""
    engineer, server = Engineer(tmp_path_factory.mktemp("elsewhere")), tmp_path_factory.mktemp("postgresql") / "postgres"
    admin = embedded.ensure_running(server)
    try:
        said = {
            "init": engineer.types("init", "--administrator", "성춘향", DATABASE_URL=admin, **HOST),
            "migrate": engineer.types("migrate", **HOST),
            "backup": engineer.types("backup", "one.backup", DURE_ADMIN_URL=admin, **HOST),
        }
        seen = {"app": looked(engineer), "admin": looked(engineer, DURE_ADMIN_URL=admin)}
        beside = second(admin)
        said["refused"] = [
            engineer.types("init", DURE_HOME="second", DATABASE_URL=beside),
            engineer.types("restore", "one.backup", DURE_HOME="drill", DATABASE_URL=beside),
        ]
        said["second home"] = engineer.types("init", "--from", "kr_2025", DURE_HOME="second", DATABASE_URL=admin)
        seen["afterwards"] = looked(engineer, DURE_ADMIN_URL=admin)
        with psycopg.connect(admin) as connection:
            connection.execute("ALTER ROLE dure_worker PASSWORD 'another'")
        seen["shut out"] = looked(engineer, DURE_ADMIN_URL=admin)
        variables = told(engineer)
        (engineer.folder / "empty").mkdir()
        said["foreign home"] = engineer.types("doctor", DURE_HOME="empty", DATABASE_URL=admin)
        own = [engineer.folder / ".dure" / "programme", "--administrator", "성춘향"]
        said["take over"] = engineer.types("init", "--take-over", "--from", *own, DURE_HOME="third", DATABASE_URL=admin)
        seen["taken over"] = looked(engineer, DURE_HOME="third", DURE_ADMIN_URL=admin)
        said["shut out"] = engineer.types("init")
        said["not its own"] = engineer.types("init", DURE_ADMIN_URL=admin, **HOST)
        said["cut off"], seen["cut off"] = cut_off(engineer, engineer.folder / "third", admin)
        yield said, variables, seen, engineer.folder
    finally:
        embedded.remove(server)


def cut_off(engineer, home, admin):
    """`init` in a home that was cut off once the log-ins had their passwords: what it said, and whether they are the same."""
    kept = home / "dure.env"
    before = kept.read_text(encoding="utf-8")
    owner = dict(line.split("=", 1) for line in before.splitlines())["DURE_OWNER_URL"]
    kept.unlink()
    (home / "dure.env.begun").write_text(f"DURE_OWNER_PASSWORD={urlsplit(owner).password}\n", encoding="utf-8")
    done = engineer.types("init", DURE_HOME=home, DATABASE_URL=admin, **HOST)
    return done, (owner in kept.read_text(encoding="utf-8"), (home / "dure.env.begun").exists())


def second(admin):
    """The address of an empty database on the same server."""
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("CREATE DATABASE beside")
    return urlsplit(admin)._replace(path="/beside").geturl()


def told(engineer):
    """What `dure init` wrote."""
    lines = (engineer.folder / ".dure" / "dure.env").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines)


def looked(engineer, **surroundings):
    """What the doctor says, by what was looked at."""
    done = engineer.types("doctor", **HOST, **surroundings)
    assert done.stderr == ""
    return {line.split()[1]: line for line in done.stdout.splitlines()}


def test_on_a_private_server(private):
    done, variables, seen, folder = private
    assert (done.returncode, done.stderr) == (0, "")
    assert f"ready      `DURE_HOME={folder / '.dure'} dure serve` serves it\n" in done.stdout
    assert "https://gpu.example.kr/invitation/" in done.stdout
    assert variables["DURE_HOSTS"] == "gpu.example.kr"
    assert len(variables["DURE_SECRET_KEY"]) >= 50
    assert seen["settings"].startswith("well")
    assert seen["server"].startswith("wrong")


def test_on_another_server_each_command_works_as_the_log_in_that_it_needs(elsewhere):
    said, variables, seen, folder = elsewhere
    done = {name: said[name] for name in ("init", "migrate", "backup")}
    assert {name: (each.returncode, each.stderr) for name, each in done.items()} == dict.fromkeys(done, (0, ""))
    assert not (folder / ".dure" / "postgres").exists()
    assert "//dure_app:" in variables["DATABASE_URL"]
    assert "nothing is to be changed" in said["migrate"].stdout
    assert seen["app"]["records"].startswith("wrong")
    assert seen["admin"]["records"].startswith("well")
    assert "server" not in seen["app"], "who serves, and from where, cannot be seen here"


def test_a_server_that_another_installation_uses_is_refused_and_it_serves_on(elsewhere):
    said, _variables, seen, _folder = elsewhere
    for done in said["refused"]:
        assert done.returncode == 2
        assert "is on the PostgreSQL server of another installation (database dure)" in done.stderr
        assert "Use another PostgreSQL server" in done.stderr
    assert seen["afterwards"]["passwords"] == "well   passwords"


def test_a_second_home_does_not_take_the_database_of_the_first(elsewhere):
    said, _variables, seen, folder = elsewhere
    done = said["second home"]
    assert done.returncode == 2
    assert f"has log-ins whose passwords the home {folder / 'second'} does not hold" in done.stderr
    assert "Set DURE_HOME to the home that made it" in done.stderr
    assert "`dure init --take-over`" in done.stderr
    assert "nothing was changed" not in done.stdout
    assert not (folder / "second").exists(), "the next attempt may begin with another rule book"
    assert seen["afterwards"]["passwords"] == "well   passwords"


def test_who_lost_the_home_takes_over_on_purpose_and_is_told_what_that_does(elsewhere):
    said, _variables, seen, _folder = elsewhere
    assert said["take over"].returncode == 0
    assert "its log-ins have new passwords, and the old ones open nothing any more\n" in said["take over"].stdout
    assert seen["taken over"]["passwords"] == "well   passwords"
    assert seen["taken over"]["database"] == "well   database"


def test_the_doctor_in_a_foreign_home_names_the_home_and_no_older_dure(elsewhere):
    """Without DURE_HOSTS the database is as new as with it, and what is wrong is that nobody here knows its log-ins."""
    said, _variables, _seen, folder = elsewhere
    told = {line.split()[1]: line for line in said["foreign home"].stdout.splitlines()}
    assert told["database"] == "well   database", said["foreign home"].stderr
    assert f"has log-ins whose passwords the home {folder / 'empty'} does not hold" in told["passwords"]


def test_the_home_from_which_it_was_taken_is_told_in_a_sentence(elsewhere):
    said, _variables, _seen, folder = elsewhere
    assert said["shut out"].returncode == 2
    assert "cannot be reached" in said["shut out"].stderr
    assert "Traceback" not in said["shut out"].stderr
    assert said["not its own"].returncode == 2
    assert f"does not take the owner's password that the home {folder / '.dure'} holds" in said["not its own"].stderr


def test_who_was_cut_off_goes_on_with_the_same_passwords(elsewhere):
    said, _variables, seen, _folder = elsewhere
    assert said["cut off"].returncode == 0, said["cut off"].stderr
    assert seen["cut off"] == (True, False)


def test_the_doctor_finds_a_log_in_that_cannot_connect(elsewhere):
    _said, _variables, seen, _folder = elsewhere
    wrong = seen["shut out"]["passwords"]
    assert wrong.startswith("wrong")
    assert "the log-in of DURE_WORKER_URL cannot connect" in wrong
    assert "DATABASE_URL" not in wrong
