"""kill -9 of a web process, of the server, of a connection's process and of PostgreSQL, in the middle of commands.

A keeper starts again what has ended, as systemd does. Programs go on entering organisations one by one and forty at a time, and
repeat what got no answer under the same key. Then: nothing that was acknowledged is lost, nothing is there twice or half, and
everything has come back without hands.
"""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psycopg
import pytest

from dure.connectors.postgres import embedded
from dure.formats.errors import BadInput
from portal.serving import free_port
from serving.clerks import OFFICE, Clerk, entered, lost_nothing
from serving.conftest import production
from serving.running import ROOT, Server, runs, until

TARGETS = ("web process", "server", "connection", "database")
CLIENTS = 4


class Installation:
    """A server and its database, both started again when they have ended."""

    def __init__(self, folder):
        self.folder, self.postgres, self.port = folder, folder / "postgres", free_port()
        self.url = embedded.ensure_running(self.postgres)
        self.env = {**production(self.url), "DURE_HOME": str(folder / "home")}
        subprocess.run([sys.executable, OFFICE], env=self.env, check=True, cwd=ROOT, capture_output=True)
        self.kept, self.server = True, self.start()
        self.server.wait()
        self.keeper = threading.Thread(target=self.keep)
        self.keeper.start()

    def start(self):
        words = [sys.executable, "-m", "dure", "serve", "--port", str(self.port), "--workers", "2"]
        return Server(words, port=self.port, errors=self.folder / "errors", env=self.env, only=True)

    def keep(self):
        while self.kept:
            with contextlib.suppress(BadInput, psycopg.OperationalError, subprocess.CalledProcessError):
                assert embedded.ensure_running(self.postgres) == self.url
            if self.server.process.poll() is not None:
                self.server = self.start()
            time.sleep(0.2)

    def process(self, target, dice):
        """The process that is to be killed; nothing where there is none just now."""
        with contextlib.suppress(OSError, psycopg.Error, IndexError):
            if target == "server":
                return self.server.process.pid
            if target == "web process":
                return dice.choice(children(self.server.process.pid))
            if target == "database":
                return int(next(self.postgres_home().glob("data-*/postmaster.pid")).read_text().split()[0])
            with psycopg.connect(self.url) as connection:
                busy = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                return dice.choice(connection.execute(busy).fetchall())[0]
        return None

    def postgres_home(self):
        return embedded._home(self.postgres)

    def end(self):
        self.kept = False
        self.keeper.join()
        self.server.destroy()
        embedded.remove(self.postgres)


def children(pid):
    """The processes that it has started; one that keeps no more than semaphores is none of them."""
    found = []
    for each in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            parent = int((each / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == pid and b"resource_tracker" not in (each / "cmdline").read_bytes():
                found.append(int(each.name))
    return sorted(pid for pid in found if runs(pid))


@pytest.fixture
def installation(tmp_path):
    made = Installation(tmp_path)
    try:
        yield made
    finally:
        made.end()


def killed(installation, clerks, dice, number):
    """Kill that many processes, each after some more requests have been acknowledged, at a random instant of the next."""
    for turn in range(number):
        before = entered(clerks)
        until(lambda before=before: entered(clerks) >= before + 8, "requests go on")
        time.sleep(dice.uniform(0, 0.1))
        target = TARGETS[turn % len(TARGETS)]
        until(lambda target=target: kill(installation.process(target, dice)), f"a {target}")


def kill(pid):
    with contextlib.suppress(ProcessLookupError):
        if pid:
            os.kill(pid, signal.SIGKILL)
            return True
    return False


@pytest.mark.parametrize("number", [pytest.param(20, id="20"), pytest.param(200, id="200", marks=pytest.mark.long)])
def test_nothing_acknowledged_is_lost_and_nothing_is_half_done(installation, number):
    dice = random.Random(number)
    clerks = [Clerk(each, installation.port) for each in range(CLIENTS)]
    for each in clerks:
        each.start()
    try:
        killed(installation, clerks, dice, number)
        before = sum(len(each.single) for each in clerks)
        until(lambda: sum(len(each.single) for each in clerks) >= before + 20, "everything is back")
    finally:
        for each in clerks:
            each.going = False
        for each in clerks:
            each.join()
    lost_nothing(clerks, embedded.ensure_running(installation.postgres))
    doctor = subprocess.run(
        [sys.executable, "-m", "dure", "doctor", "--json"],
        env=installation.env,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    wrong = {each["name"]: each["wrong"] for each in json.loads(doctor.stdout) if each["wrong"]}
    assert not set(wrong) & {"database", "journal", "records"}, wrong
