"""Databases on the private server of the tests: of one process, or made once for all workers of a session."""

import contextlib
import fcntl
import os
import time
from urllib.parse import urlsplit

import psycopg

from database import TEST_DIRECTORY
from dure.connectors.postgres.embedded import database_url


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
    server = database_url(TEST_DIRECTORY, keep=False)
    drop(name)
    copied = f" TEMPLATE {urlsplit(template).path[1:]}" if template else ""
    with psycopg.connect(server, autocommit=True) as connection:
        while True:
            try:
                connection.execute(f"CREATE DATABASE {name}{copied}")
            except psycopg.errors.ObjectInUse:  # another worker is reading the original, which nobody may while it is copied
                time.sleep(0.1)
            else:
                return urlsplit(server)._replace(path=f"/{name}").geturl()


def drop(name):
    with psycopg.connect(database_url(TEST_DIRECTORY, keep=False), autocommit=True) as connection:
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
