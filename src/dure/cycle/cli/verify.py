"""Verify an exported journal: chain, approvals, decisions, arithmetic. Needs no database."""

import argparse
import json
from pathlib import Path

from dure.cycle.verifying import verify
from dure.formats.canonical import plain
from dure.formats.errors import BadInput


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `dure verify`."""
    parser.add_argument("journal", type=Path, metavar="JOURNAL.jsonl")
    parser.add_argument("--json", action="store_true", help="print the faults as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 when nothing is wrong, 1 otherwise."""
    try:
        with arguments.journal.open("rb") as file:
            count, found = verify(file)
    except OSError as error:
        raise BadInput(f"cannot be read ({error.strerror}).", where=str(arguments.journal)) from error
    if arguments.json:
        print(json.dumps({"entries": count, "faults": plain(found)}, ensure_ascii=False, indent=2))
    else:
        for fault in found:
            print(f"{fault.code}: {fault.where}: {fault.message}")
        print(f"{count} entries: {'chain, approvals and decisions hold' if not found else f'{len(found)} faults'}")
    return 1 if found else 0
