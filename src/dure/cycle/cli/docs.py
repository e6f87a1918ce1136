"""Regenerate the reference pages: stages, rules, commands, acts, invariants, variables."""

import argparse
import os
from pathlib import Path

from dure.cycle.cli import WORDS
from dure.cycle.deciding import open_book
from dure.rules.book import DEFAULT


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `dure docs`."""
    parser.add_argument("--out", type=Path, default=Path("docs/reference"), metavar="DIR")


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0. Nothing is read of any database: the table of acts only has to be importable."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dure.portal.settings.test")
    import django

    django.setup()
    from dure.cycle.reference import pages

    for path, text in pages(open_book(DEFAULT), WORDS):
        target = arguments.out / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return 0
