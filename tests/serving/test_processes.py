"""Workers are replaced, drained and never left behind; a port has one server."""

import os
import signal
import socket
import subprocess
import sys
import threading

import pytest

from dure.cycle.cli.installation.serve import claim
from dure.formats.errors import BadInput
from portal.serving import free_port
from serving.conftest import serve
from serving.running import PYTHONPATH, ROOT, runs, small_server, until


@pytest.fixture
def server(tmp_path):
    with small_server(tmp_path) as started:
        yield started


WRONG = {
    "DURE_LOG_LEVEL: 'loud' is no level.": {"DURE_LOG_LEVEL": "loud"},
    "DURE_SECRET_KEY: is not set": {"DJANGO_SETTINGS_MODULE": "dure.portal.settings.production", "DURE_HOSTS": "gpu.example.kr"},
    "DATABASE_URL: is not the address": {"DJANGO_SETTINGS_MODULE": "dure.portal.settings.local", "DATABASE_URL": "mysql://x"},
    "DJANGO_SETTINGS_MODULE: is not set. Run `dure serve`": {},
}


@pytest.mark.parametrize("says", WRONG)
def test_wrong_variables_are_a_sentence_also_where_it_is_started_by_itself(says, tmp_path):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DURE_", "DATABASE_", "DJANGO_"))}
    words = [sys.executable, "-m", "dure.portal.front", "--host", "127.0.0.1", "--port", str(free_port())]
    env = {**kept, "PYTHONPATH": PYTHONPATH, **WRONG[says]}
    done = subprocess.run(words, cwd=tmp_path, env=env, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"dure: {says}")
    assert done.stderr.count("\n") == 1, done.stderr


def test_a_killed_worker_is_replaced_and_the_others_answer(server):
    before = server.workers(2)
    victim = min(before)
    os.kill(victim, signal.SIGKILL)
    until(lambda: not runs(victim), "its end")
    after = server.workers(2)
    assert len(after - before) == 1
    assert server.process.poll() is None


def test_sigterm_answers_what_is_under_way_and_refuses_what_is_new(server, tmp_path):
    """Also with clients that have not finished asking."""
    answers, held = [], [tmp_path / f"held-{number}" for number in range(4)]
    waiting = [threading.Thread(target=lambda file=file: answers.append(server.ask(f"/slow?{file}")[0])) for file in held]
    workers = server.workers(2)
    for each in waiting:
        each.start()
    until(lambda: all(file.exists() for file in held), "four requests under way")
    server.process.terminate()
    until(server.refuses, "new connections are refused")
    assert answers == []
    for file in held:
        file.unlink()
    for each in waiting:
        each.join()
    assert answers == [200] * 4
    assert server.process.wait() == 0
    assert server.said() == ""
    assert not any(runs(pid) for pid in workers)


def test_the_end_of_the_server_is_the_end_of_its_workers(server):
    """It is killed and can tell them nothing."""
    workers = server.workers(2)
    assert server.end(signal.SIGKILL) == -signal.SIGKILL
    until(lambda: not any(runs(pid) for pid in workers), "the end of its workers")
    with socket.socket() as free:
        free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections of before do not count
        free.bind(("127.0.0.1", server.port))


def test_ctrl_c_is_quiet(server):
    """A terminal sends it to all processes at once."""
    server.workers(2)
    os.killpg(server.process.pid, signal.SIGINT)
    assert server.process.wait() == 0
    assert server.said() == ""


def test_a_worker_beside_the_server_that_is_killed_is_started_again(production_database, tmp_path):
    """Each has a file that names it once it has come up."""
    server = serve(production_database, tmp_path, "dure", "serve", "--worker")
    try:
        first = until(lambda: next(tmp_path.glob("worker-*.pid"), None), "the first worker")
        os.kill(int(first.stem.partition("-")[2]), signal.SIGKILL)
        until(lambda: [each for each in tmp_path.glob("worker-*.pid") if each != first], "another worker")
    finally:
        server.destroy()


def dure_serve(*words):
    command = [sys.executable, "-m", "dure", "serve", *map(str, words)]
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": PYTHONPATH}, capture_output=True, text=True, check=False
    )


def test_a_second_server_on_the_port_is_refused_in_one_sentence(server):
    """Though workers share their port, so that the system would let it in."""
    done = dure_serve("--port", server.port)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.splitlines() == [
        f"dure: --port: another program listens on port {server.port} of 127.0.0.1. Stop that program, or give another port."
    ]
    assert server.ask()[0] == 200


def test_a_port_that_another_program_has_is_refused():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(BadInput, match="another program listens"):
            claim("127.0.0.1", other.getsockname()[1])


def test_of_two_servers_that_start_at_the_same_moment_one_gets_the_port():
    """Neither listens yet. A process that has the port gives it back with its end."""
    port = free_port()
    place = "dure.cycle.cli.installation.serve"
    code = f"from {place} import claim; held = claim('127.0.0.1', {port}); print('mine', flush=True); input()"
    words, env = [sys.executable, "-c", code], {**os.environ, "PYTHONPATH": PYTHONPATH}
    with subprocess.Popen(words, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout.readline() == "mine\n"
        with pytest.raises(BadInput, match="another program listens"):
            claim("127.0.0.1", port)
        first.communicate("\n")
    claim("127.0.0.1", port).close()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--port", "0"], "0 is not a port."),
        (["--workers", "0"], "0 workers are not possible."),
        (["--host", "nowhere at all"], "'nowhere at all' is not an address."),
        (["--host", "192.0.2.1"], "192.0.2.1 is not an address of this machine."),
    ],
)
def test_what_cannot_be_served_is_one_sentence(words, sentence):
    done = dure_serve(*words)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert sentence in done.stderr
