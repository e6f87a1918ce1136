"""Make a token for a person and show it once; only its SHA-256 is kept."""

import argparse
import datetime as dt

from dure.cycle.cli import acting


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `dure token`."""
    parser.add_argument("name", metavar="PURPOSE", help="what the token is for")
    parser.add_argument("--days", type=int, default=30, metavar="N", help="days until it expires, at most 90 (default: 30)")
    parser.add_argument(
        "--command", dest="scope", action="append", default=[], metavar="NAME", help="a command that it may carry out"
    )
    parser.add_argument("--no-read", action="store_true", help="it may not read")
    acting.add_person(parser)


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0; prints the token alone, so that a script can keep it."""
    acting.open_records()
    from dure.cycle.commands.registry import row_of
    from dure.cycle.commands.running import read_command, run
    from dure.cycle.people.secrets import new_secret

    context, secret, row = acting.context(arguments.person, "command line"), new_secret(), row_of("make_token")
    until = context.at + dt.timedelta(days=max(-36500, min(arguments.days, 36500)))
    asked = {
        "digest": secret.digest, "name": arguments.name, "expires_at": until.isoformat(), "read": not arguments.no_read,
        "commands": arguments.scope,
    }  # fmt: skip
    run(row, read_command(row, asked), context)
    print(secret.token)
    return 0
