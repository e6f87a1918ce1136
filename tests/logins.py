"""Real log-ins on the test server: made once a session, each connected with its own password, over TCP."""

import os
import secrets
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection

from dure.cycle.people.authorities import authorities
from dure.records.rights.applying import apply
from dure.records.rights.table import LOGINS

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
        for login in LOGINS:
            cursor.execute(f"DROP OWNED BY {PREFIX}_{login}")
            cursor.execute(f"DROP ROLE {PREFIX}_{login}")


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


@pytest.fixture(scope="module")
def bounded(shared_world):
    """The filled world of this module, with every log-in; each test undoes what it does."""
    open_logins(shared_world.book)
    yield shared_world
    drop_logins()
