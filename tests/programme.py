"""The 2025 programme run once per session, by the command that a newcomer types, in a database that others are copied from.

Where several workers share a session, the first that needs the run makes it, and the last that used it drops its database.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from databases import create, made_once

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


@pytest.fixture(scope="session")
def programme_run(tmp_path_factory):
    if kept := os.environ.get(RUN):
        yield read_run(Path(kept))
        return
    with made_once("programme", tmp_path_factory, _run) as made:
        yield read_run(made)


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
