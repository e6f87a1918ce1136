"""Keys of people: make a key file, register it, and sign with it what a page shows."""

import argparse
import os
from pathlib import Path

from dure.cycle.cli import acting
from dure.evidence.signatures import statements
from dure.evidence.signatures.signing import key_id, new_private_key, public_key, sign
from dure.formats.errors import BadInput


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `dure key`."""
    parser.add_argument(
        "do", choices=("new", "show", "prove", "register", "sign"),
        help="new: make a key file; show: print its public part; prove: print the line that the page of your account asks for; "
        "register: register it for a person, on the server; sign: print the signature of a statement",
    )  # fmt: skip
    parser.add_argument("file", type=Path, metavar="KEY", help="the key file, which nobody but its owner may have")
    parser.add_argument(
        "about",
        nargs="*",
        metavar="WHAT",
        help="sign: the file with the statement, as it is; prove: the programme, your stable id",
    )
    acting.add_person(parser)


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 when it is done."""
    if arguments.do == "new":
        _new(arguments.file)
    private = arguments.file.read_text(encoding="utf-8").strip()
    if arguments.do == "sign":
        (statement,) = _given(arguments.about, 1, "the file with the statement that the page shows")
        print(sign(private, Path(statement).read_text(encoding="utf-8").strip()).signature)
    elif arguments.do == "prove":
        programme, person = _given(arguments.about, 2, "the programme, and your stable id")
        public = public_key(private)
        told = statements.possession(programme=programme, person=person, public=public)
        print(public, sign(private, statements.text(told)).signature)
    elif arguments.do == "register":
        print(_register(private, arguments.person))
    else:
        print(public_key(private))
    return 0


def _given(words: list[str], number: int, what: str) -> list[str]:
    if len(words) != number:
        raise BadInput("something else is needed.", where="WHAT", todo=f"Give {what}.")
    return words


def _new(path: Path) -> None:
    try:
        file = os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "w", encoding="utf-8")
    except FileExistsError as error:
        raise BadInput("is there already.", where=str(path), todo="Give a new file: a key is never made over another.") from error
    with file:
        file.write(f"{new_private_key()}\n")


def _register(private: str, person: str) -> str:
    """By this server's command line; elsewhere the page of one's account does it."""
    acting.open_records()
    from dure.cycle.commands.registry import row_of
    from dure.cycle.commands.running import read_command, run
    from dure.cycle.evidence.keys import possession

    context, public, row = acting.context(person, "command line"), public_key(private), row_of("register_key")
    proof = sign(private, possession(context.person, public, programme=context.programme))
    run(row, read_command(row, {"public": public, "signature": proof.signature}), context)
    return key_id(public)
