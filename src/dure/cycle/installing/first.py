"""The first hour: from an empty database to an installation that its first administrator can enter."""

import os

from django.db import connection
from django.utils import timezone

from dure.connectors.postgres import embedded
from dure.cycle.installing import links, making
from dure.cycle.installing.homes import server_directory
from dure.cycle.installing.standing import database_name, standing
from dure.cycle.people import invitations, roles
from dure.formats.errors import BadInput
from dure.records.installation.models import Installation, Kind
from dure.records.journal.names import usually
from dure.records.parties import queries as parties


def install() -> bool:
    """All tables and the note of what they are for; False where that was done before; raises `BadInput` for others."""
    found = standing()
    if found.state == "ready":
        _refuse_demo(found.installation)
        return False
    if found.state not in {"empty", "unfinished"}:
        raise found.refused()
    _refuse_demo(found.installation)
    making.make(Kind.PROGRAMME)
    making.finish()
    return True


def _refuse_demo(installation: Installation | None) -> None:
    if installation is not None and installation.kind == Kind.DEMO:
        raise BadInput("holds a demo.", where=database_name(), todo="Give the installation a database of its own.")


def where() -> str:
    """Which database, and which PostgreSQL, in a line; raises `BadInput` where it cannot be reached."""
    if (found := standing()).state == "unreachable":
        raise found.refused()
    connection.ensure_connection()
    version = connection.connection.info.server_version
    own = "DATABASE_URL" if os.environ.get("DATABASE_URL") else f"a private server in {embedded.place(server_directory())}"
    connection.close()
    return f"PostgreSQL {version // 10000}.{version % 10000}, {own}"


def an_administrator_can_log_in() -> bool:
    """Is there anybody at the agency's desk who has a way in?"""
    return parties.an_administrator_can_log_in()


def invited() -> tuple[str, str]:
    """The name and the address for which the first administrator's link was made, where one is open that nobody has used."""
    made = invitations.first_invited(at=timezone.now())
    return (usually(made.name), made.email) if made else ("", "")


def require_address(email: str) -> None:
    """Raise unless mail can go there, before anything is made."""
    roles.require_address(email)


def link(name: str, email: str = "") -> str:
    """A new link for the first administrator; links that were made before open nothing any more."""
    secret = invitations.first_link(name=name, email=email, at=timezone.now())
    return f"{links.public_address()}/invitation/{secret}/"
