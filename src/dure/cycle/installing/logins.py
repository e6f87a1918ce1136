"""The log-ins of an installation: made once, each with its own password, and given their rights after every change of tables."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from django.db import connection

from dure.connectors.postgres.address import refusal
from dure.cycle.installing import homes
from dure.cycle.installing.addresses import ADDRESSES, ADMIN, APP, PASSWORDS, PREFIX, WORKER, address, as_login
from dure.cycle.installing.homes import BEGUN, VARIABLES, read_variables, write_variables
from dure.cycle.installing.standing import database_name
from dure.cycle.people.authorities import authorities
from dure.cycle.programme import book
from dure.formats.errors import BadInput
from dure.records.rights import applying, roles
from dure.records.rights.table import LOGINS, OWNER


def require_own_server() -> None:
    """Raise where another installation uses the log-ins of this server: new passwords would shut it out."""
    with connection.cursor() as cursor:
        others = roles.used_elsewhere(cursor, PREFIX)
    if others:
        raise BadInput(
            f"is on the PostgreSQL server of another installation (database {', '.join(others)}): both would have the same "
            "log-ins, and their new passwords would shut the other one out.",
            where=database_name(),
            todo="Use another PostgreSQL server, or unset DATABASE_URL for a private one; where the other installation is no "
            "longer needed, drop its database first.",
        )


def require_own_database(home: Path) -> None:
    """Raise where this database has log-ins, and this home does not hold their passwords: new ones would shut others out.

    The private server of a home is nobody else's. Whoever was cut off while the log-ins were made holds what they were given.
    """
    if not os.environ.get("DATABASE_URL") or not made_here():
        return
    if (home / VARIABLES).exists():
        if not _opens(os.environ):
            raise BadInput(
                f"does not take the owner's password that the home {home} holds: it belongs to another installation, or the "
                "password was changed.",
                where=database_name(),
                todo=f"Set DATABASE_URL to the database of this home, or correct the address of the owner in {home / VARIABLES}.",
            )
    elif not (begun := read_variables(home, BEGUN)) or not _opens(begun):
        raise _not_held(home)


def _not_held(home: Path) -> BadInput:
    return BadInput(
        f"has log-ins whose passwords the home {home} does not hold: it belongs to an installation with another home, or "
        "with one that was lost, and new passwords would shut that installation out.",
        where=database_name(),
        todo="Set DURE_HOME to the home that made it, or DATABASE_URL to an empty database on another server; where that "
        "home is lost, `dure init --take-over` gives the log-ins new passwords.",
    )


def held_elsewhere() -> str:
    """Said where this database has log-ins, and whoever asks knows none of them: neither this home nor the environment."""
    home = homes.home()
    if not os.environ.get("DATABASE_URL") or any((home / name).exists() for name in (VARIABLES, BEGUN)) or not made_here():
        return ""
    known = {urlsplit(os.environ[name]).username or "" for name in ADDRESSES.values() if os.environ.get(name)}
    return "" if any(each.startswith(f"{PREFIX}_") for each in known) else str(_not_held(home))


def made_here() -> bool:
    """Have the log-ins of this database been made?"""
    with connection.cursor() as cursor:
        return roles.used_here(cursor, PREFIX)


def _opens(known: Mapping[str, str]) -> bool:
    """Does the owner's address or password among these variables open this database? Where there is neither, nobody can say."""
    tried = [known[ADDRESSES[OWNER]]] if known.get(ADDRESSES[OWNER]) else []
    if password := known.get(PASSWORDS[OWNER]):
        tried.append(as_login(address(ADMIN), OWNER, password))
    return not tried or any(not refusal(url) for url in tried)


def make(home: Path) -> dict[str, str]:
    """Make them, as an administrator of the server; returns the variables by which they are known.

    Their passwords are in the home before any log-in has them, so that whoever is cut off goes on with the same ones.
    """
    require_own_server()
    known = read_variables(home, BEGUN)
    passwords = {login: known.get(PASSWORDS[login]) or secrets.token_urlsafe(24) for login in (OWNER, *LOGINS)}
    named = {PASSWORDS[login]: password for login, password in passwords.items()}
    write_variables(home, named, BEGUN)
    applying.apply(connection, passwords=passwords, authorities=authorities(book()), prefix=PREFIX)
    if not os.environ.get("DATABASE_URL"):
        return named
    url = address()
    return {ADDRESSES[login]: as_login(url, login, password) for login, password in passwords.items()}


def give_rights() -> None:
    """The rights that the table of rights gives, and the desks that the rule book lets answer."""
    applying.apply(connection, authorities=authorities(book()), prefix=PREFIX)


def close_again() -> None:
    """Take back what log-ins can do beside the tables, as far as this log-in may: after one has changed settings of its own."""
    applying.close_again(connection, prefix=PREFIX)


def remarks() -> list[str]:
    """What still stands open, a sentence each."""
    return applying.remarks(connection, prefix=PREFIX)


def shut_out() -> list[str]:
    """Which of the log-ins that serve cannot connect by the address that this home has for them, a sentence each."""
    named = ADDRESSES if os.environ.get("DATABASE_URL") else PASSWORDS
    tried = {address(login): named[login] for login in (WORKER, APP)}  # one address where the worker has none of its own
    return [
        f"the log-in of {name} cannot connect ({why}): correct {name}, or let an administrator give it that password again."
        for url, name in tried.items()
        if (why := refusal(url))
    ]
