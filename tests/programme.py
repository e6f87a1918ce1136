"""The 2025 programme run once per session, by the command that a newcomer types, in a database that others are copied from."""

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import psycopg
import pytest

from database import TEST_DIRECTORY
from dure.connectors.postgres.embedded import database_url

ROOT = Path(__file__).parent.parent
# Quick password hashes, so that whoever is served from a copy of this run logs in under the settings of tests.
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
    """A database of this session, dropped at its end: empty, or a copy of the one at that address."""
    server = database_url(TEST_DIRECTORY, keep=False)
    own = f"{name}_{os.getpid()}"
    copied = f" TEMPLATE {urlsplit(template).path[1:]}" if template else ""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {own} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {own}{copied}")
    try:
        yield urlsplit(server)._replace(path=f"/{own}").geturl()
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {own} WITH (FORCE)")


@pytest.fixture(scope="session")
def programme_run(tmp_path_factory):
    if kept := os.environ.get(RUN):
        yield read_run(Path(kept))
        return
    folder = tmp_path_factory.mktemp("programme")
    journal = folder / "journal.jsonl"
    with new_database("programme") as database:
        done = dure("demo", "--serve", "0", "--journal", journal, database=database)
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
        run = ProgrammeRun(done.stdout, journal, database)
        (folder / "run.json").write_text(json.dumps(run._asdict(), default=str))
        yield run


def read_run(path):
    """The run of another session, which is still there."""
    kept = json.loads(path.read_text())
    return ProgrammeRun(**{**kept, "journal": Path(kept["journal"])})
