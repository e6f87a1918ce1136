"""The 2025 programme run once per session, by the command that a newcomer types, in a database that others are copied from.

Where several workers share a session, the first that needs the run makes it, and the last that used it drops its database.
"""

import contextlib
import fcntl
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import psycopg
import pytest

from database import TEST_DIRECTORY
from dure.connectors.postgres.embedded import database_url

ROOT = Path(__file__).parent.parent
# Quick password hashes, so that people in a copy of this run can log in under the settings of tests.
SETTINGS = "dure.portal.settings.test"
RUN = "DURE_TEST_PROGRAMME"  # names the file of a run that another session has made


class ProgrammeRun(NamedTuple):
    """What `dure demo` printed, the journal it wrote, and its database, which stays as it was left."""

    printed: str
    journal: Path
    database: str

    @property
    def entries(self):
        return [json.loads(line) for line in self.journal.read_text().splitlines()[:-1]]


def environment(database):
    """The surroundings of a program that works on that database with the settings of tests."""
    path = os.pathsep.join(str(ROOT / part) for part in ("src", "tests"))
    return {**os.environ, "DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": SETTINGS, "PYTHONPATH": path, "LANG": "C.UTF-8"}


def dure(*words, database):
    """Run the command as its users do."""
    command = [sys.executable, "-m", "dure", *map(str, words)]
    return subprocess.run(command, cwd=ROOT, env=environment(database), capture_output=True, text=True, check=False)


@contextlib.contextmanager
def new_database(name, *, template=""):
    """A database of this process, dropped at its end: empty, or a copy of the one at that address."""
    own = f"{name}_{os.getpid()}"
    try:
        yield create(own, template=template)
    finally:
        drop(own)


def create(name, *, template=""):
    """The address of a new database of that name."""
    server = database_url(TEST_DIRECTORY, keep=False)
    drop(name)
    copied = f" TEMPLATE {urlsplit(template).path[1:]}" if template else ""
    with psycopg.connect(server, autocommit=True) as connection:
        while True:
            try:
                connection.execute(f"CREATE DATABASE {name}{copied}")
            except psycopg.errors.ObjectInUse:  # another worker is reading the original, which nobody may while it is copied
                time.sleep(0.1)
            else:
                return urlsplit(server)._replace(path=f"/{name}").geturl()


def drop(name):
    with psycopg.connect(database_url(TEST_DIRECTORY, keep=False), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def programme_run(tmp_path_factory):
    if kept := os.environ.get(RUN):
        yield read_run(Path(kept))
        return
    with made_once("programme", tmp_path_factory, _run) as made:
        yield read_run(made)


@contextlib.contextmanager
def made_once(name, tmp_path_factory, make):
    """The file in which `make(file, database)` says what it made: once in a session, dropped after its last use."""
    session = os.environ.get("PYTEST_XDIST_TESTRUNUID", "")
    folder = tmp_path_factory.getbasetemp().parent / f"{name}-{session}" if session else tmp_path_factory.mktemp(name)
    folder.mkdir(exist_ok=True)
    database, made, user = f"{name}_{session or os.getpid()}", folder / "run.json", folder / f"used-by-{os.getpid()}"
    with _alone(folder):
        if not made.exists():
            make(made, database)
        user.touch()
    yield made
    with _alone(folder):
        user.unlink()
        if not any(folder.glob("used-by-*")):
            made.unlink()
            drop(database)


@contextlib.contextmanager
def _alone(folder):
    """One worker at a time."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _run(file, name):
    journal = file.with_name("journal.jsonl")
    database = create(name)
    done = dure("demo", "--serve", "0", "--journal", journal, database=database)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    file.write_text(json.dumps(ProgrammeRun(done.stdout, journal, database)._asdict(), default=str))


def read_run(path):
    """The run of another session, which is still there."""
    kept = json.loads(path.read_text())
    return ProgrammeRun(**{**kept, "journal": Path(kept["journal"])})
