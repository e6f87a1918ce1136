"""The log-ins of an installation: made once, each with its own password, and given their rights after every change of tables."""

import os
import secrets

from django.db import connection

from dure.connectors.postgres.address import refusal
from dure.cycle.installing.addresses import ADDRESSES, APP, PASSWORDS, PREFIX, WORKER, address, as_login
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


def make() -> dict[str, str]:
    """Make them, as an administrator of the server; returns the variables by which they are known."""
    require_own_server()
    passwords = {login: secrets.token_urlsafe(24) for login in (OWNER, *LOGINS)}
    applying.apply(connection, passwords=passwords, authorities=authorities(book()), prefix=PREFIX)
    if not os.environ.get("DATABASE_URL"):
        return {PASSWORDS[login]: password for login, password in passwords.items()}
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
