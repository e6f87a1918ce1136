"""Write everything that outsiders can verify into one file."""

import argparse
import os
from pathlib import Path

from dure.cycle.cli.acting import open_records
from dure.cycle.installing.addresses import WORKER
from dure.formats.errors import BadInput


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `dure export`."""
    parser.add_argument("what", choices=("evidence",), help="evidence: journal, records, signatures and heads, without names")
    parser.add_argument("file", type=Path, metavar="FILE", help="a new file, a zip; `dure verify` and `dure-verify` read it")
    parser.add_argument(
        "--whole", action="store_true", help="with documents that name accounts or hold people's own words: for auditors"
    )


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 when the file is there, whole."""
    if arguments.file.exists():
        raise BadInput("is there already.", where=str(arguments.file), todo="Give a new file.")
    open_records(WORKER)
    from django.utils import timezone

    from dure.cycle.evidence.exporting import export
    from dure.cycle.evidence.heads import installation_key, publish
    from dure.cycle.programme import book

    key, at = installation_key(), timezone.now()
    if key:
        publish(key, programme=book().programme, at=at)
    half = arguments.file.with_name(f".{arguments.file.name}.{os.getpid()}.new")  # nobody else's
    try:
        with half.open("xb") as file:
            made = export(file, book=book(), at=at, key=key, whole=arguments.whole)
            file.flush()
            os.fsync(file.fileno())
        half.replace(arguments.file)
    finally:
        half.unlink(missing_ok=True)
    size = arguments.file.stat().st_size / 1e6
    print(f"{arguments.file}: {made.entries:,} journal entries, {made.acts:,} acts, {made.documents:,} documents, {size:,.1f} MB")
    if not key:
        print("unsigned: this installation has no key; `dure heads key` makes one")
    return 0
