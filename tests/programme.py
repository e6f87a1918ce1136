"""The 2025 programme run once per session, by the command that a newcomer types, on a database of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent


class ProgrammeRun(NamedTuple):
    """What `dure demo` printed, the journal it wrote, and where its database lies."""

    printed: str
    journal: Path
    home: Path

    @property
    def entries(self):
        return [json.loads(line) for line in self.journal.read_text().splitlines()[:-1]]

    @property
    def environment(self):
        return environment(self.home)


def environment(home):
    """The surroundings of a command that works on that home, without the test settings."""
    kept = {key: value for key, value in os.environ.items() if key not in {"DJANGO_SETTINGS_MODULE", "DATABASE_URL"}}
    return {**kept, "DURE_HOME": str(home), "LANG": "C.UTF-8"}


def dure(*words, home):
    """Run the command as its users do."""
    command = [sys.executable, "-m", "dure", *map(str, words)]
    return subprocess.run(command, cwd=ROOT, env=environment(home), capture_output=True, text=True, check=False)


@pytest.fixture(scope="session")
def programme_run(tmp_path_factory):
    home = tmp_path_factory.mktemp("programme")
    journal = home / "journal.jsonl"
    done = dure("demo", "--serve", "0", "--journal", journal, home=home)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    yield ProgrammeRun(done.stdout, journal, home)
    stop = "from dure.connectors.postgres.embedded import default_directory, stop; stop(default_directory())"
    subprocess.run([sys.executable, "-c", stop], env=environment(home), check=False)
