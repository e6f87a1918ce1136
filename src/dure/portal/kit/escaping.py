"""Escapes text for HTML; most cells hold nothing to escape, which one look tells."""

import html
import re
from collections.abc import Callable

_marked = re.compile("[&<>\"']").search
WORDS = frozenset({"text", "sentence", "link"})
_DATE = re.compile(r"(?<![\w-])[0-9]{4}-[0-9]{2}-[0-9]{2}(?![\w-])")


def escape(text: str) -> str:
    """The text with the five characters that mean something in HTML, between tags and in quotes, written as entities."""
    return html.escape(text) if _marked(text) else text


def beneath(text: str) -> str:
    """The text small below what stands in the cell; nothing where it is empty."""
    return f'<br><code class="small soft">{escape(text)}</code>' if text else ""


def escape_for(kind: str) -> Callable[[str], str]:
    """What escapes the cells of that kind: in words, a date stays on one line, where a browser would break it at a hyphen."""
    return _escape_words if kind in WORDS else escape


def _escape_words(text: str) -> str:
    escaped = escape(text)
    return _DATE.sub(r'<span class="date">\g<0></span>', escaped) if "-" in escaped else escaped
