"""The primary is lost while commands run; a standby that confirmed each commit takes its place.

Nothing that was acknowledged is lost, nothing is there twice or half, and the servers of the portal find the new primary by
themselves. The twin without confirmation loses what was acknowledged, so the test would see it.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest

from portal.serving import free_port
from serving.clerks import OFFICE, Clerk, acknowledged, lost_nothing, more, rest
from serving.conftest import production
from serving.running import ROOT, Server, until
from serving.standby import Pair

CLIENTS = 4
REMARKS = (
    "import django; django.setup(); from dure.cycle.installing.examining.durability import remarks; "
    "print([each.split(':')[0] for each in remarks() if 'fsync' not in each and 'checksums' not in each])"
)


@pytest.fixture
def pair(request):
    """Two servers in a folder of their own: another run of pytest closes its own to the user as whom they run."""
    with tempfile.TemporaryDirectory(prefix="dure-pair-", ignore_cleanup_errors=True) as folder:
        made = Pair(Path(folder), confirmed=getattr(request, "param", True))
        try:
            yield made
        finally:
            made.end()


@pytest.fixture
def served(pair, tmp_path):
    """The port of an installation on both servers, and its environment."""
    env = {**production(pair.url), "DURE_HOME": str(tmp_path / "home")}
    done = subprocess.run([sys.executable, OFFICE], env=env, check=False, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-4000:]
    port = free_port()
    words = [sys.executable, "-m", "dure", "serve", "--port", str(port), "--workers", "2"]
    server = Server(words, port=port, errors=tmp_path / "errors", env=env, only=True)
    try:
        server.wait()
        yield port, env
    finally:
        server.destroy()


@pytest.fixture
def clerks(served):
    made = [Clerk(number, served[0]) for number in range(CLIENTS)]
    for each in made:
        each.start()
    yield made
    rest(made)


def remarks(env):
    done = subprocess.run([sys.executable, "-c", REMARKS], env=env, capture_output=True, text=True, check=True, cwd=ROOT)
    return done.stdout.strip()


@pytest.mark.parametrize("times", [pytest.param(1, id="1"), pytest.param(10, id="10", marks=pytest.mark.long)])
def test_nothing_acknowledged_is_lost_with_the_primary(pair, served, clerks, times):
    assert remarks(served[1]) == "[]"
    for _ in range(times):
        more(clerks, 12)
        pair.lose_the_primary()
        pair.promote()
        more(clerks, 12)
        pair.copy()
    more(clerks, 12)
    rest(clerks)
    lost_nothing(clerks, pair.url + "?target_session_attrs=read-write")


def test_without_a_standby_commands_wait_and_nothing_is_acknowledged_that_could_be_lost(pair, served, clerks):
    more(clerks, 8)
    pair.stop_the_standby()
    assert "no standby confirms, and every command waits for one" in remarks(served[1])
    with psycopg.connect(pair.address(pair.primary), autocommit=True) as connection:
        waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
        until(lambda: connection.execute(waiting).fetchone()[0] >= CLIENTS, "every clerk waits")
        before = acknowledged(clerks)
        pair.start(pair.other)
        more(clerks, 8)
    rest(clerks)
    assert before < acknowledged(clerks)
    lost_nothing(clerks, pair.url + "?target_session_attrs=read-write")


@pytest.mark.parametrize("pair", [False], indirect=True)
def test_a_standby_that_confirms_nothing_loses_what_was_acknowledged(pair, served, clerks):
    assert "several servers are named, and no commit waits for a second one" in remarks(served[1])
    more(clerks, 8)
    pair.stop_the_standby()
    more(clerks, 8)
    rest(clerks)
    pair.lose_the_primary()
    pair.start(pair.other)
    pair.promote()
    with psycopg.connect(pair.url + "?target_session_attrs=read-write") as connection:
        kept = {row[0] for row in connection.execute("SELECT id FROM parties_organisation")}
    assert acknowledged(clerks) - kept
