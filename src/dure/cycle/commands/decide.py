"""Print the recommendation of one decision, from a file of facts."""

import argparse
import datetime as dt
from pathlib import Path

from dure.cycle.deciding import decide, open_book
from dure.formats.canonical import plain, pretty
from dure.formats.reading import read_json
from dure.formats.stages import DECISIONS
from dure.rules.book import DEFAULT


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `dure decide`."""
    parser.add_argument("stage", choices=DECISIONS, metavar="STAGE", help=", ".join(DECISIONS))
    parser.add_argument("facts", type=Path, metavar="FACTS.json")
    parser.add_argument(
        "--rules", type=Path, default=DEFAULT, metavar="DIR", help="a programme's folder of rules (default: kr_2025)"
    )
    parser.add_argument("--on", type=dt.date.fromisoformat, metavar="DATE", help="read the rules as of that day")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write there instead of printing")


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0; bad input and infeasible facts are raised."""
    book = open_book(arguments.rules)
    decided = decide(arguments.stage, read_json(arguments.facts), book=book, on=arguments.on, where=str(arguments.facts))
    text = pretty(plain(decided.recommendation))
    if arguments.out:
        arguments.out.write_text(text, encoding="utf-8")
    else:
        print(text, end="")
    return 0
