"""Which programme this installation runs: its rule book, read once."""

import os
from functools import cache
from pathlib import Path

from dure.cycle.deciding import open_book
from dure.rules.book import DEFAULT, Book


@cache
def book() -> Book:
    """The rule book of `DURE_RULES`, or the packaged one; a faulty book stops the start."""
    return open_book(Path(os.environ.get("DURE_RULES", DEFAULT)))
