"""Compare this journal, or an export of it, with the heads that witnesses hold, and say the first contradiction."""

import argparse
from pathlib import Path

from dure.cycle.cli.acting import open_records
from dure.formats.errors import BadInput


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `dure compare-heads`."""
    parser.add_argument(
        "witness",
        nargs="*",
        metavar="LOG|URL",
        help="a witness's log, or its address (default: the witnesses of this installation)",
    )
    parser.add_argument("--export", type=Path, metavar="FILE", help="compare an export of evidence instead of the database")


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 where all agree; 1 where one contradicts."""
    if arguments.export is None or not arguments.witness:
        open_records()
    made = _of_export(arguments.export) if arguments.export else _of_database()
    from dure.cycle.evidence.witnesses import compared

    wrong = 0
    for where in arguments.witness or _known():
        lines = _log(where).splitlines()
        first = next(compared(made, lines, where), None)
        print(f"{where}: {first or f'{len(lines)} heads agree'}")
        wrong += first is not None
    return 1 if wrong else 0


def _known() -> list[str]:
    from dure.cycle.evidence.witnesses import peers

    found = [each.url for each in peers()]
    if not found:
        raise BadInput("no witness is known.", where="compare-heads", todo="Give a log or an address, or write witnesses.json.")
    return found


def _log(where: str) -> bytes:
    from dure.connectors.witnesses.http import read_log

    return read_log(where) if where.startswith(("https://", "http://")) else Path(where).read_bytes()


def _of_export(path: Path) -> list[str]:
    from dure.evidence.archive import Archive
    from dure.evidence.history.heads import Log
    from dure.evidence.holding import Held
    from dure.evidence.trust import Trust

    return Log(Held(Archive(path), Trust())).hashes


def _of_database() -> list[str]:
    from dure.cycle.evidence.witnesses import links

    return list(links())
