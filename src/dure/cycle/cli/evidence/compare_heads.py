"""Compare this journal, or an export of it, with the heads that witnesses hold, and say the first contradiction or forgery."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from dure.cycle.cli.acting import open_records
from dure.formats.errors import BadInput

if TYPE_CHECKING:
    from dure.cycle.evidence.comparing import WitnessLog


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `dure compare-heads`."""
    parser.add_argument(
        "witness",
        nargs="*",
        metavar="LOG|URL",
        help="a witness's log, or its address (default: the witnesses of this installation)",
    )
    parser.add_argument(
        "--trust",
        type=Path,
        metavar="FILE",
        help="JSON of published keys, as `dure verify` reads it; default: the keys that heads and receipts name, and of the "
        "witnesses of this installation those in witnesses.json",
    )
    parser.add_argument("--export", type=Path, metavar="FILE", help="compare an export of evidence instead of the database")


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 where all agree; 1 where one contradicts, or is not signed as it says."""
    from dure.evidence.trust import read_trust

    trust = read_trust(arguments.trust)
    if arguments.export is None or not arguments.witness:
        open_records()
        made = _of_export(arguments.export) if arguments.export else _of_database()
        logs = _logs(arguments.witness)
    else:  # an export and logs are enough: whoever has both needs no installation
        made = _of_export(arguments.export)
        logs = [_read(where) for where in arguments.witness]
    from dure.cycle.evidence.comparing import compared

    wrong = 0
    for log in logs:
        first = next(compared(made, log, trust), None)
        print(f"{log.where}: {first or f'{len(log.lines)} heads agree'}")
        wrong += first is not None
    return 1 if wrong else 0


def _logs(named: list[str]) -> "list[WitnessLog]":
    """Those that are named, or those of the witnesses of this installation, whose keys are known."""
    from dure.cycle.evidence.witnesses import peers

    known = {each.url: each.public for each in peers()}
    if not named and not known:
        raise BadInput("no witness is known.", where="compare-heads", todo="Give a log or an address, or write witnesses.json.")
    return [_read(where, known.get(where, "")) for where in named or known]


def _read(where: str, public: str = "") -> "WitnessLog":
    from dure.connectors.witnesses.http import read_log
    from dure.cycle.evidence.comparing import WitnessLog

    raw = read_log(where) if where.startswith(("https://", "http://")) else Path(where).read_bytes()
    return WitnessLog(where, raw.splitlines(), public)


def _of_export(path: Path) -> list[str]:
    from dure.evidence.archive import Archive
    from dure.evidence.history.heads import Log
    from dure.evidence.holding import Held
    from dure.evidence.trust import Trust

    return Log(Held(Archive(path), Trust())).hashes


def _of_database() -> list[str]:
    from dure.cycle.evidence.witnesses import links

    return list(links())
