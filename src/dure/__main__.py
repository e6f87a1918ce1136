"""The `dure` command: one word, one file in `dure.cycle.cli`."""

import argparse
import importlib
import sys

from dure.cycle.cli import COMMANDS, module
from dure.formats.errors import BadInput, Infeasible


def main(words: list[str] | None = None) -> int:
    """Exit codes: 0 done; 1 faults found; 2 bad input; 3 no feasible answer."""
    words = sys.argv[1:] if words is None else words
    parser = argparse.ArgumentParser(prog="dure", description="Runs a public GPU programme end to end.")
    chosen = words[0] if words else ""
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, summary in COMMANDS.items():
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
    except OSError as error:
        print(f"dure: {error.filename}: {error.strerror}.", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
