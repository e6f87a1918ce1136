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
        seen["afterwards"] = looked(engineer, DURE_ADMIN_URL=admin)
        with psycopg.connect(admin) as connection:
            connection.execute("ALTER ROLE dure_worker PASSWORD 'another'")
        seen["shut out"] = looked(engineer, DURE_ADMIN_URL=admin)
        yield said, told(engineer), seen, engineer.folder
    finally:
        embedded.remove(server)


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
    done = {name: each for name, each in said.items() if name != "refused"}
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


def test_the_doctor_finds_a_log_in_that_cannot_connect(elsewhere):
    _said, _variables, seen, _folder = elsewhere
    wrong = seen["shut out"]["passwords"]
    assert wrong.startswith("wrong")
    assert "the log-in of DURE_WORKER_URL cannot connect" in wrong
    assert "DATABASE_URL" not in wrong
