"""The `dure` command: one word, one file in `dure.cycle.cli`."""

import argparse
import importlib
import io
import sys

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
    except BadInput as error:
        print(f"dure: {error}", file=sys.stderr)
        return 2
    except Infeasible as error:
        print(f"dure: no feasible answer ({error.code}): {error.what}", file=sys.stderr)
        return 3
    except BrokenPipeError:
        return 0
    except KeyboardInterrupt:
        return 130  # as a shell has it for what was interrupted
    except OSError as error:
        print(f"dure: {f'{error.filename}: ' if error.filename else ''}{error.strerror or error}.", file=sys.stderr)
        return 2


def _take_any_terminal() -> None:
    """A terminal that has no Hangul shows question marks rather than a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


if __name__ == "__main__":
    sys.exit(main())
