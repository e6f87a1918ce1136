"""The evidence of the 2025 programme, exported by the command, with two witnesses that have seen its head."""

import datetime as dt
import json
import subprocess
import sys
from typing import NamedTuple

import pytest

import forging
from databases import new_database
from dure.evidence.trust import Trust
from dure.evidence.witness.keeping import begin
from programme import ROOT, environment

NOW = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)


class Exported(NamedTuple):
    """The file, the installation's key file and public key, its witnesses, and what an outsider knows beforehand."""

    file: object
    key: str
    public: str
    witnesses: list
    trust: Trust


@pytest.fixture(scope="session")
def exported(programme_run, tmp_path_factory):
    """A copy of the programme's database gets a home with a key; its operator makes head, witnesses and export."""
    folder = tmp_path_factory.mktemp("evidence")
    with new_database("evidence", template=programme_run.database) as database:

        def run(*words):
            surroundings = {**environment(database), "DURE_HOME": str(folder / "home")}
            command = [sys.executable, "-m", "dure", *map(str, words)]
            done = subprocess.run(command, cwd=ROOT, env=surroundings, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr[-2000:]
            return done.stdout

        public = run("heads", "key").strip()
        run("heads", "publish")
        head = json.loads(run("heads", "show"))
        witnesses = [
            begin(folder / name, name=name, programme="kr_2025", installation=public) for name in ("university", "press")
        ]
        for witness in witnesses:
            assert witness.see(head["statement"], head["signature"], None, at=NOW).said == "taken"
        run("export", "evidence", folder / "evidence.zip")
        run("export", "evidence", folder / "again.zip")
        run("export", "evidence", folder / "whole.zip", "--whole")
        key = (folder / "home" / "installation.key").read_text().strip()
    known = Trust(
        installation=(public,),
        witnesses={each.name: each.public for each in witnesses},
        rule_books=(rule_book(folder / "evidence.zip"),),
        heads=tuple(line for each in witnesses for line in each.lines()),
    )
    return Exported(folder / "evidence.zip", key, public, witnesses, known)


@pytest.fixture(scope="session")
def evidence(exported):
    """It in memory, to be forged."""
    return forging.Evidence(exported.file, key=exported.key)


def rule_book(path):
    """The digest of the part `rules`."""
    from dure.evidence.archive import Archive

    return next(each["sha256"] for each in Archive(path).manifest["parts"] if each["name"] == "rules")
