"""Carry out one command of the programme as a person, list the commands, or print the schema of one."""

import argparse
import json
from pathlib import Path
from typing import Any

from dure.cycle.cli import acting
from dure.formats.errors import BadInput
from dure.formats.reading import read_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `dure act`."""
    parser.add_argument("name", nargs="?", metavar="NAME", help="the command")
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE.json", help="its input")
    parser.add_argument("--list", action="store_true", help="print every command, or those that PERSON may do")
    parser.add_argument("--schema", metavar="NAME", help="print the JSON Schema of a command's input")
    parser.add_argument(
        "--file", dest="attached", type=Path, metavar="PATH", help="hand this file in first, and name it in the field `file`"
    )
    parser.add_argument("--key", default="", help="done once: the same key gives the first outcome again")
    parser.add_argument(
        "--seen", type=_version, metavar="N", help="refuse if anybody has acted on the subject since that version of it"
    )
    parser.add_argument("--json", action="store_true", help="print as JSON")
    acting.add_person(parser)


def _version(text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise argparse.ArgumentTypeError(f"{text!r} is not the number of a version")
    return int(text)


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0; what is refused is raised."""
    if sum((arguments.list, bool(arguments.schema), bool(arguments.name))) != 1 or bool(arguments.name) != bool(arguments.file):
        raise BadInput("give NAME and FILE.json, or --list, or --schema NAME.", where="dure act", todo="See `dure act --help`.")
    acting.open_records()
    if arguments.list:
        return _list(arguments.person, as_json=arguments.json)
    if arguments.schema:
        return _schema(arguments.schema)
    return _act(arguments)


def _act(arguments: argparse.Namespace) -> int:
    from dure.cycle.commands.registry import row_of
    from dure.cycle.commands.running import read_command, run

    row, context = row_of(arguments.name), acting.context(arguments.person, "command line")
    given = read_json(arguments.file)
    if arguments.attached and isinstance(given, dict):
        given = {**given, "file": _handed_in(arguments.attached, context)}
    outcome = run(row, read_command(row, given), context, key=arguments.key, seen=arguments.seen)
    if arguments.json:
        print(json.dumps({**outcome._asdict(), "version": outcome.act}, ensure_ascii=False))
    else:
        again = " (done before)" if outcome.repeated else ""
        result = json.dumps(outcome.result, ensure_ascii=False)
        print(f"{row.name}: {result}, act {outcome.act} on {outcome.about}, version {outcome.act}{again}")
    return 0


def _handed_in(path: Path, context: Any) -> str:
    """The SHA-256 under which the file is kept for the act."""
    from dure.cycle.documents.handing_in import LARGEST, hand_in, too_large
    from dure.records.journal.readers import reading_as

    try:
        if path.stat().st_size > LARGEST:
            raise too_large(path.name)
        content = path.read_bytes()
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror}.", where=str(path), todo="Check the path.") from error
    with reading_as(context.person.pk):
        return hand_in(context.person, path.name, content, at=context.at).digest


def _list(person: str, *, as_json: bool) -> int:
    from dure.cycle.commands.permitting import could, seats_of
    from dure.cycle.commands.registry import COMMANDS

    rows = COMMANDS
    if person:
        seats = seats_of(acting.context(person, "command line").person)
        rows = tuple(row for row in rows if could(row, seats))
    told = [
        {
            "name": row.name,
            "label": row.label,
            "by": list(dict.fromkeys(seat.desk for seat in row.by)),
            "states": list(row.while_),
        }
        for row in rows
    ]
    if as_json:
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return 0
    for row in rows:
        print(f"{row.name:28} {row.label:44} {', '.join(dict.fromkeys(seat.desk for seat in row.by))}")
    return 0


def _schema(name: str) -> int:
    import msgspec

    from dure.cycle.commands.registry import row_of

    schema = msgspec.json.schema(row_of(name).command)
    print(json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}, ensure_ascii=False, indent=2))
    return 0
