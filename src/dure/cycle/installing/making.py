"""Makes the tables and says what they are for: for an installation, and for the demo in a database of its own."""

import contextlib
from collections.abc import Iterator

from django.db import connection, transaction

from dure.cycle.installing import logins, tables
from dure.cycle.installing.adopting import adopt_first
from dure.cycle.installing.standing import Standing, database_name, standing
from dure.cycle.programme import book
from dure.formats.errors import BadInput
from dure.records.installation import actions, queries
from dure.records.installation.models import Installation, Kind
from dure.records.journal import queries as journal
from dure.records.journal.actions import code_version

_LOCK = 0x64757265  # "dure"


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Nobody else makes, moves, fills or empties this database meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        row = cursor.fetchone()
        if row is None or not row[0]:
            raise BadInput("is being changed by another process.", where=database_name(), todo="Wait until it has ended.")
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def make(kind: str, *, verbosity: int = 0) -> Installation:
    """All tables, and the note of what they are for; goes on where it was cut off."""
    with one_at_a_time():
        tables.migrate(verbosity=verbosity)
        adopt_first()
        return queries.installation() or actions.begin(kind=kind, programme=book().programme, code_version=code_version())


def move(*, verbosity: int = 0) -> None:
    """Bring a database of an older dure to this one; one made before databases were told apart is an installation.

    Nothing is changed where the rule book has a fault, such as a unit that this dure no longer knows.
    """
    book()
    with one_at_a_time():
        tables.migrate(verbosity=verbosity)
        if queries.installation() is None:
            first = journal.entries().first()
            programme = first.programme if first else book().programme
            actions.begin(kind=Kind.PROGRAMME, programme=programme, code_version=code_version())
            actions.finish()
        adopt_first()
        logins.give_rights()


def finish() -> None:
    """Everything is in place."""
    actions.finish()


def open_demo(*, again: bool) -> bool:
    """An empty database with all tables, for a demo; False where one has been played to its end and is to be kept.

    Raises `BadInput` for a database that holds anything else. Nothing but a demo is ever emptied, and that only with `again`.
    """
    found = standing()
    is_demo = found.installation is not None and found.installation.kind == Kind.DEMO
    if is_demo and again:
        _empty()
    elif is_demo and found.state == "ready":
        return False
    elif found.state in {"unreachable", "old_server"} or is_demo:
        raise found.refused()
    elif found.state != "empty":
        raise _not_for_a_demo(found)
    make(Kind.DEMO)
    return True


def _not_for_a_demo(found: Standing) -> BadInput:
    holds = "holds an installation" if found.state != "foreign" else found.says.rstrip(".")
    return BadInput(
        f"{holds}, and the demo needs a database of its own.",
        where=database_name(),
        todo="Unset DATABASE_URL and DURE_HOME, or name an empty database.",
    )


@transaction.atomic
def _empty() -> None:
    """Take everything out of a demo's database; looked at once more in the same transaction, for there is no way back."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '20s'")
        cursor.execute("SELECT kind FROM installation_installation FOR UPDATE")
        if cursor.fetchall() != [(Kind.DEMO.value,)]:
            raise BadInput("is not a demo's.", where=database_name())
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
