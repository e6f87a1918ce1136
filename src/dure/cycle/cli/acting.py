"""What the commands that act share: the database, and the person who acts."""

import argparse
import os
from typing import Any

from dure.cycle.cli.installation.opening import open_installation
from dure.cycle.installing.addresses import APP
from dure.formats.errors import BadInput


def add_person(parser: argparse.ArgumentParser) -> None:
    """The argument `--as`."""
    parser.add_argument(
        "--as",
        dest="person",
        default=os.environ.get("DURE_AS", ""),
        metavar="PERSON",
        help="log-in name or stable id (default: $DURE_AS)",
    )


def open_records(login: str = APP) -> None:
    """Make the records of this installation readable, as that log-in; raises `BadInput` where this code cannot work on them."""
    from django.apps import apps

    if apps.ready:  # whoever set Django up in this process has looked
        return
    open_installation(login)
    from dure.cycle.installing.standing import require_ready

    require_ready()


def context(person: str, via: Any) -> Any:
    """The `Context` of an act by that person, now, under the rules in force."""
    from django.utils import timezone

    from dure.cycle.commands.rows import Context
    from dure.cycle.programme import book
    from dure.records.parties import queries

    if not person:
        raise BadInput("nobody is named who acts.", where="--as", todo="Give a log-in name or a stable id, or set DURE_AS.")
    found = queries.person(person) or queries.person_by_uid(person)
    if found is None or not found.is_active:
        raise BadInput(f"there is no active person {person!r}.", where="--as", todo="Check the name.", code="unknown_id")
    at = timezone.now()
    return Context(book(), found, at, via, confirmed_at=at, clock=timezone.now)  # a user of this command line has the server
