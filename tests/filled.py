"""Databases filled with the small programme of `world.py`: filled once a session, copied for each test that acts on one."""

import itertools
import json
import os
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from django.core.management import call_command
from django.db import connections

from databases import is_of_tests, made_once, present
from dure.cycle.deciding import open_book
from dure.rules.book import DEFAULT
from logins import let_in, let_out
from world import World, fill

KEPT = "DURE_TEST_WORLD"  # names the file of a world that another session has filled, on the server of DATABASE_URL
_numbers = itertools.count(1)


def _server(statement):
    """Run one statement on the server, outside every database of the tests."""
    known = connections["default"].settings_dict
    address = {"host": known["HOST"], "port": known["PORT"], "user": known["USER"], "password": known["PASSWORD"]}
    with psycopg.connect(dbname="postgres", autocommit=True, **address) as connection:
        connection.execute(statement)


@contextmanager
def _copy_of(template):
    """The name of a copy of that database, dropped afterwards."""
    name = f"world_{os.getpid()}_{next(_numbers)}"
    connections["default"].close()
    _server(f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield name
    finally:
        _server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def filled(django_db_setup, django_db_blocker, tmp_path_factory):  # noqa: ARG001 - the empty test database comes first
    """The world as `fill` left it, and the name of its database, which nobody acts on."""
    if KEPT in os.environ:
        yield from _with_log_ins(Path(os.environ[KEPT]), django_db_blocker)
        return
    with made_once("world", tmp_path_factory, lambda file, name: _fill(file, name, django_db_blocker)) as made:
        yield from _with_log_ins(made, django_db_blocker)


def _fill(file, name, blocker):
    """From a copy of the empty test database, without the log-ins of this worker; where there is none, it is migrated here."""
    empty = connections["default"].settings_dict["NAME"]
    connections["default"].close()
    _server(f"CREATE DATABASE {name} TEMPLATE {empty if is_of_tests(empty) else 'template1'}")
    with blocker.unblock(), present(name):
        let_out()
        call_command("migrate", verbosity=0)
        keep((fill(open_book(DEFAULT)), name), file)


def _with_log_ins(made, blocker):
    """A copy of that world with the log-ins of this process, which all copies that its tests act on inherit."""
    world, name = _kept(made)
    with _copy_of(name) as own:
        with blocker.unblock(), present(own):
            let_in(world.book)
        yield world, own


def keep(filled, path):
    """Write down which world that is, for a session that starts with `KEPT`."""
    world, name = filled
    facts = {**world.__dict__, "book": None, "filed": [[*key, entry] for key, entry in world.filed.items()]}
    path.write_text(json.dumps({"database": name, "facts": facts}), encoding="utf-8")


def address():
    """The address of the server on which the databases of this session are."""
    known = connections["default"].settings_dict
    return f"postgresql://{known['USER']}:{quote(known['PASSWORD'])}@{known['HOST']}:{known['PORT']}/postgres"


def _kept(path):
    kept = json.loads(path.read_text(encoding="utf-8"))
    world = World(open_book(DEFAULT))
    filed = {(handoff, subject): entry for handoff, subject, entry in kept["facts"]["filed"]}
    world.__dict__.update(kept["facts"], book=world.book, filed=filed)
    return world, kept["database"]


def _worlds(filled, blocker):
    world, name = filled
    with blocker.unblock(), _copy_of(name) as own, present(own):
        mine = World(world.book)
        mine.__dict__.update(world.__dict__, filed=dict(world.filed))
        yield mine


@pytest.fixture(scope="module")
def shared_world(filled, django_db_blocker):
    """One filled database for all tests of a module; each undoes what it does."""
    yield from _worlds(filled, django_db_blocker)


@pytest.fixture
def world(filled, django_db_blocker):
    """A filled database of the test's own, with real commits."""
    yield from _worlds(filled, django_db_blocker)


def fingerprint():
    """By table: how many rows there are, and a sum that changes with every row that is added, altered or taken away."""
    with connections["default"].cursor() as cursor:
        if not _COUNTED:
            cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
            _COUNTED.extend(sorted(name for (name,) in cursor.fetchall()))
        one = "SELECT {0!r}, count(*), coalesce(sum(hashtext(xmin::text || ctid::text)::bigint), 0) FROM {0}"
        cursor.execute(" UNION ALL ".join(one.format(name) for name in _COUNTED))
        return {name: (count, total) for name, count, total in cursor.fetchall()}


_COUNTED: list[str] = []
