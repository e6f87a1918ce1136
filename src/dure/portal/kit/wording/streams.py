"""What is sent as it is made, in the language of whoever asked, although it is made after the request's own time."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from django.conf import settings
from django.utils.translation import get_language, override

Piece = TypeVar("Piece")


def in_language(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The pieces, each made in the language that holds now: this is called, and not first read, within the request."""
    return _made_in(get_language() or settings.LANGUAGE_CODE, iter(pieces))


def _made_in(language: str, pieces: Iterator[Piece]) -> Iterator[Piece]:
    while True:
        with override(language):
            try:
                piece = next(pieces)
            except StopIteration:
                return
        yield piece
