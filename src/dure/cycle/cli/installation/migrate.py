"""Bring the database to this version of dure."""

import argparse

from dure.cycle.cli.installation.opening import open_installation


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `dure migrate`."""
    parser.add_argument("--check", action="store_true", help="change nothing: exit code 1 where changes are to be made")


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 when the database is of this version."""
    open_installation(as_owner=True)
    from dure.cycle.installing import making
    from dure.cycle.installing.standing import database_name, standing, unapplied

    found = standing()
    if found.state == "ready":
        print(f"{database_name()}: nothing is to be changed")
        return 0
    if found.state != "older":
        raise found.refused()
    changes = unapplied()
    print(f"{database_name()}: {len(changes)} changes")
    if arguments.check:
        print("".join(f"  {label}.{name}\n" for label, name in changes), end="")
        return 1
    making.move(verbosity=1)
    print(f"{database_name()}: is of this version now")
    return 0
