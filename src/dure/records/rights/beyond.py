"""What a log-in can do beside the tables: store large objects, which a superuser takes back, and change settings of its own."""

from collections.abc import Iterable
from typing import Any

from django.db import ProgrammingError, transaction
from psycopg import sql

# That make or fill large objects, or read and write files of the server; PostgreSQL lets everybody call most of them.
LARGE_OBJECTS = ["lo_creat", "lo_create", "lo_from_bytea", "lo_put", "lowrite", "lo_import", "lo_export"]
_CALLED_BY_EVERYBODY = """
SELECT p.oid::regprocedure::text FROM pg_proc p
WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.proname = ANY (%s)
  AND EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) WHERE grantee = 0)
ORDER BY 1
"""
_SETTINGS = """
SELECT s.setdatabase <> 0, unnest(s.setconfig) FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole
WHERE r.rolname = %s AND (s.setdatabase = 0 OR s.setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database()))
ORDER BY 1, 2
"""


def close(connection: Any, names: Iterable[str]) -> None:
    """Take it back as far as this user may: large objects need a superuser, settings whoever makes log-ins."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user")
        superuser, makes_log_ins = cursor.fetchone()
        if superuser:
            for function in _called_by_everybody(cursor):
                cursor.execute(sql.SQL("REVOKE ALL ON FUNCTION {} FROM PUBLIC").format(sql.SQL(function)))
        for name in names if makes_log_ins else ():
            _forget_settings(connection, cursor, name)


def remarks(cursor: Any, names: Iterable[str]) -> list[str]:
    """What of it still stands open, a sentence each with what to do."""
    found = []
    if _called_by_everybody(cursor):
        found.append("Every log-in may store large objects: let a superuser (DURE_ADMIN_URL) run `dure init` again.")
    for name in names:
        if settings := [setting for _here, setting in _settings(cursor, name)]:
            said = ", ".join(settings)
            found.append(f"The log-in {name} has settings of its own ({said}): run `dure init` again as an administrator.")
    return found


def _called_by_everybody(cursor: Any) -> list[str]:
    cursor.execute(_CALLED_BY_EVERYBODY, [LARGE_OBJECTS])
    return [function for (function,) in cursor.fetchall()]


def _settings(cursor: Any, name: str) -> list[tuple[bool, str]]:
    """Each as `name=value`; True: for this database alone."""
    cursor.execute(_SETTINGS, [name])
    return list(cursor.fetchall())


def _forget_settings(connection: Any, cursor: Any, name: str) -> None:
    for here in {here for here, _setting in _settings(cursor, name)}:
        place = sql.SQL(" IN DATABASE {}").format(sql.Identifier(connection.settings_dict["NAME"])) if here else sql.SQL("")
        try:
            with transaction.atomic(using=connection.alias):
                cursor.execute(sql.SQL("ALTER ROLE {}{} RESET ALL").format(sql.Identifier(name), place))
        except ProgrammingError:  # an administrator who did not make this log-in: the remark stays
            return
