"""A later dure comes while commands run: tables change under the old one, which then makes way for the new one."""

import subprocess
import sys
import threading

import psycopg
import pytest

from databases import new_database
from portal.serving import free_port
from serving.clerks import OFFICE, Clerk, lost_nothing, more, rest
from serving.conftest import production
from serving.running import ROOT, Server, until

CLIENTS = 4
LATER = {"DJANGO_SETTINGS_MODULE": "serving.later.settings"}


class Office:
    """An installation in use, and the environment of its programs."""

    def __init__(self, folder, database):
        self.folder, self.database, self.port = folder, database, free_port()
        self.env = {**production(database), "DURE_HOME": str(folder / "home")}
        subprocess.run([sys.executable, OFFICE], env=self.env, check=True, cwd=ROOT, capture_output=True)
        self.server = self.serve()

    def serve(self, **more):
        words = [sys.executable, "-m", "dure", "serve", "--port", str(self.port), "--workers", "2"]
        env = {**self.env, **more}
        return Server(words, port=self.port, errors=self.folder / "errors", env=env, only=True).wait()

    def later(self, *words):
        """The later dure's command: exit code and what it said."""
        command = [sys.executable, "-m", "dure", *words]
        done = subprocess.run(command, env={**self.env, **LATER}, cwd=ROOT, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def office(tmp_path):
    with new_database("upgrade") as database:
        made = Office(tmp_path, database)
        try:
            yield made
        finally:
            made.server.destroy()


@pytest.fixture
def clerks(office):
    made = [Clerk(number, office.port) for number in range(CLIENTS)]
    for each in made:
        each.start()
    yield made
    rest(made)


def columns(database):
    with psycopg.connect(database) as connection:
        named = (
            "SELECT count(*) FROM information_schema.columns WHERE table_name = 'parties_organisation' AND column_name = 'later'"
        )
        return connection.execute(named).fetchone()[0]


def test_nothing_is_lost_and_nobody_is_refused(office, clerks):
    more(clerks, 8)
    assert office.later("migrate", "--check")[0] == 1
    code, said = office.later("migrate")
    assert (code, columns(office.database)) == (0, 1), said
    more(clerks, 12)  # the old one goes on, on the changed tables
    assert office.server.end() == 0
    office.server = office.serve(**LATER)
    more(clerks, 12)
    rest(clerks)
    lost_nothing(clerks, office.database)


def test_a_change_waits_for_a_long_look_and_nobody_waits_behind_it(office, clerks):
    more(clerks, 8)
    said = []
    with psycopg.connect(office.database) as long:
        long.execute("SELECT count(*) FROM parties_organisation")  # a table that is looked at cannot change
        change = threading.Thread(target=lambda: said.append(office.later("migrate")))
        change.start()
        with psycopg.connect(office.database, autocommit=True) as connection:
            waits = "SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock'"
            until(lambda: connection.execute(waits).fetchone()[0], "the change waits")
        more(clerks, 40)  # while the look goes on, so more than those that were under way
    change.join()
    assert said[0][0] == 0, said
    assert columns(office.database) == 1
    more(clerks, 8)
    rest(clerks)
    lost_nothing(clerks, office.database)
