"""Say what is wrong with this installation, and what to do."""

import argparse
import json

from dure.cycle.cli.installation.opening import open_to_look
from dure.cycle.installing.addresses import ADMIN


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `dure doctor`."""
    parser.add_argument("--json", action="store_true", help="print as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 when nothing is wrong, though something may be left to do; 1 otherwise."""
    open_to_look(ADMIN)
    from dure.cycle.installing.examining.checkup import look

    found = look()
    if arguments.json:
        print(json.dumps([each._asdict() for each in found], ensure_ascii=False, indent=2))
    else:
        for each in found:
            word = "wrong" if each.wrong else "todo" if each.to_do else "well"
            print(f"{word:5}  {each.name:9} {each.wrong or each.to_do}".rstrip())
    return 1 if any(each.wrong for each in found) else 0
