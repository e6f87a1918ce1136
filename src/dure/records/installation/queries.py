"""Reads what this database is for, and which rule book it goes by."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from dure.records.installation.models import Installation, RuleBook


def installation() -> Installation | None:
    """The row, or nothing where the making of this database was cut off before it."""
    return Installation.objects.first()


def rule_book() -> RuleBook | None:
    """The one adopted last; nothing where none ever was, as in a database that is just being made."""
    return RuleBook.objects.order_by("-id").first()


def book_lines() -> Iterator[dict[str, Any]]:
    """Every book that was adopted, in order, as it is exported: with its digest, and from when on."""
    for each in RuleBook.objects.order_by("id"):
        yield {"digest": each.digest, "adopted_at": each.adopted_at.astimezone(dt.UTC).isoformat(), "content": each.content}


def adoption() -> RuleBook | None:
    """The same without its content."""
    return RuleBook.objects.defer("content").order_by("-id").first()


def rule_book_digest() -> str:
    """Its digest alone; empty where there is none."""
    return RuleBook.objects.order_by("-id").values_list("digest", flat=True).first() or ""
