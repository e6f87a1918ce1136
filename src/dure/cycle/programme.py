"""Which programme does this installation run: its folder of input, and its rule book, read once?"""

import os
from functools import cache
from pathlib import Path

import dure
from dure.cycle.deciding import open_book
from dure.formats.errors import BadInput
from dure.rules.book import DEFAULT, Book

PROGRAMMES = Path(dure.__file__).parent / "programmes"


@cache
def book() -> Book:
    """The rule book of `DURE_RULES`, or the packaged one; a faulty book stops the start."""
    return open_book(Path(os.environ.get("DURE_RULES", DEFAULT)))


def default_programme() -> Path:
    """The folder of the programme that comes with dure, in a checkout as in an installed wheel.

    Raises `BadInput` unless exactly one comes with it.
    """
    folders = sorted(path.parent for path in PROGRAMMES.glob("*/programme.json"))
    if len(folders) != 1:
        found = ", ".join(folder.name for folder in folders) or "none"
        raise BadInput(
            f"holds {len(folders)} programmes ({found}), and exactly one is run without being named.",
            where=str(PROGRAMMES),
            todo="Name the folder of the programme.",
        )
    return folders[0]
