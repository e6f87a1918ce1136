"""Preview or carry out a table of commands, each row one command; or write the empty table."""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dure.cycle.cli import acting
from dure.formats.canonical import plain
from dure.formats.errors import BadInput

LARGEST_BYTES = 10_000_000
ROWS_A_LINE = 50


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `dure import`."""
    parser.add_argument("name", metavar="NAME", help="the command of which each row is one")
    parser.add_argument(
        "table",
        nargs="?",
        type=Path,
        metavar="TABLE",
        help="a .csv, .xlsx or .jsonl file; a column `seen` names the version of each subject",
    )
    parser.add_argument("--template", type=Path, metavar="FILE", help="write the empty table there, as .xlsx or .csv")
    doing = parser.add_mutually_exclusive_group()
    doing.add_argument("--preview", action="store_true", help="only say what would change (the default)")
    doing.add_argument("--apply", action="store_true", help="carry out all rows, or none where one has a fault")
    parser.add_argument("--key", default="", help="done once: the same key gives the first outcomes again")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument("--faults", type=Path, metavar="FILE", help="also write the faults there, as .xlsx or .csv")
    acting.add_person(parser)


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 when no row has a fault, 1 otherwise; then nothing was carried out."""
    if bool(arguments.table) == bool(arguments.template):
        raise BadInput("give either TABLE or --template FILE.", where="dure import", todo="See `dure import --help`.")
    acting.open_records()
    from dure.cycle.commands.registry import row_of

    row = row_of(arguments.name)
    if arguments.template:
        from dure.cycle.commands.examples import with_example
        from dure.cycle.programme import book

        columns, remarks = with_example(row.command, book().manifest.languages)
        _write(arguments.template, columns, remarks)
        return 0
    report = _import(row, arguments)
    if arguments.faults:
        columns = ["line", "column", "code", "what", "todo"]
        _write(arguments.faults, columns, [[getattr(each, column) for column in columns] for each in report.faults])
    if arguments.json:
        print(json.dumps(plain(report), ensure_ascii=False, indent=2))
    else:
        _print(report)
    return 1 if report.faults else 0


def _import(row: Any, arguments: argparse.Namespace) -> Any:
    from dure.cycle.commands.importing import import_rows
    from dure.formats.sheets import form_of, read_sheet

    form = form_of(arguments.table.name)
    size = arguments.table.stat().st_size
    if size > LARGEST_BYTES:
        raise BadInput(f"the file has {size:,} bytes; at most {LARGEST_BYTES:,} are read.", where=str(arguments.table))
    sheet = read_sheet(arguments.table.read_bytes(), form, where=str(arguments.table))
    says, context = _progress(len(sheet.lines)), acting.context(arguments.person, "import")
    return import_rows(row, sheet, context, apply=arguments.apply, key=arguments.key, says=says)


def _progress(total: int) -> Callable[[int], None]:
    """Says on a terminal how far it is, in one line; nothing where somebody else reads."""

    def says(done: int) -> None:
        if sys.stderr.isatty() and (done % ROWS_A_LINE == 0 or done + 1 == total):
            print(f"\r{done + 1:,} of {total:,} rows", end="\n" if done + 1 == total else "", file=sys.stderr, flush=True)

    return says


def _write(path: Path, columns: list[str], rows: list[list[Any]]) -> None:
    from dure.formats.sheets import write_sheet

    if path.suffix not in {".xlsx", ".csv"}:
        raise BadInput(f"{path.name!r} is neither .xlsx nor .csv.", where=str(path), todo="Choose one of the two.")
    path.write_bytes(write_sheet(columns, rows, "xlsx" if path.suffix == ".xlsx" else "csv"))


def _print(report: Any) -> None:
    new = sum(not each.known for each in report.made)
    for each in report.faults[:50]:
        place = f"line {each.line}" + (f", {each.column}" if each.column else "")
        print(f"{place}: {each.code}: {each.what} {each.todo}".rstrip())
    if len(report.faults) > 50:
        print(f"and {len(report.faults) - 50} faults more")
    if report.stopped:
        print(report.stopped.what)
    done = (
        "carried out" if report.applied else "nothing was carried out" if report.faults else "possible; --apply carries them out"
    )
    print(f"{report.command}: {report.rows} rows, {new} on new subjects, {len(report.faults)} faults: {done}")
