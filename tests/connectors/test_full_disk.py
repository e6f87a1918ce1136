"""A full disk is one sentence that names the folder, whoever met it, and nothing half-written stays."""

import errno
import os

import psycopg
import pytest
from django.db import OperationalError

import dure.__main__ as command
from dure.connectors.postgres import dumping, embedded
from dure.connectors.postgres.full import full_disk
from dure.cycle.installing import archive, homes
from dure.formats.errors import BadInput

ADVICE = "Make room there, and run the command again."
SAID = 'could not write to file "pg_snapshots/00000003-1": No space left on device'
FULL = OSError(errno.ENOSPC, "No space left on device")


def met_by_django():
    error = OperationalError(SAID)
    error.__cause__ = psycopg.errors.DiskFull(SAID)
    return error


@pytest.fixture
def ends(monkeypatch, capsys):
    """What a command says that ends with that error."""

    def ended(error):
        def fail(_arguments):
            raise error

        monkeypatch.setattr("dure.cycle.cli.rules.run", fail)
        assert command.main(["rules", "check"]) == 2
        return capsys.readouterr().err

    return ended


def test_postgresqls_own_error_names_the_data_folder_of_the_private_server(ends, tmp_path, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("DURE_HOME", str(tmp_path))
    (tmp_path / "postgres").mkdir()
    assert ends(met_by_django()) == f"dure: {embedded.place(tmp_path / 'postgres')}: the disk is full. {ADVICE}\n"


def test_on_another_server_it_says_what_was_written(ends, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@nowhere/none")
    assert ends(met_by_django()) == (
        "dure: the disk on which PostgreSQL keeps its data is full (it was writing pg_snapshots/00000003-1 in its data folder). "
        f"{ADVICE}\n"
    )


def test_a_file_of_ours_names_its_folder(ends, tmp_path):
    assert ends(OSError(errno.ENOSPC, "No space left on device", str(tmp_path / "file"))) == (
        f"dure: {tmp_path}: the disk is full. {ADVICE}\n"
    )


def test_any_other_fault_stays_one():
    assert full_disk(ValueError("a fault of ours")) is None
    assert full_disk(OSError(errno.EACCES, "Permission denied")) is None


def test_a_secret_that_did_not_fit_leaves_no_file(tmp_path, monkeypatch):
    def full(_handle):
        raise OSError(*FULL.args)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left") as refused:
        homes.made_once(tmp_path / "secret-key", "text")
    assert str(full_disk(refused.value)) == f"{tmp_path}: the disk is full. {ADVICE}"
    assert list(tmp_path.iterdir()) == []


def test_a_backup_that_did_not_fit_names_its_folder(tmp_path, monkeypatch):
    def full(_handle):
        raise OSError(*FULL.args)

    (tmp_path / "rules").mkdir()
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left") as refused:
        pack(tmp_path)
    assert str(full_disk(refused.value)) == f"{tmp_path}: the disk is full. {ADVICE}"
    assert [each.name for each in tmp_path.iterdir()] == ["rules"]


def pack(folder):
    with archive.packed(folder / "a.backup", folder / "rules") as parts:
        for name in (archive.ABOUT, archive.DATABASE):
            (parts / name).touch()


@pytest.mark.parametrize("where", ["the server's log", "what was printed"])
def test_a_server_that_cannot_start_for_want_of_room(tmp_path, where):
    said = 'FATAL:  could not write lock file "postmaster.pid": No space left on device'
    tmp_path.chmod(0o755)
    logged, shown = (said, "pg_ctl: could not start server") if where == "the server's log" else ("", said)
    (tmp_path / "log").write_text(f"LOG:  earlier\n{logged}\n")
    with pytest.raises(BadInput) as refused:
        embedded._run(["/bin/sh", "-c", f"echo '{shown}' >&2; exit 1"], tmp_path)
    assert str(refused.value) == f"{tmp_path}: the disk is full. {ADVICE}"


def test_a_dump_that_does_not_fit(tmp_path, monkeypatch):
    program = tmp_path / "pg_dump"
    program.write_text("#!/bin/sh\necho 'pg_dump: error: could not write to output file: No space left on device' >&2; exit 1\n")
    program.chmod(0o755)
    monkeypatch.setattr(dumping, "find_client", lambda _program: program)
    with pytest.raises(BadInput) as refused:
        dumping.dump("postgresql://nobody@nowhere/none", tmp_path / "to" / "database", snapshot="x")
    assert str(refused.value) == f"{tmp_path / 'to'}: the disk is full. {ADVICE}"
