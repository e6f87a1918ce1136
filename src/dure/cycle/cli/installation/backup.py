"""Write everything into one file."""

import argparse
from pathlib import Path

from dure.cycle.cli.installation.opening import address, open_installation


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `dure backup`."""
    parser.add_argument(
        "file", type=Path, metavar="FILE", help="a new file; it holds personal data: keep it where few can read it"
    )


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 when the file is there, whole."""
    open_installation(as_owner=True)
    from dure.cycle.installing.backups import back_up

    about = back_up(address(), arguments.file)
    size = arguments.file.stat().st_size / 1e6
    print(f"{arguments.file}: {about['entries']:,} journal entries, {about['acts']:,} acts, {size:,.1f} MB")
    return 0
