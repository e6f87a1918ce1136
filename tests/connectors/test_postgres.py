"""The private server: started once, found again, behind a password, and kept or thrown away as asked."""

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from dure.connectors.postgres import embedded
from dure.connectors.postgres.address import django_database
from dure.connectors.postgres.binaries import find_binaries, find_client
from dure.formats.errors import BadInput


@pytest.fixture
def directory(tmp_path, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    yield tmp_path / "server"
    embedded.stop(tmp_path / "server")


def test_it_starts_once_and_keeps_its_data(directory):
    url = embedded.database_url(directory)
    assert embedded.ensure_running(directory) == url
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept (id int)")
        assert connection.execute("SHOW fsync").fetchone() == ("on",)
        assert connection.execute("SHOW listen_addresses").fetchone() == ("127.0.0.1",)
        assert connection.execute("SELECT '가' < '나', upper('é') = 'É'").fetchone() == (True, True)
    embedded.stop(directory)
    assert not embedded.is_running(directory)
    with psycopg.connect(embedded.ensure_running(directory)) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)


def test_it_comes_back_under_the_same_address(directory):
    before = embedded.ensure_running(directory, keep=False)
    embedded.stop(directory)
    assert embedded.ensure_running(directory, keep=False) == before


def test_a_server_of_another_major_version_is_seen_and_stopped(directory, monkeypatch):
    """As where it was started under DURE_POSTGRES_BIN, which is no longer set."""
    url = embedded.ensure_running(directory, keep=False)
    monkeypatch.setattr(embedded, "major_version", lambda *_: 99)
    assert embedded.is_running(directory)
    embedded.stop(directory)
    assert not embedded.is_running(directory)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)


def test_a_server_that_has_just_ended_is_a_sentence(tmp_path):
    """As for two seconds after a kill -9: its note is there, and nobody answers."""
    data = tmp_path / "data-99"
    data.mkdir()
    (tmp_path / "password-99").write_text("x")
    (data / "postmaster.pid").write_text("1\n\n\n1\n")
    with pytest.raises(BadInput, match="the private PostgreSQL does not answer") as refused:
        embedded._url(data)
    assert "Run the command again in a few seconds" in refused.value.todo
    assert "\n" not in str(refused.value)


def test_data_that_outlived_their_folder_are_found_by_its_path(directory, tmp_path, monkeypatch):
    outside = tmp_path / "outside"
    monkeypatch.setattr(embedded, "_outside", lambda _: outside)
    assert embedded.left_behind(directory) is None, "there are none"
    outside.mkdir()
    assert embedded.left_behind(directory) == outside
    assert embedded.remove(directory) is False, "it did not run"
    assert not outside.exists()
    outside.mkdir()
    directory.mkdir()
    assert embedded.left_behind(directory) is None, "it is still somebody's"


def test_where_the_data_lie_is_told_without_making_anything(directory, monkeypatch):
    directory.mkdir()
    monkeypatch.setattr(embedded, "reachable", lambda *_: True)
    assert embedded.place(directory) == directory
    monkeypatch.setattr(embedded, "reachable", lambda *_: False)
    assert embedded.place(directory).parent == Path("/var/tmp")  # noqa: S108 - as root
    assert not embedded.place(directory).exists()


def test_what_is_removed_no_longer_runs_and_is_gone(directory):
    url = embedded.ensure_running(directory)
    embedded.remove(directory)
    assert not directory.exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)


def test_without_its_password_nobody_gets_in(directory):
    url = embedded.ensure_running(directory)
    password = url.split(":")[2].split("@")[0]
    for wrong in (url.replace(password, "guess"), url.replace(f":{password}", "")):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(wrong)


def test_many_at_once_start_one_server(directory):
    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(lambda _: embedded.ensure_running(directory), range(6)))) == 1


def use_and_leave(directory):
    embedded.ensure_running(directory, keep=False)


def test_a_throw_away_server_stops_with_the_last_who_used_it(directory):
    """Two processes in turn; the server is gone after each, and its data is not relied upon."""
    context = multiprocessing.get_context("spawn")
    for _ in range(2):
        process = context.Process(target=use_and_leave, args=(directory,))
        process.start()
        process.join(60)
        assert process.exitcode == 0
        assert not embedded.is_running(directory)


def test_the_address_in_the_environment_wins(directory, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://somewhere/else")
    assert embedded.database_url(directory) == "postgresql://somewhere/else"


def test_a_folder_without_a_server_is_no_server(monkeypatch, tmp_path):
    monkeypatch.setenv("DURE_POSTGRES_BIN", str(tmp_path))
    with pytest.raises(BadInput, match="no PostgreSQL 15"):
        find_binaries(tmp_path)


def test_a_client_is_found_where_no_server_is(monkeypatch, tmp_path):
    client = tmp_path / "pg_dump"
    client.write_text("#!/bin/sh\n")
    client.chmod(0o755)
    monkeypatch.setenv("DURE_POSTGRES_BIN", str(tmp_path))
    assert find_client("pg_dump") == client
    monkeypatch.setenv("DURE_POSTGRES_BIN", str(tmp_path / "none"))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_client("pg_dump") == client
    with pytest.raises(BadInput, match="pg_restore was not found"):
        find_client("pg_restore")


def test_an_address_becomes_settings():
    made = django_database("postgresql://u%40x:p%2Fw@host:6543/name?sslmode=require", role="dure_app")
    assert (made["USER"], made["PASSWORD"], made["HOST"], made["PORT"], made["NAME"]) == ("u@x", "p/w", "host", "6543", "name")
    assert made["OPTIONS"] == {"sslmode": "require", "options": "-c role=dure_app"}
    assert django_database("postgresql:///name?host=/var/run/postgresql")["HOST"] == "/var/run/postgresql"


def test_several_servers_are_a_primary_and_its_standbys():
    made = django_database("postgresql://u:p@first:6543,[::1]:6544/name")
    assert (made["HOST"], made["PORT"]) == ("first,::1", "6543,6544")
    assert made["OPTIONS"] == {"target_session_attrs": "read-write"}
    made = django_database("postgresql://first,second:6544/name?target_session_attrs=any")
    assert (made["HOST"], made["PORT"], made["OPTIONS"]) == ("first,second", ",6544", {"target_session_attrs": "any"})
    assert django_database("postgresql://first,second/name")["PORT"] == ""


@pytest.mark.parametrize(
    "url",
    [
        "mysql://host/name", "postgresql://host", "host/name", "postgresql://host/name?sslmod=require", "postgresql://a:1,b:x/name",
        "postgresql://a:1,b:77777/name",
    ],
)  # fmt: skip
def test_a_wrong_address_is_refused_without_repeating_its_secret(url):
    with pytest.raises(BadInput, match="DATABASE_URL"):
        django_database(url)
