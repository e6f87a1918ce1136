"""Can this server answer people? The database is there, and its tables are those that this version knows."""

from functools import cache

from django.db import DatabaseError, connections
from django.db.migrations.loader import MigrationLoader

PROBE = "probe"  # a connection without a pool, which says at once that nobody is there
_STATEMENT = "SELECT app, name FROM django_migrations"
_NO_TABLE = "42P01"


def standing() -> dict[str, str]:
    """The state of the database and of its migrations, after one statement."""
    connection = connections[PROBE if PROBE in connections.settings else "default"]
    try:
        with connection.cursor() as cursor:
            cursor.execute(_STATEMENT)
            applied = set(cursor.fetchall())
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", None) == _NO_TABLE:
            return {"database": "reachable", "migrations": "none"}
        return {"database": "unreachable", "migrations": "unknown"}
    finally:
        if connection.alias == PROBE:
            connection.close()
    if known() - applied:
        return {"database": "reachable", "migrations": "missing"}
    # A newer version's additions do not take this one out of service: during an upgrade both serve.
    return {"database": "reachable", "migrations": "newer" if _newer(applied) else "current"}


def _newer(applied: set[tuple[str, str]]) -> bool:
    ours = {app for app, _name in known()}
    return any(app in ours for app, _name in applied - known())


@cache
def known() -> frozenset[tuple[str, str]]:
    """The migrations that come with this version, from its files."""
    loader = MigrationLoader(None)
    return frozenset(key for key in loader.disk_migrations or () if not loader.disk_migrations[key].replaces)
