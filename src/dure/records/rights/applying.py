"""Gives each log-in exactly what the table of rights says, however often: after every migration, by the owner."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.db import transaction
from psycopg import sql

from dure.records.rights import beyond
from dure.records.rights.roles import known, leave_groups, make, role
from dure.records.rights.table import FUNCTIONS, LOGINS, READ_OF_FRAMEWORKS, SEQUENCES, TABLES, WRITTEN_OF_FRAMEWORKS, Of


class Authority(NamedTuple):
    """From that moment on people at those desks file a decision, or answer it (`act`: `files` or `answers`).

    `two_from`: the amount from which two of them answer; None where one is enough.
    """

    act: str
    decision: str
    from_at: dt.datetime
    desks: tuple[str, ...]
    two_from: int | None = None


def apply(
    connection: Any,
    *,
    passwords: Mapping[str, str] | None = None,
    authorities: Iterable[Authority] | None = None,
    prefix: str = "dure",
) -> list[str]:
    """Make the log-ins of `passwords`, and give all that there are their rights and nothing else; returns their names.

    `connection`: Django's, as the owner of the tables, or as an administrator where log-ins are to be made. `passwords`: by
    log-in (`owner`, `app`, `worker`, `auditor`, `metering`); `owner` also takes over all tables. `authorities`: which desks file
    and answer which decision; None leaves what is known. `prefix`: of the roles, for several installations on one server.
    An empty database is given its owner and log-ins, too. All in one transaction. Raises `BadInput` where this user may not
    make roles.
    """
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        make(cursor, passwords or {}, prefix)
        _close_to_everybody(cursor)
        logins = known(cursor, prefix)
        beyond.close(connection, [role(login, prefix) for login in logins])
        for login in logins:
            _grant(cursor, login, role(login, prefix))
        if authorities is not None:
            _set_authorities(cursor, authorities)
    return [role(login, prefix) for login in logins]


def _close_to_everybody(cursor: Any) -> None:
    """Take back what PostgreSQL allows everybody: temporary tables, connecting, and functions with the owner's rights."""
    database, schema = _place(cursor)
    for statement in (
        "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
        "REVOKE ALL ON SCHEMA {schema} FROM PUBLIC",
        "REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM PUBLIC",
        "REVOKE ALL ON ALL SEQUENCES IN SCHEMA {schema} FROM PUBLIC",
    ):
        cursor.execute(sql.SQL(statement).format(database=database, schema=schema))
    for function in _functions(cursor):
        cursor.execute(sql.SQL("REVOKE ALL ON FUNCTION {} FROM PUBLIC").format(sql.Identifier(function)))


def _grant(cursor: Any, login: str, name: str) -> None:
    """Take every right that the log-in has here, and give it those of the table."""
    database, schema = _place(cursor)
    who = sql.Identifier(name)
    leave_groups(cursor, name)
    takes = (
        "REVOKE ALL ON DATABASE {database} FROM {who}",
        "REVOKE ALL ON SCHEMA {schema} FROM {who}",
        "REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {who}",
        "REVOKE ALL ON ALL SEQUENCES IN SCHEMA {schema} FROM {who}",
        "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA {schema} FROM {who}",
        "GRANT CONNECT ON DATABASE {database} TO {who}",
        "GRANT USAGE ON SCHEMA {schema} TO {who}",
    )
    statements = [sql.SQL(each).format(database=database, schema=schema, who=who) for each in takes]
    given = rights_of(login, _relations(cursor))
    for table, rights in given.items():
        for right, columns in rights.items():
            listed = sql.SQL(" ({})").format(sql.SQL(", ").join(map(sql.Identifier, columns))) if columns else sql.SQL("")
            statements.append(sql.SQL("GRANT {}{} ON {} TO {}").format(sql.SQL(right), listed, sql.Identifier(table), who))
    sequences = _counted_up(cursor, [table for table, rights in given.items() if "INSERT" in rights])
    sequences += [name for name in _known_sequences(cursor) if login in SEQUENCES[name].split()]
    statements += [sql.SQL("GRANT USAGE ON SEQUENCE {} TO {}").format(sql.Identifier(each), who) for each in sequences]
    called = [name for name in _functions(cursor) if login in FUNCTIONS.get(name, "").split()]
    statements += [sql.SQL("GRANT EXECUTE ON FUNCTION {} TO {}").format(sql.Identifier(name), who) for name in called]
    cursor.execute(sql.SQL(";\n").join(statements))


def rights_of(login: str, relations: Iterable[str]) -> dict[str, dict[str, tuple[str, ...]]]:
    """By table the rights of that log-in, each with its columns; no columns: the whole table."""
    found = {}
    for table in relations:
        given = _of_ours(login, TABLES[table]) if table in TABLES else _of_frameworks(login, table)
        if given:
            found[table] = given
    return found


