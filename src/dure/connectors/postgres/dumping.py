"""Writes a database into a file and reads it back, with PostgreSQL's own programs."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dure.connectors.postgres.address import django_database
from dure.connectors.postgres.binaries import find_client
from dure.connectors.postgres.full import full_disk
from dure.formats.errors import BadInput

_OPTIONS = {
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "passfile": "PGPASSFILE",
    "target_session_attrs": "PGTARGETSESSIONATTRS",
}


def dump(url: str, to: Path, *, snapshot: str, empty: Sequence[str] = ()) -> None:
    """The whole database as it stands in that snapshot, without owners and rights, which are those of the place.

    Of the tables `empty` only the definition is kept.
    """
    options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={to}"]
    _run(url, "pg_dump", [*options, *(f"--exclude-table-data={table}" for table in empty)], to)


def load(url: str, file: Path) -> None:
    """Fill an empty database, or leave it as empty as it was."""
    name = str(django_database(url)["NAME"])
    options = ["--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", f"--dbname={name}", str(file)]
    _run(url, "pg_restore", options, file)


def _run(url: str, program: str, options: list[str], file: Path) -> None:
    """The secret goes by the environment: everybody on the machine can read a command line."""
    command = [str(find_client(program)), *options]
    surroundings = {**os.environ, **_environment(django_database(url))}
    done = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if done.returncode:
        why = " ".join(done.stderr.split())[-600:]
        if full := full_disk(why, file.parent if "could not write to output file" in why or "could not close" in why else None):
            raise full
        todo = "Set DURE_ADMIN_URL to a log-in that may bypass row security." if "row-level security" in why else ""
        raise BadInput(f"{program} ended with {done.returncode}: {why}", todo=todo or "Nothing was changed.")


def _environment(given: dict[str, Any]) -> dict[str, str]:
    names = {"PGHOST": given["HOST"], "PGPORT": given["PORT"], "PGUSER": given["USER"], "PGPASSWORD": given["PASSWORD"],
             "PGDATABASE": given["NAME"]}  # fmt: skip
    options = {_OPTIONS[key]: str(value) for key, value in given["OPTIONS"].items() if key in _OPTIONS}
    return {key: value for key, value in {**names, **options}.items() if value}
