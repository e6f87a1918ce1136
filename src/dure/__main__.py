"""The `dure` command: one word, one file in `dure.cycle.cli`."""

import argparse
import importlib
import io
import os
import sys
from pathlib import Path

from dure.connectors.postgres.full import full_disk
from dure.cycle.cli import WORDS, module
from dure.formats.errors import BadInput, Infeasible


def main(words: list[str] | None = None) -> int:
    """Exit codes: 0 done; 1 faults found; 2 bad input; 3 no feasible answer."""
    words = sys.argv[1:] if words is None else words
    _take_any_terminal()
    parser = argparse.ArgumentParser(prog="dure", description="Runs a public GPU programme end to end.")
    chosen = words[0] if words else ""
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, summary in WORDS.items():
        sub = commands.add_parser(name, help=summary, description=summary)
        if name == chosen:  # only the command in hand is imported, so pure decisions never load the web
            importlib.import_module(module(name)).add_arguments(sub)
    arguments = parser.parse_args(words)
    try:
        return int(importlib.import_module(module(arguments.command)).run(arguments))
    except KeyboardInterrupt:
        return 130  # as a shell has it for what was interrupted
    except Exception as error:  # noqa: BLE001 - raised again where it is a fault of ours
        code, says = _ended(error)
        if says:
            print(f"dure: {says}", file=sys.stderr)
        return code


def _ended(error: Exception) -> tuple[int, str]:
    """The exit code, and the sentence; raises again what is a fault of ours."""
    if isinstance(error, BadInput):
        return 2, str(error)
    if isinstance(error, Infeasible):
        return 3, f"no feasible answer ({error.code}): {error.what}"
    if isinstance(error, BrokenPipeError):
        return 0, ""
    if full := full_disk(error, None if isinstance(error, OSError) else _private_data()):
        return 2, str(full)
    if isinstance(error, OSError):
        return 2, f"{f'{error.filename}: ' if error.filename else ''}{error.strerror or error}."
    raise error


def _private_data() -> Path | None:
    """Where the private server of this home writes, if it has one and no other is named."""
    from dure.connectors.postgres.embedded import place
    from dure.cycle.installing.homes import server_directory

    directory = server_directory()
    return place(directory) if not os.environ.get("DATABASE_URL") and directory.exists() else None


def _take_any_terminal() -> None:
    """A terminal that has no Hangul shows question marks rather than a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


if __name__ == "__main__":
    sys.exit(main())
