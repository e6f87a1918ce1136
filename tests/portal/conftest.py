"""One served programme for all tests of pages: a copy of the programme that was run, behind the real web server."""

import http.client
import subprocess
import sys
from functools import partial
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from django.utils import translation

from cycle.working.keeper import working
from databases import create, made_once, new_database, present
from logins import let_in, url_of
from portal.hold import hold
from portal.people import PASSWORD, PEOPLE
from portal.serving import PATIENCE, answers, free_port, web_server
from programme import ROOT, environment

FILLING = Path(__file__).with_name("filling.py")


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

    def ask(self, path, *, method="GET", fields=None, headers=()):
        connection = http.client.HTTPConnection(self.host, timeout=PATIENCE)
        headers = {**dict(headers), "Cookie": "; ".join(f"{key}={value}" for key, value in self.cookies.items())}
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


@pytest.fixture(autouse=True)
def rights_of_the_app(pages_as_the_app):
    """For every test here that asks a page in its own process."""


@pytest.fixture(scope="session")
def served_database(programme_run, log_ins, book, django_db_blocker, tmp_path_factory):  # noqa: ARG001 - whom it lets in
    """The address of a copy of the programme with more to do on each desk; for its owner, who prepares and looks."""

    def fill(file, name):
        database = create(name, template=programme_run.database)
        subprocess.run([sys.executable, FILLING], env=environment(database), check=True, cwd=ROOT)
        file.write_text(database)

    with made_once("filled", tmp_path_factory, fill) as filled, new_database("portal", template=filled.read_text()) as database:
        with django_db_blocker.unblock(), present(urlsplit(database).path[1:]):
            let_in(book)
        yield database


@pytest.fixture(scope="session")
def worker(served_database, tmp_path_factory):
    """A worker on that database, with the rights of its log-in, whose rounds can be held."""
    with working(tmp_path_factory.mktemp("worker"), database=url_of("worker", served_database)) as one:
        yield one


@pytest.fixture(scope="session")
def served(served_database, worker):  # noqa: ARG001 - it does what the portal leaves to workers
    """The address of a portal over that database, with the rights of the app's log-in, behind the real web server."""
    for _ in range(5):
        port = free_port()
        process = subprocess.Popen(web_server(port), env=environment(url_of("app", served_database)), cwd=ROOT)
        try:
            if answers(port, process):
                yield f"http://127.0.0.1:{port}"
                return
        finally:
            process.terminate()
            process.wait(timeout=PATIENCE)
    pytest.fail("the portal did not come up")


@pytest.fixture
def held(served_database):
    """`with held() as run:` a round that is solved meanwhile waits at its first report of a plan until `run.release()`."""
    return partial(hold, served_database)


@pytest.fixture(scope="session")
def visitors(served):
    """Nobody in particular, and one person logged in per desk."""
    nobody = Visitor(served)
    nobody.ask("/login/")  # where a visitor gets the token without which no form is taken
    return {"": nobody, **{desk: Visitor(served).log_in(username) for desk, username in PEOPLE.items()}}
