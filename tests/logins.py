"""Real log-ins on the test server: made once a session, each connected with its own password, over TCP."""

import os
import secrets
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import connection

from databases import server
from dure.cycle.people.authorities import authorities
from dure.records.rights.applying import apply
from dure.records.rights.roles import make
from dure.records.rights.table import LOGINS

PREFIX = f"dure_t{os.getpid()}"  # roles belong to the whole server, where other sessions have theirs
PASSWORDS = {login: secrets.token_urlsafe(12) for login in LOGINS}
APP = f"{PREFIX}_app"


@pytest.fixture(scope="session")
def log_ins(django_db_modify_db_settings):  # noqa: ARG001 - there is a server
    """The log-ins, which no database lets in yet; they go after every database that does."""
    with psycopg.connect(server(), autocommit=True) as opened, opened.cursor() as cursor:
        make(cursor, PASSWORDS, PREFIX)
    yield
    with psycopg.connect(server(), autocommit=True) as opened:
        for login in LOGINS:
            opened.execute(f"DROP ROLE {PREFIX}_{login}")


def let_in(book):
    """Each log-in has its rights in the present database, and so in every copy that is made of it; returns their names."""
    return apply(connection, authorities=authorities(book), prefix=PREFIX)


def let_out():
    """The log-ins have no right any more in the present database, and can go although it stays."""
    names = ", ".join(f"{PREFIX}_{login}" for login in LOGINS)
    with connection.cursor() as cursor:
        for what in ("SCHEMA public", *(f"ALL {each} IN SCHEMA public" for each in ("TABLES", "SEQUENCES", "FUNCTIONS"))):
            cursor.execute(f"REVOKE ALL ON {what} FROM {names}")


def address(login):
    """How to connect to the present database as that log-in."""
    known = connection.settings_dict
    place = {"host": known["HOST"], "port": known["PORT"], "dbname": known["NAME"]}
    return {**place, "user": f"{PREFIX}_{login}", "password": PASSWORDS[login]}


def url_of(login, database):
    """The address of that database for that log-in, for a program of its own."""
    parts = urlsplit(database)
    return parts._replace(netloc=f"{PREFIX}_{login}:{PASSWORDS[login]}@{parts.netloc.rpartition('@')[2]}").geturl()


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
    """The filled world of this module, with the rights of every log-in as they are given; each test undoes what it does."""
    let_in(shared_world.book)
    return shared_world
