"""The installation's key and the heads of its log: sign what was recorded, and let witnesses countersign it."""

import argparse
import json

from dure.cycle.cli.acting import open_records
from dure.formats.errors import BadInput


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `dure heads`."""
    parser.add_argument(
        "do", choices=("key", "publish", "show"),
        help="key: make the installation's key once, print its public part; publish: sign the head of the log, and hand it to "
        "every witness; show: print the last head, to be handed over as a file",
    )  # fmt: skip
    parser.add_argument(
        "--after", type=int, metavar="N", help="show: with the leaves since the head of N, which a witness asked for"
    )


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0; 1 where a witness did not countersign."""
    open_records()
    from dure.cycle.evidence import heads

    if arguments.do == "key":
        print(heads.make_installation_key())
        return 0
    return _publish() if arguments.do == "publish" else _show(arguments.after)


def _publish() -> int:
    from django.utils import timezone

    from dure.cycle.evidence import heads, witnesses
    from dure.cycle.programme import book

    key = heads.installation_key()
    if not key:
        raise BadInput("there is no key.", where=str(heads.key_file()), todo="`dure heads key` makes one.")
    known = witnesses.peers()  # what is wrong with their list is said before anything is done
    head = heads.publish(key, programme=book().programme, at=timezone.now())
    if head is None:
        print("nothing has been recorded yet")
        return 0
    print(f"{head.size:,} entries and acts: {head.hash}")
    wrong = witnesses.send(head, to=known)
    for name, why in wrong.items():
        print(f"  {name}: {why or 'countersigned'}")
    return 1 if any(wrong.values()) else 0


def _show(after: int | None) -> int:
    from dure.records.evidence import queries

    head = queries.last_head()
    if head is None:
        raise BadInput("there is no head.", where="log", todo="`dure heads publish` signs one.")
    leaves = {} if after is None else {"leaves": queries.leaves(after=after, until=head.size)}
    print(json.dumps({"statement": head.statement, "signature": head.signature, **leaves}, ensure_ascii=False))
    return 0
