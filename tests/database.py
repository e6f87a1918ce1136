"""A real PostgreSQL for tests: started when first needed, emptied although some tables only grow."""

from contextlib import contextmanager

import pytest
from django.db import IntegrityError, connection, connections, transaction

from databases import is_of_tests, server
from dure.connectors.postgres.address import django_database
from dure.rules.book import DEFAULT, read_book
from logins import let_in

# Django does not know the tables of the queue, and leaves them as they are.
QUEUE = "TRUNCATE procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers, procrastinate_workers;"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):  # noqa: ARG001 - a database for each worker
    """Start the private server and tell Django where it is, before the test database is made."""
    address = django_database(server())
    connections["default"].settings_dict.update({key: address[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")})


@pytest.fixture(scope="session")
def django_db_setup(log_ins, django_db_setup, django_db_blocker):  # noqa: ARG001 - the ordinary set-up comes first
    """Each log-in has its rights. Emptying the database after real commits is the one thing that may pass the guards."""
    if is_of_tests(connection.settings_dict["NAME"]):
        with django_db_blocker.unblock():
            let_in(read_book(DEFAULT))
    operations = type(connection.ops)
    ordinary = operations.sql_flush

    def past_the_guards(self, style, tables, **options):
        statements = ordinary(self, style, tables, **options)
        return ["SET LOCAL session_replication_role = 'replica';", *statements, QUEUE] if statements else []

    operations.sql_flush = past_the_guards
    yield
    operations.sql_flush = ordinary


@transaction.atomic
def run(statement, *values):
    """Run SQL past every action, with deferred constraints checked at once."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement, values)
        return cursor.rowcount


def check_now():
    """Deferred checks of what has been done so far."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


@contextmanager
def unguarded():
    """Past every trigger, for what only time or another world could bring about."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = 'replica'")
        yield
        cursor.execute("SET LOCAL session_replication_role = 'origin'")


def let_it_be(since, until):
    """In the present database it is some time between those days for every log-in that acts; nothing else is changed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION journal_is_now(at timestamptz) RETURNS boolean LANGUAGE sql STABLE "
            f"SET search_path = public, pg_temp AS 'SELECT at BETWEEN ''{since}'' AND ''{until}'''"
        )


def refused(message, statement, *values):
    """The database itself refuses that SQL."""
    with pytest.raises(IntegrityError, match=message):
        run(statement, *values)
