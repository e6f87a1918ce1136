"""Makes the log-ins: able to log in to this database, and to nothing else; and the owner, to whom all tables belong."""

from collections.abc import Mapping
from typing import Any

from django.db import ProgrammingError
from psycopg import sql

from dure.formats.errors import BadInput
from dure.records.rights.table import LOGINS, OWNER

_NOTHING_MORE = sql.SQL("LOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS")


def role(login: str, prefix: str) -> str:
    """The name of that log-in on the server."""
    return f"{prefix}_{login}"


def known(cursor: Any, prefix: str) -> list[str]:
    """Those of our log-ins that the server has."""
    cursor.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY (%s)", [[role(login, prefix) for login in LOGINS]])
    found = {name for (name,) in cursor.fetchall()}
    return [login for login in LOGINS if role(login, prefix) in found]


_USED = """
SELECT DISTINCT d.datname, d.datname = current_database() FROM pg_database d
LEFT JOIN LATERAL aclexplode(d.datacl) given ON true
JOIN pg_roles r ON r.oid IN (d.datdba, given.grantee)
WHERE r.rolname = ANY (%s) ORDER BY d.datname
"""


def used_elsewhere(cursor: Any, prefix: str) -> list[str]:
    """The server's other databases that one of our log-ins owns or has a right of its own to: other installations."""
    return [name for name, here in _used(cursor, prefix) if not here]


def used_here(cursor: Any, prefix: str) -> bool:
    """Does one of our log-ins own this database, or have a right of its own to it? Then somebody has its password."""
    return any(here for _name, here in _used(cursor, prefix))


def _used(cursor: Any, prefix: str) -> list[tuple[str, bool]]:
    cursor.execute(_USED, [[role(login, prefix) for login in (OWNER, *LOGINS)]])
    return [(name, here) for name, here in cursor.fetchall()]


def make(cursor: Any, passwords: Mapping[str, str], prefix: str) -> None:
    """Make each of those log-ins, or give one that is there a new password; only its SCRAM verifier is sent."""
    unknown = sorted(set(passwords) - {*LOGINS, OWNER})
    if unknown:
        raise BadInput(f"{unknown[0]!r} is no log-in.", where="passwords", todo=f"Log-ins: {OWNER}, {', '.join(LOGINS)}.")
    for login, password in sorted(passwords.items()):
        if not password:
            raise BadInput(f"{login} has no password.", where="passwords", todo="Give each log-in one of its own.")
        _make(cursor, role(login, prefix), password)
    if OWNER in passwords:
        _give_everything_to(cursor, role(OWNER, prefix))


def _make(cursor: Any, name: str, password: str) -> None:
    verifier = cursor.connection.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name])
    verb = sql.SQL("ALTER" if cursor.fetchone() else "CREATE")
    statement = sql.SQL("{} ROLE {} {} PASSWORD {}").format(verb, sql.Identifier(name), _NOTHING_MORE, sql.Literal(verifier))
    try:
        cursor.execute(statement)
    except ProgrammingError as error:
        raise BadInput(
            f"the log-in {name} cannot be made: {str(error).strip().splitlines()[0]}.",
            where="the database's roles",
            todo=f"Let an administrator run: {verb.as_string()} ROLE {name} LOGIN NOINHERIT PASSWORD '...'; then do it again.",
        ) from error


def leave_groups(cursor: Any, name: str) -> None:
    """The log-in is a member of no other role, so that `SET ROLE` leads nowhere."""
    cursor.execute(
        "SELECT r.rolname FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid JOIN pg_roles u ON u.oid = m.member "
        "WHERE u.rolname = %s",
        [name],
    )
    for (group,) in cursor.fetchall():
        cursor.execute(sql.SQL("REVOKE {} FROM {}").format(sql.Identifier(group), sql.Identifier(name)))


_OURS = """
SELECT format('ALTER %%s %%s OWNER TO %%I', CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END,
  c.oid::regclass, %(owner)s::text)
FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'v', 'S')
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype IN ('e', 'i', 'a'))
UNION ALL
SELECT format('ALTER FUNCTION %%s OWNER TO %%I', p.oid::regprocedure, %(owner)s::text) FROM pg_proc p
WHERE p.pronamespace = current_schema()::regnamespace AND p.prokind = 'f'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
UNION ALL
SELECT format('ALTER TYPE %%s OWNER TO %%I', t.oid::regtype, %(owner)s::text)
FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid
WHERE t.typnamespace = current_schema()::regnamespace AND (t.typtype IN ('e', 'd') OR c.relkind = 'c')
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = t.oid AND d.deptype = 'e')
"""


def _give_everything_to(cursor: Any, owner: str) -> None:
    """Database, schema, tables, sequences, views, functions and types belong to the owner's log-in from now on."""
    cursor.execute("SELECT current_database(), current_schema()")
    database, schema = (sql.Identifier(name) for name in cursor.fetchone())
    cursor.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(database, sql.Identifier(owner)))
    cursor.execute(sql.SQL("ALTER SCHEMA {} OWNER TO {}").format(schema, sql.Identifier(owner)))
    cursor.execute(_OURS, {"owner": owner})
    for (statement,) in cursor.fetchall():
        cursor.execute(statement)
