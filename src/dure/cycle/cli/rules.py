"""Validate the files of a programme's folder, print its rule book of a day, or adopt one that was edited."""

import argparse
import datetime as dt
import json
from pathlib import Path

from dure.cycle.cli.installation.opening import open_installation
from dure.cycle.deciding import open_book
from dure.cycle.installing.addresses import OWNER
from dure.cycle.playing.checking import check_folder
from dure.formats.canonical import plain
from dure.formats.kinds import Reading
from dure.rules.book import DEFAULT
from dure.rules.folder import Folder


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `dure rules check`, `dure rules show` and `dure rules adopt`."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="check|show|adopt")
    checking = actions.add_parser("check", help="validate the files of a programme, and that they agree with each other")
    checking.add_argument("programme", type=Path, nargs="?", default=DEFAULT, metavar="DIR")
    showing = actions.add_parser("show", help="print the rule book with sources and status")
    showing.add_argument("--programme", type=Path, default=DEFAULT, metavar="DIR")
    showing.add_argument("--on", type=dt.date.fromisoformat, metavar="DATE", help="default: the book's reference day")
    showing.add_argument("--json", action="store_true")
    adopting = actions.add_parser("adopt", help="let the installation go by its rule book as it was edited")
    how = adopting.add_mutually_exclusive_group(required=True)
    how.add_argument("--reason", metavar="TEXT", help="why it was edited; it is kept with the rule book")
    how.add_argument("--check", action="store_true", help="say what changed, and change nothing: exit code 1 where something did")


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0; a bad rule is raised with file and line."""
    if arguments.action == "adopt":
        return _adopt(arguments.reason)
    book = open_book(arguments.programme)
    if arguments.action == "check":
        values = [value for rule in book.rules.values() for value in rule.values]
        assumed = sum(value.status == "assumed" for value in values)
        folder = Folder(arguments.programme)
        check_folder(folder, book)
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


def _adopt(reason: str | None) -> int:
    """What differs from the rule book that the installation goes by; with a reason, it goes by the new one from then on."""
    open_installation(OWNER)
    from dure.cycle.installing import adopting
    from dure.cycle.installing.standing import standing

    found = standing()
    if found.state not in {"ready", "other_book"}:
        raise found.refused()
    changed = adopting.pending() if reason is None else adopting.adopt(reason)
    for each in changed:
        print(f"{each.what:44} {f'reads otherwise from {each.since} on' if each.since else 'is said otherwise'}")
    if reason is None:
        adopting.require_possible(changed)
        print(f"{len(changed) or 'no'} changes that nobody has adopted")
        return 1 if changed else 0
    print(f"{len(changed)} changes adopted; restart `dure serve` and `dure worker`" if changed else "nothing has changed")
    return 0
