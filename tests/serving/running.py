"""Starts real server processes for tests, talks to them over plain sockets, and ends them."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from portal.serving import PATIENCE, free_port

ROOT = Path(__file__).parent.parent.parent
PYTHONPATH = os.pathsep.join(str(ROOT / part) for part in ("src", "tests"))


def until(condition, what):
    """Come back with what the condition says once that is something."""
    for _ in range(50 * PATIENCE):
        if found := condition():
            return found
        time.sleep(0.02)
    raise AssertionError(f"waited in vain: {what}")


def runs(pid):
    """Does that process run? What has ended and is not yet buried does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


class Server:
    """A server process at a port of its own.

    `env`: added to the environment of the tests; with `only`, instead of it.
    """

    def __init__(self, words, *, port, errors, env, only=False):
        self.port, self.errors = port, errors
        surroundings = env if only else {**os.environ, "PYTHONPATH": PYTHONPATH, **env}
        with errors.open("w") as file:
            self.process = subprocess.Popen(
                words, cwd=ROOT, env=surroundings, stdout=file, stderr=file, start_new_session=True
            )  # fmt: skip

    def ask(self, path="/", *, method="GET", headers=(), body=None):
        """Status, headers and body of one request; a status of 0 where nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body=body, headers=dict(headers))
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        except OSError:
            return 0, {}, b""
        finally:
            connection.close()

    def wait(self):
        """Come back when it answers."""
        until(lambda: self.process.poll() is not None or self.ask("/health/live")[0], "the server answers")
        assert self.process.poll() is None, self.said()
        return self

    def workers(self, number):
        """The ids of that many workers of the small application."""
        found = set()

        def all_seen():
            status, _headers, body = self.ask("/pid")
            if status == 200:
                found.add(int(body))
            return len({pid for pid in found if runs(pid)}) == number

        until(all_seen, f"{number} workers")
        return {pid for pid in found if runs(pid)}

    def begin(self, text):
        """A connection on which that has been sent."""
        client = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        client.sendall(text)
        return client

    def refuses(self):
        """Is no new connection taken?"""
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE).close()
        except ConnectionRefusedError:
            return True
        return False

    def end(self, how=signal.SIGTERM):
        """Its exit code, after that signal."""
        self.process.send_signal(how)
        return self.process.wait(timeout=PATIENCE)

    def said(self):
        return self.errors.read_text()

    def destroy(self):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=PATIENCE)


@contextlib.contextmanager
def small_server(folder, *, application="patient", workers=2, level="warning"):
    """The small application behind the server of production."""
    port = free_port()
    words = [
        sys.executable, "-m", "dure.portal.front", "--host", "127.0.0.1", "--port", str(port), "--workers", str(workers),
        "--application", f"serving.tiny:{application}",
    ]  # fmt: skip
    server = Server(words, port=port, errors=folder / f"errors-{port}", env={"DURE_LOG_LEVEL": level})
    try:
        yield server.wait()
    finally:
        server.destroy()
