"""Print the recommendation of one decision, from a file of facts."""

import argparse
import datetime as dt
from pathlib import Path

from dure.cycle.deciding import decide, open_book
from dure.formats.canonical import plain, pretty
from dure.formats.stages import DECISIONS
from dure.formats.tables import is_folder, read_whole, refuse_folder, write_whole
from dure.rules.book import DEFAULT


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `dure decide`."""
    parser.add_argument("stage", choices=DECISIONS, metavar="STAGE", help=", ".join(DECISIONS))
    parser.add_argument("facts", type=Path, metavar="FACTS", help="a JSON file, or a folder of facts.json and tables")
    parser.add_argument(
        "--programme", type=Path, default=DEFAULT, metavar="DIR", help=f"a programme's folder (default: {DEFAULT.name})"
    )
    parser.add_argument("--on", type=dt.date.fromisoformat, metavar="DATE", help="read the rules as of that day")
    parser.add_argument(
        "--out", metavar="FILE", help="write there instead of printing; with tables, where it is a folder or ends with /"
    )


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0; bad input and infeasible facts are raised."""
    book = open_book(arguments.programme)
    stage, out = arguments.stage, arguments.out
    if out and is_folder(out):
        refuse_folder(out, stage, "recommendation")
    raw = read_whole(arguments.facts, stage, "facts")
    made = plain(decide(stage, raw, book=book, on=arguments.on, where=str(arguments.facts)).recommendation)
    if out:
        write_whole(out, made, stage, "recommendation")
    else:
        print(pretty(made), end="")
    return 0
