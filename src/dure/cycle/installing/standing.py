"""Can this code work on this database? Told before anything is read from it, in a sentence that says what to do."""

from typing import Literal, NamedTuple

from django.apps import apps
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from dure.cycle.programme import book, book_digest
from dure.formats.errors import BadInput
from dure.records.installation import queries
from dure.records.installation.models import Installation, Kind

RECORDS = "dure.records."
TABLE = "installation_installation"
USED = {"journal_entry", "journal_act", "parties_person"}  # tables in which every installation has rows, sooner or later
OLDEST_SERVER = 15
AGAIN = "Run `dure demo --again`: a demo can be run again."
OF_TESTS = {"admin"}  # in no deployment: whether its tables are there says nothing of a database

_RELATIONS = """
SELECT CASE WHEN n.nspname = current_schema() THEN c.relname ELSE n.nspname || '.' || c.relname END
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype = 'e')
"""
State = Literal[
    "unreachable", "old_server", "empty", "foreign", "older", "newer", "unfinished", "other_programme", "other_book", "ready"
]
Migration = tuple[str, str]


class Standing(NamedTuple):
    """How the database stands to this code and this programme, in words that follow its name, and what to do about it."""

    state: State
    says: str
    todo: str
    installation: Installation | None = None

    def refused(self) -> BadInput:
        """The standing as an error."""
        return BadInput(self.says, where=database_name(), todo=self.todo)


def database_name() -> str:
    """The database as a person would name it, without its secret."""
    given = connection.settings_dict
    place = f"{given['HOST'] or 'this machine'}{':' if given['PORT'] else ''}{given['PORT']}"
    return f"database {given['NAME']} at {place}"


def standing() -> Standing:
    """How things stand; nothing is written."""
    try:
        return _reached()
    except OperationalError as error:
        why = " ".join(str(error).split())[:300]
        return Standing("unreachable", f"cannot be reached ({why}).", "Start PostgreSQL, or check DATABASE_URL.")


def require_ready() -> Installation:
    """The installation, if this code can work on it; otherwise an error in one sentence."""
    found = standing()
    connection.close()
    if found.state != "ready" or found.installation is None:
        raise found.refused()
    return found.installation


def unapplied() -> list[Migration]:
    """The changes of this code that the database has not seen, in their order."""
    loader = MigrationLoader(connection)
    plan = [each for leaf in loader.graph.leaf_nodes() for each in loader.graph.forwards_plan(leaf)]
    return [each for each in dict.fromkeys(plan) if each not in loader.applied_migrations and each[0] not in OF_TESTS]


def _reached() -> Standing:
    connection.ensure_connection()
    major = connection.connection.info.server_version // 10000
    if major < OLDEST_SERVER:
        says = f"runs on PostgreSQL {major}, and dure needs {OLDEST_SERVER} or newer."
        return Standing("old_server", says, "Move it to a newer server with pg_dump and pg_restore.")
    tables = _relations()
    applied = set(MigrationRecorder(connection).applied_migrations())
    if not (tables if applied else tables - {"django_migrations"}):
        return Standing("empty", "is empty.", "Run `dure init`, or `dure demo` to try dure out.")
    ours = {each.label for each in apps.get_app_configs() if each.name.startswith(RECORDS)}
    if not ours & {label for label, _name in applied}:
        first = ", ".join(sorted(tables)[:3])
        return Standing("foreign", f"holds the tables of another program ({first}).", "Give dure a database of its own.")
    newer = sorted({each for each in applied if each[0] in ours} - set(MigrationLoader(None).disk_migrations or ()))
    if newer:
        says = f"was made by a newer dure: this one does not know {_named(newer)}."
        return Standing("newer", says, "Run that version, or restore a backup made before.")
    return _of_this_version(unapplied(), tables)


def _relations() -> set[str]:
    """Tables and views of every schema, those of extensions left out; those of ours are named without it."""
    with connection.cursor() as cursor:
        cursor.execute(_RELATIONS)
        return {name for (name,) in cursor.fetchall()}


def _of_this_version(missing: list[Migration], tables: set[str]) -> Standing:
    """The database is dure's, and no newer than this code: whole, and of this programme?"""
    found = queries.installation() if TABLE in tables else None
    if missing and (_used(tables) if found is None else found.finished_at is not None):
        says = f"is of an older dure: it lacks {_named(missing)}."
        return Standing("older", says, "Make a backup with `dure backup FILE`, then run `dure migrate`.", found)
    if missing or found is None or found.finished_at is None:
        demo = found is not None and found.kind == Kind.DEMO
        todo = AGAIN if demo else "Run `dure init` again: it goes on."
        return Standing("unfinished", "was begun and cut off.", todo, found)
    if found.programme != book().programme:
        says = f"holds the programme {found.programme!r}, and the rule book is that of {book().programme!r}."
        return Standing("other_programme", says, "Set DURE_PROGRAMME to its folder, or use another database.", found)
    if not (adopted := queries.rule_book_digest()):
        return Standing("older", "goes by no rule book yet.", "Run `dure migrate`.", found)
    if adopted != book_digest():
        says = f"goes by another rule book than the one in {book().folder}: it was edited."
        todo = "See what changed with `dure rules adopt --check`, and adopt it, or put it back."
        return Standing("other_book", says, AGAIN if found.kind == Kind.DEMO else todo, found)
    return Standing("ready", "is ready.", "", found)


def _used(tables: set[str]) -> bool:
    """Has anything been recorded? Where nothing was, an `init` that was cut off while it made the tables goes on."""
    with connection.cursor() as cursor:
        for table in tables & USED:
            cursor.execute(f"SELECT EXISTS (SELECT FROM {table})")  # noqa: S608 - a name of ours
            row = cursor.fetchone()
            if row and row[0]:
                return True
    return False


def _named(changes: list[Migration]) -> str:
    first = ".".join(changes[0])
    return first if len(changes) == 1 else f"{first} and {len(changes) - 1} more"
