"""Escapes text for HTML; most cells hold nothing to escape, which one look tells."""

import html
import re

_marked = re.compile("[&<>\"']").search


def escape(text: str) -> str:
    """The text with the five characters that mean something in HTML, between tags and in quotes, written as entities."""
    return html.escape(text) if _marked(text) else text
