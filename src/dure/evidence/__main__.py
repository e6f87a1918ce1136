"""`dure-verify`: verify an export of evidence, or an exported journal, without a database and without the code that decides."""

import argparse
import json
import sys
from pathlib import Path

from dure.evidence.archive import Archive
from dure.evidence.trust import read_trust
from dure.evidence.verifying import verify
from dure.formats.canonical import plain
from dure.formats.errors import BadInput

ZIP = b"PK"


def main(words: list[str] | None = None) -> int:
    """Exit codes: 0 nothing is wrong; 1 faults found; 2 bad input."""
    parser = argparse.ArgumentParser(prog="dure-verify", description=__doc__)
    add_arguments(parser)
    try:
        return run(parser.parse_args(words))
    except BadInput as error:
        print(f"dure-verify: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"dure-verify: {error.filename}: {error.strerror}.", file=sys.stderr)
        return 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What is verified, against what is known beforehand."""
    parser.add_argument("file", type=Path, metavar="FILE", help="an export of evidence, or an exported journal")
    parser.add_argument(
        "--trust", type=Path, metavar="FILE", help="JSON of published keys and digests, which are not taken from FILE"
    )
    parser.add_argument(
        "--witness", type=Path, action="append", default=[], metavar="LOG", help="the log of a witness, from the witness itself"
    )
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument("--quiet", action="store_true", help="say nothing about progress")


def run(arguments: argparse.Namespace) -> int:
    """Verify, and print what was found."""
    if not is_evidence(arguments.file):
        return _journal(arguments)
    trust = read_trust(arguments.trust, tuple(arguments.witness))
    shows = sys.stderr.isatty() and not arguments.quiet

    def tell(name: str, done: int, checks: int) -> None:
        if shows:
            print(f"\r\033[K{done}/{checks} {name}", end="" if name else "\n", file=sys.stderr, flush=True)

    report = verify(Archive(arguments.file), trust, progress=tell)
    if arguments.json:
        print(json.dumps(plain(report), ensure_ascii=False, indent=2))
    else:
        for each in report.findings:
            print(each)
        for remark in report.remarks:
            print(f"remark: {remark}")
        rows = sum(report.counts.values())
        said = f"{len(report.findings)} faults" if report.findings else "everything that could be judged holds"
        print(f"{report.counts.get('journal', 0):,} journal entries, {rows:,} rows in all: {said}")
    return 1 if report.findings else 0


def is_evidence(path: Path) -> bool:
    """Is it an export of evidence, and not a journal?"""
    try:
        with path.open("rb") as file:
            return file.read(2) == ZIP
    except OSError as error:
        raise BadInput(f"cannot be read ({error.strerror}).", where=str(path)) from error


def _journal(arguments: argparse.Namespace) -> int:
    """A journal alone: JSON lines, as exported by every version."""
    from dure.evidence.journal import verify as verify_journal

    with arguments.file.open("rb") as file:
        count, found = verify_journal(file)
    if arguments.json:
        print(json.dumps({"entries": count, "faults": plain(found)}, ensure_ascii=False, indent=2))
    else:
        for fault in found:
            print(f"{fault.code}: {fault.where}: {fault.message}")
        print(f"{count} entries: {'chain, approvals and decisions hold' if not found else f'{len(found)} faults'}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