def _of_ours(login: str, of: Of) -> dict[str, tuple[str, ...]]:
    given: dict[str, tuple[str, ...]] = {}
    if login == "metering":
        if of.metering:
            given["SELECT"] = tuple(of.metering.split())
    elif login in of.read_by.split():
        hidden = {*of.sealed.split(), *(of.hidden.split() if login == "auditor" else ())} if login != "app" else set()
        given["SELECT"] = tuple(name for name in of.columns if name not in hidden) if hidden else ()
    if login in of.added_by.split():
        given["INSERT"] = ()
    if of.changes and login in of.changed_by.split():
        given["UPDATE"] = tuple(of.changes.split())
    if login in of.removed_by.split():
        given["DELETE"] = ()
    return given


def _counted_up(cursor: Any, tables: Iterable[str]) -> list[str]:
    """The sequences from which columns of those tables are numbered by default: unlike identities, they ask for a right."""
    cursor.execute(
        "SELECT s.relname FROM pg_class s JOIN pg_depend d ON d.objid = s.oid AND d.deptype = 'a' "
        "JOIN pg_class t ON t.oid = d.refobjid WHERE s.relkind = 'S' AND t.relnamespace = current_schema()::regnamespace "
        "AND t.relname = ANY (%s) ORDER BY s.relname",
        [list(tables)],
    )
    return [name for (name,) in cursor.fetchall()]


def _known_sequences(cursor: Any) -> list[str]:
    """Of those from which numbers are taken ahead, the ones that there are: an empty database has none."""
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'S' AND relnamespace = current_schema()::regnamespace "
        "AND relname = ANY (%s) ORDER BY relname",
        [list(SEQUENCES)],
    )
    return [name for (name,) in cursor.fetchall()]


def _of_frameworks(login: str, table: str) -> dict[str, tuple[str, ...]]:
    if login in _named(table, WRITTEN_OF_FRAMEWORKS).split():
        return {"SELECT": (), "INSERT": (), "UPDATE": (), "DELETE": ()}
    return {"SELECT": ()} if login in _named(table, READ_OF_FRAMEWORKS).split() else {}


def _named(table: str, frameworks: Mapping[str, str]) -> str:
    return next((who for name, who in frameworks.items() if table == name or (name[-1] == "_" and table.startswith(name))), "")


def _relations(cursor: Any) -> list[str]:
    """Tables and views of our schema that belong to no extension."""
    cursor.execute(
        "SELECT relname FROM pg_class c WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v') "
        "AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e') ORDER BY relname"
    )
    return [name for (name,) in cursor.fetchall()]


def _functions(cursor: Any) -> list[str]:
    """Functions of our schema that do their work with the owner's rights; there are no two of one name."""
    cursor.execute(
        "SELECT proname FROM pg_proc WHERE pronamespace = current_schema()::regnamespace AND prosecdef ORDER BY proname"
    )
    return [name for (name,) in cursor.fetchall()]


def _place(cursor: Any) -> tuple[sql.Identifier, sql.Identifier]:
    cursor.execute("SELECT current_database(), current_schema()")
    database, schema = cursor.fetchone()
    return sql.Identifier(database), sql.Identifier(schema)


def _set_authorities(cursor: Any, authorities: Iterable[Authority]) -> None:
    cursor.execute("DELETE FROM journal_authority")
    cursor.executemany(
        "INSERT INTO journal_authority (act, decision, from_at, desks, two_from) VALUES (%s, %s, %s, %s, %s)",
        [(*each[:3], list(each.desks), each.two_from) for each in authorities],
    )


def remarks(connection: Any, *, prefix: str = "dure") -> list[str]:
    """What still stands open, a sentence each with what to do; nothing where the log-ins can do what they should and no more."""
    found = []
    with connection.cursor() as cursor:
        logins = known(cursor, prefix)
        found += [
            f"The log-in {role(login, prefix)} is missing: make it with its password." for login in LOGINS if login not in logins
        ]
        for login in logins:
            found += _remarks_on(cursor, role(login, prefix))
        found += _open_elsewhere(cursor, [role(login, prefix) for login in logins])
        found += beyond.remarks(cursor, [role(login, prefix) for login in logins])
    return found


def close_again(connection: Any, *, prefix: str = "dure") -> None:
    """Take back once more what log-ins can do beside the tables: as far as this user may, and nothing else is touched."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        beyond.close(connection, [role(login, prefix) for login in known(cursor, prefix)])


_STRONG = "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls FROM pg_roles WHERE rolname = %s"
_ELSEWHERE = """
SELECT datname FROM pg_database
WHERE datallowconn AND datname <> current_database() AND has_database_privilege(%s, oid, 'CONNECT') ORDER BY datname
"""


def _remarks_on(cursor: Any, name: str) -> list[str]:
    found = []
    cursor.execute(_STRONG, [name])
    if cursor.fetchone()[0]:
        found.append(f"The log-in {name} is an administrator: run apply() with its password again.")
    return found


def _open_elsewhere(cursor: Any, names: list[str]) -> list[str]:
    """Each other database once, with all the log-ins that may connect to it."""
    entered: dict[str, list[str]] = {}
    for name in names:
        cursor.execute(_ELSEWHERE, [name])
        for (other,) in cursor.fetchall():
            entered.setdefault(other, []).append(name)
    return [
        f"{', '.join(who)} may connect to the database {other}: run REVOKE CONNECT ON DATABASE {other} FROM PUBLIC."
        for other, who in entered.items()
    ]
