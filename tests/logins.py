"""Real log-ins on the test server: made once a session, each connected with its own password, over TCP."""

import os
import secrets
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection
from django.test.client import ClientHandler

from database import check_now
from dure.cycle.people.authorities import authorities
from dure.records.rights.applying import apply
from dure.records.rights.table import LOGINS
from dure.rules.book import DEFAULT, read_book

PREFIX = f"dure_t{os.getpid()}"  # roles belong to the whole server, where other sessions have theirs
PASSWORDS = {login: secrets.token_urlsafe(12) for login in LOGINS}


def address(login):
    """How to connect to the present database as that log-in."""
    known = connection.settings_dict
    place = {"host": known["HOST"], "port": known["PORT"], "dbname": known["NAME"]}
    return {**place, "user": f"{PREFIX}_{login}", "password": PASSWORDS[login]}


def open_logins(book):
    """The log-ins exist, with their rights in the present database."""
    return apply(connection, passwords=PASSWORDS, authorities=authorities(book), prefix=PREFIX)


def drop_logins():
    """Nothing is left of them on the server; their databases are gone by then."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname FROM pg_roles WHERE rolname LIKE %s", [f"{PREFIX}_%"])
        for (role,) in cursor.fetchall():
            cursor.execute(f"DROP OWNED BY {role}")
            cursor.execute(f"DROP ROLE {role}")


@contextmanager
def logged_in(login):
    """A connection as that log-in; whatever it does is rolled back."""
    with psycopg.connect(**address(login)) as opened:
        try:
            yield opened
        finally:
            opened.rollback()


def read_as(opened, name):
    """That person is whoever reads on that connection from now on."""
    opened.execute("SELECT set_config('dure.person', id::text, false) FROM parties_person WHERE username = %s", [name])


@contextmanager
def as_login(login):
    """Django's own connection is that log-in's for a while."""
    before = {key: connection.settings_dict[key] for key in ("USER", "PASSWORD")}
    connection.close()
    connection.settings_dict.update(USER=f"{PREFIX}_{login}", PASSWORD=PASSWORDS[login])
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)


@pytest.fixture
def pages_as_the_app(request, monkeypatch):
    """Every request of Django's client has the rights of the app's log-in, as where dure is installed.

    Also within a test that never commits: what it prepared is checked before, and the deferred checks of the request take place
    as the app. Journeys in a browser, and tests with a database of their own, are left as they are.
    """
    marked = request.node.get_closest_marker("django_db")
    if marked is None or "browser" in request.keywords:
        yield
        return
    request.getfixturevalue("transactional_db" if marked.kwargs.get("transaction") else "db")
    answers = ClientHandler.get_response

    def get_response(handler, request):
        with acting_as_the_app():
            response = answers(handler, request)
            check_now()
        return response

    monkeypatch.setattr(ClientHandler, "get_response", get_response)
    yield
    if not connection.in_atomic_block:
        drop_logins()


@contextmanager
def acting_as_the_app():
    """The test's own session is the app's log-in for a while, also within a test that never commits."""
    _let_the_app_in()
    check_now()
    with connection.cursor() as cursor:
        cursor.execute(f"SET SESSION AUTHORIZATION {PREFIX}_app")
    try:
        yield
    finally:
        if not connection.needs_rollback:  # which takes it back
            with connection.cursor() as cursor:
                cursor.execute("RESET SESSION AUTHORIZATION")


def _let_the_app_in():
    """The log-ins and their rights, where this database does not have them yet: a test that is undone takes them with it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_table_privilege(oid, 'journal_entry', 'SELECT') FROM pg_roles WHERE rolname = %s", [f"{PREFIX}_app"]
        )
        if cursor.fetchone() != (True,):
            passwords = {login: each for login, each in PASSWORDS.items() if login != "owner"}
            apply(connection, passwords=passwords, authorities=authorities(read_book(DEFAULT)), prefix=PREFIX)


@pytest.fixture(scope="module")
def bounded(shared_world):
    """The filled world of this module, with every log-in; each test undoes what it does."""
    open_logins(shared_world.book)
    yield shared_world
    drop_logins()
