"""One served programme for all tests of pages: a database filled by the demo, behind the real web server."""

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from django.utils import translation

from database import TEST_DIRECTORY
from dure.connectors.postgres.embedded import database_url
from portal.people import PASSWORD, PEOPLE

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(autouse=True)
def in_english():
    """Words in assertions are the source's; the Korean catalogue has its own tests."""
    with translation.override("en"):
        yield


class Visitor:
    """Someone with a cookie jar: asks for pages without following redirects."""

    def __init__(self, address, *, language="en"):
        self.host = urlsplit(address).netloc
        self.cookies = {"django_language": language}

    def ask(self, path, *, method="GET", fields=None):
        connection = http.client.HTTPConnection(self.host, timeout=30)
        headers = {"Cookie": "; ".join(f"{key}={value}" for key, value in self.cookies.items())}
        body = None
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode({"csrfmiddlewaretoken": self.cookies.get("csrftoken", ""), **fields})
        connection.request(method, path, body=body, headers=headers)
        answer = connection.getresponse()
        answer.text = answer.read().decode(errors="replace")
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            key, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[key] = value
        connection.close()
        return answer

    def log_in(self, username):
        self.ask("/login/")
        answer = self.ask("/login/", method="POST", fields={"username": username, "password": PASSWORD})
        assert answer.status == 302, answer.text[:400]
        return self


@pytest.fixture(scope="session")
def served():
    """The address of a portal over a filled database of its own."""
    import psycopg

    server = database_url(TEST_DIRECTORY, keep=False)
    name = f"portal_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
    environment = {
        **os.environ,
        "DATABASE_URL": re.sub(r"/[^/?]+(\?|$)", rf"/{name}\1", server),
        "DJANGO_SETTINGS_MODULE": "dure.portal.settings.test",
        "DURE_SOLVE_PAUSE_SECONDS": "0.3",  # a round of the demo is solved before a person could stop it
        "PYTHONPATH": os.pathsep.join(str(ROOT / part) for part in ("src", "tests")),
    }
    subprocess.run([sys.executable, Path(__file__).with_name("filling.py")], env=environment, check=True, cwd=ROOT)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "1",
        "--blocking-threads", "2", "--no-ws", "--log-level", "warning", "dure.portal.wsgi:application",
    ]  # fmt: skip
    process = subprocess.Popen(command, env=environment, cwd=ROOT)
    try:
        _wait_for(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _wait_for(port, process):
    for _ in range(300):
        if process.poll() is not None:
            break
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail("the portal did not come up")


@pytest.fixture(scope="session")
def visitors(served):
    """Nobody in particular, and one person logged in per desk."""
    return {"": Visitor(served), **{desk: Visitor(served).log_in(username) for desk, username in PEOPLE.items()}}
