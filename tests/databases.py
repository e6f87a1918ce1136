"""Databases on the private server of the tests: of one process, or made once for all workers of a session."""

import contextlib
import fcntl
import os
import time
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from django.db import connections

from dure.connectors.postgres.embedded import database_url

TEST_DIRECTORY = Path(os.environ.get("DURE_TEST_HOME", ".devpg")).absolute()


def server():
    """The address of the server, and of a database on it that is nobody's."""
    return database_url(TEST_DIRECTORY, keep=False)


def is_of_tests(name):
    """Is that the empty test database? pytest-django makes it only where a test of the run asks for it."""
    return name.startswith("test_")


@contextlib.contextmanager
def present(name):
    """Django's default connection, in every thread, goes to that database of the server for a while."""
    default = connections["default"]
    before = default.settings_dict["NAME"]
    default.close()
    default.settings_dict["NAME"] = name
    try:
        yield
    finally:
        default.close()
        default.settings_dict["NAME"] = before


@contextlib.contextmanager
def new_database(name, *, template=""):
    """A database of this process, dropped at its end: empty, or a copy of the one at that address."""
    own = f"{name}_{os.getpid()}"
    try:
        yield create(own, template=template)
    finally:
        drop(own)


def create(name, *, template=""):
    """The address of a new database of that name."""
    drop(name)
    copied = f" TEMPLATE {urlsplit(template).path[1:]}" if template else ""
    with psycopg.connect(server(), autocommit=True) as connection:
        while True:
            try:
                connection.execute(f"CREATE DATABASE {name}{copied}")
            except psycopg.errors.ObjectInUse:  # another worker is reading the original, which nobody may while it is copied
                time.sleep(0.1)
            else:
                return urlsplit(server())._replace(path=f"/{name}").geturl()


def drop(name):
    with psycopg.connect(server(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextlib.contextmanager
def made_once(name, tmp_path_factory, make):
    """The file in which `make(file, database)` says what it made: once in a session, dropped after its last use."""
    base = tmp_path_factory.getbasetemp()
    session = (
        os.environ["PYTEST_XDIST_TESTRUNUID"] if base.name.startswith("popen-") else ""
    )  # a child of a worker shares nothing
    folder = base.parent / f"{name}-{session}" if session else tmp_path_factory.mktemp(name)
    folder.mkdir(exist_ok=True)
    database, made, user = f"{name}_{session or os.getpid()}", folder / "run.json", folder / f"used-by-{os.getpid()}"
    with _alone(folder):
        if not made.exists():
            make(made, database)
        user.touch()
    yield made
    with _alone(folder):
        user.unlink()
        if not any(folder.glob("used-by-*")):
            made.unlink()
            drop(database)


@contextlib.contextmanager
def _alone(folder):
    """One worker at a time."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
