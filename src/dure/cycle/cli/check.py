"""Verify a recommendation with code that did not produce it."""

import argparse
import json
from pathlib import Path

from dure.cycle.deciding import check, open_book
from dure.formats.canonical import plain
from dure.formats.stages import DECISIONS
from dure.formats.tables import read_whole
from dure.rules.book import DEFAULT


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `dure check`."""
    parser.add_argument("stage", choices=DECISIONS, metavar="STAGE", help=", ".join(DECISIONS))
    parser.add_argument("facts", type=Path, metavar="FACTS", help="a JSON file, or a folder of facts.json and tables")
    parser.add_argument(
        "recommendation", type=Path, metavar="RECOMMENDATION", help="a JSON file, or a folder of recommendation.json and tables"
    )
    parser.add_argument(
        "--programme", type=Path, default=DEFAULT, metavar="DIR", help=f"a programme's folder (default: {DEFAULT.name})"
    )
    parser.add_argument("--json", action="store_true", help="print the faults as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 without faults, 1 with."""
    found = check(
        arguments.stage,
        read_whole(arguments.facts, arguments.stage, "facts"),
        read_whole(arguments.recommendation, arguments.stage, "recommendation"),
        book=open_book(arguments.programme),
        where=str(arguments.recommendation),
    )
    if arguments.json:
        print(json.dumps(plain(found), ensure_ascii=False, indent=2))
    else:
        for fault in found:
            print(f"{fault.code}: {fault.where}: {fault.message}")
        print(f"{arguments.stage}: {'no fault' if not found else f'{len(found)} faults'}")
    return 1 if found else 0
