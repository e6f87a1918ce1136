"""Keepers outlive the database: a private server that was killed comes back, and so does a worker that died."""

import subprocess

import pytest
from django.db import OperationalError

from dure.connectors.postgres import embedded
from dure.connectors.postgres.binaries import as_server_user
from dure.cycle.installing import homes
from dure.cycle.working import keeping
from dure.portal.front import beside


def out_of_reach():
    raise OperationalError("the server closed the connection")


@pytest.fixture
def server(tmp_path, monkeypatch):
    """The folder of a private server that has ended, though its note names a process that runs: as just after a `kill -9`."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("DURE_HOME", str(tmp_path))
    monkeypatch.setattr(keeping, "recover", out_of_reach)
    folder = homes.server_directory()
    embedded.ensure_running(folder)
    note = next(embedded._home(folder).glob("data-*/postmaster.pid"))
    lines = note.read_text().splitlines()
    embedded.stop(folder)
    other = subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE, **as_server_user(embedded._home(folder)))
    note.write_text("\n".join([str(other.pid), *lines[1:]]) + "\n")
    yield folder, other
    other.kill()
    other.wait()
    embedded.remove(folder)


def test_a_server_that_only_seems_to_run_is_brought_back_at_a_later_look(server):
    folder, other = server
    keeping._recover()
    other.communicate()
    assert not embedded.is_running(folder)
    keeping._recover()
    assert embedded.is_running(folder)


class Worker:
    """A process that has ended with that code."""

    def __init__(self, code):
        self.returncode = code

    def poll(self):
        return self.returncode


def test_a_worker_that_died_is_started_again_later_each_time_until_it_is_told_to_end(monkeypatch):
    pauses, codes = [], [1, -9, 2, 0]
    monkeypatch.setattr(beside.time, "sleep", pauses.append)
    monkeypatch.setattr(beside.time, "monotonic", lambda: 0.0)
    monkeypatch.setattr(beside, "_start", lambda: Worker(codes.pop(0)))
    beside._watch(Worker(1))
    assert codes == []
    assert [each for each in pauses if each != beside.LOOK_EVERY] == [2.0, 4.0, 8.0, 16.0]
