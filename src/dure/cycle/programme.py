"""Which programme does this installation run: its folder, and its rule book, read once?"""

from functools import cache
from pathlib import Path

from dure.cycle.deciding import open_book
from dure.formats.errors import BadInput
from dure.formats.folder.vocabulary import LISTS
from dure.rules.book import Book
from dure.rules.changes import Content, content_of, digest_of
from dure.rules.folder import Folder
from dure.rules.manifest import PACKAGED, chosen, programmes

OFFICES = ("roles",)  # of organisations; desks of the same name have words of dure's


@cache
def book() -> Book:
    """The rule book in the folder `DURE_PROGRAMME`, or in the one that comes with dure; a faulty book stops the start."""
    found = open_book(chosen())
    words()  # pages read them, and are not the place to find a fault in
    return found


@cache
def words() -> dict[str, dict[str, str]]:
    """What its vocabulary calls each id, by language; nothing where it has no vocabulary."""
    vocabulary = Folder(chosen()).vocabulary
    lists: list[dict[str, dict[str, str]]] = [getattr(vocabulary, name) for name in LISTS if name not in OFFICES]
    return {word: said for each in lists for word, said in each.items()}


@cache
def content() -> Content:
    """What its rule book says, in plain values."""
    return content_of(book())


@cache
def book_digest() -> str:
    """The digest of that."""
    return digest_of(content())


def default_programme() -> Path:
    """The folder of the programme that comes with dure, in a checkout as in an installed wheel.

    Raises `BadInput` unless exactly one comes with it.
    """
    folders = list(programmes().values())
    if len(folders) != 1:
        found = ", ".join(folder.name for folder in folders) or "none"
        raise BadInput(
            f"holds {len(folders)} programmes ({found}), and exactly one is run without being named.",
            where=str(PACKAGED),
            todo="Name the folder of the programme.",
        )
    return folders[0]
