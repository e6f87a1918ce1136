"""The log-ins of an installation: made once, each with its own password, and given their rights after every change of tables."""

import os
import secrets

from django.db import connection

from dure.cycle.installing.addresses import ADDRESSES, PASSWORDS, PREFIX, address, as_login
from dure.cycle.people.authorities import authorities
from dure.cycle.programme import book
from dure.records.rights import applying
from dure.records.rights.table import LOGINS, OWNER


def make() -> dict[str, str]:
    """Make them, as an administrator of the server; returns the variables by which they are known."""
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
