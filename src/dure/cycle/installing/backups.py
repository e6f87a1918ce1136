"""Puts an installation into one file, and back: its database and its rule book, compared with what they were."""

import json
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

import dure
from dure.connectors.postgres import dumping
from dure.cycle.installing import logins
from dure.cycle.installing.archive import ABOUT, DATABASE, packed
from dure.cycle.installing.homes import home, write_private
from dure.cycle.installing.making import one_at_a_time
from dure.cycle.installing.standing import database_name, standing
from dure.cycle.programme import book
from dure.formats.errors import BadInput
from dure.records.journal import queries as journal
from dure.records.journal.models import GENESIS

LAST = "last-backup.json"
LEFT_OUT = ("files_chunk",)  # files of jobs are large, and are made or handed in again


def back_up(url: str, to: Path) -> dict[str, Any]:
    """Write that file, readable by its owner alone; returns what it says of itself."""
    if to.exists():
        raise BadInput("is there already.", where=str(to), todo="Name a new file: an old backup is never written over.")
    found = standing()
    if found.installation is None:
        raise found.refused()
    with packed(to, book().folder) as folder:
        about = _dump(url, folder / DATABASE, kind=found.installation.kind)
        (folder / ABOUT).write_text(json.dumps(about, ensure_ascii=False, indent=1), encoding="utf-8")
    write_private(home() / LAST, json.dumps({"at": about["at"], "file": str(to.absolute())}))
    return about


def last_backup() -> dict[str, str] | None:
    """When the last backup of this home was made, and where it was put."""
    path = home() / LAST
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def read_back(url: str, parts: Path, about: dict[str, Any]) -> None:
    """Fill the empty database from the parts of a backup; raises `BadInput` where it does not hold afterwards what it held."""
    found = standing()
    if found.state != "empty":
        todo = "Restore into an empty database: a new DURE_HOME, or a new DATABASE_URL."
        raise BadInput("is not empty.", where=database_name(), todo=todo)
    logins.require_own_server()
    with one_at_a_time():
        dumping.load(url, parts / DATABASE)
    now = _holds()
    if different := [key for key in now if now[key] != about[key]]:
        says = ", ".join(f"{key} {now[key]} instead of {about[key]}" for key in different)
        raise BadInput(f"was restored, and differs from the backup: {says}.", where=database_name(), todo="Do not use it.")


def _dump(url: str, to: Path, *, kind: str) -> dict[str, Any]:
    """The database and what it holds, both seen at the same instant."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        row = cursor.fetchone()
        held = _holds()
        dumping.dump(url, to, snapshot=row[0] if row else "", empty=LEFT_OUT)
    at = timezone.now().isoformat()
    return {"dure": dure.__version__, "programme": book().programme, "kind": kind, "at": at, **held}


def _holds() -> dict[str, Any]:
    """What is counted before and after: the head of the journal, and the acts."""
    last = journal.entries().last()
    return {"entries": last.seq if last else 0, "head": last.hash if last else GENESIS, "acts": journal.last_act()}
