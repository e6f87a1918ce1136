"""Run every filed decision again with today's code, and list the differences."""

import argparse
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dure.cycle.cli import acting
from dure.cycle.replaying import as_today, decide_again, differences
from dure.evidence.journal import decision_of
from dure.formats.errors import BadInput
from dure.formats.reading import parse_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `dure replay`."""
    parser.add_argument("--id", type=int, metavar="N", help="only entry N of the journal")
    parser.add_argument("--journal", type=Path, metavar="FILE", help="an exported journal instead of the database")
    parser.add_argument("--json", action="store_true", help="print the differences as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 when today's code decides as it was filed, 1 otherwise."""
    told, different = [], 0
    for entry in _entries(arguments.journal, arguments.id):
        start = time.perf_counter()
        decision = decision_of(entry)
        version, filed = entry.get("format", 1), entry["recommendation"]
        again = decide_again(decision, entry["facts"], entry["rules"], filed, version=version)
        found = list(differences(as_today(decision, filed, version=version), again))
        different += bool(found)
        told.append({"seq": entry["seq"], "decision": decision, "subject": entry["subject"], "differences": found})
        if not arguments.json:
            seconds, verdict = time.perf_counter() - start, f"{len(found)} differ" if found else "same"
            print(f"{entry['seq']:4} {decision:13} {entry['subject']:24} {seconds:6.2f} s  {verdict}")
            for line in found[:20]:
                print(f"     {line}")
    if arguments.json:
        print(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        print(f"{len(told)} decisions run again: {different or 'none'} differ")
    if arguments.id is not None and not told:
        raise BadInput(f"the journal has no recommendation {arguments.id}.", where="--id")
    return 1 if different else 0


def _entries(journal: Path | None, wanted: int | None) -> Iterator[dict[str, Any]]:
    """The recommendations of an exported journal, or of the database."""
    lines = journal.read_bytes().splitlines() if journal else _from_database()
    for number, line in enumerate(lines, start=1):
        entry = parse_json(line, where=f"line {number}")
        if isinstance(entry, dict) and entry.get("kind") == "recommendation" and wanted in {None, entry.get("seq")}:
            yield entry


def _from_database() -> Iterator[bytes]:
    acting.open_records()
    from dure.records.journal.queries import export_lines

    return (line.encode() for line in export_lines())
