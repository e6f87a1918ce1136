"""Validate the rules of a programme, or print its rule book of a day."""

import argparse
import datetime as dt
import json
from pathlib import Path

from dure.cycle.deciding import open_book
from dure.formats.canonical import plain
from dure.formats.kinds import Reading
from dure.rules.book import DEFAULT


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `dure rules check` and `dure rules show`."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="check|show")
    checking = actions.add_parser("check", help="validate the rules of a programme")
    checking.add_argument("programme", type=Path, nargs="?", default=DEFAULT, metavar="DIR")
    showing = actions.add_parser("show", help="print the rule book with sources and status")
    showing.add_argument("--programme", type=Path, default=DEFAULT, metavar="DIR")
    showing.add_argument("--on", type=dt.date.fromisoformat, metavar="DATE", help="default: the book's reference day")
    showing.add_argument("--json", action="store_true")


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0; a bad rule is raised with file and line."""
    book = open_book(arguments.programme)
    if arguments.action == "check":
        values = [value for rule in book.rules.values() for value in rule.values]
        assumed = sum(value.status == "assumed" for value in values)
        print(f"{book.programme}: {len(book.rules)} rules, {len(values)} values, {assumed} assumed: no fault")
        return 0
    day = arguments.on or book.reference_on
    read = [
        Reading(rule=name, value=found.value, since=found.since, status=found.status, source=found.source)
        for name, rule in sorted(book.rules.items())
        if (found := rule.on(day))
    ]
    if arguments.json:
        print(json.dumps(plain(read), ensure_ascii=False, indent=2))
        return 0
    print(f"{' / '.join(book.title[each] for each in book.manifest.languages)}, {day}")
    for reading in read:
        value = json.dumps(reading.value, ensure_ascii=False)
        print(f"{reading.status:8} {reading.rule:40} {value[:70]:70} since {reading.since}  {reading.source.name}")
    return 0
