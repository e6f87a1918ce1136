"""What pages show of a filed recommendation, made from it once: of a national round, nobody parses 100 MB for a page of 25 rows.

Derived from the journal, and from nothing else but names: it may be deleted at any time and is made again when it is asked for.
"""

import json
import zlib
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Explanation(models.Model):
    """One part of what is shown of one recommendation in one language; its long tables stand apart, row by row."""

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey("journal.Entry", on_delete=models.PROTECT, related_name="explanations")
    part = models.CharField(max_length=40)
    language = models.CharField(max_length=12, blank=True, help_text="Empty where no word of it is shown.")
    made_with = models.CharField(max_length=64, help_text="Digest of the code, the words and the rule book by which it was made.")
    nameless = ArrayField(models.CharField(max_length=200), default=list, help_text="Proposals without a provider's name yet.")
    brief = models.JSONField(default=dict, help_text="What lists of recommendations show of it.")
    head = models.BinaryField(help_text="All but the long tables: JSON, compressed.")

    class Meta:
        ordering: ClassVar = ["entry_id", "part", "language"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entry", "part", "language"], name="explanation_once_per_part_and_language"),
            models.CheckConstraint(condition=~Q(part="") & ~Q(made_with=""), name="explanation_has_its_part"),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.part} {self.language}".strip()

    def content(self) -> Any:
        """The head as plain JSON values."""
        return json.loads(zlib.decompress(self.head))


class Row(models.Model):
    """One row of a long table. `ranks`: by column, the place of its value among those of the column; null where it is empty."""

    explanation = models.ForeignKey(Explanation, on_delete=models.PROTECT, related_name="rows")
    table = models.CharField(max_length=60)
    place = models.IntegerField()
    cells = models.TextField(help_text="The values in the order of the table's keys, as a JSON list.")
    text = models.TextField(
        blank=True, help_text="What is searched: the values as they are stored and as they are written, casefolded."
    )
    ranks = ArrayField(models.IntegerField(null=True))

    class Meta:
        ordering: ClassVar = ["explanation_id", "table", "place"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["explanation", "table", "place"], name="row_once_per_place"),
            models.CheckConstraint(condition=Q(place__gte=0), name="row_has_its_place"),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.place}"


class Piece(models.Model):
    """What is read by key rather than turned over: values of neighbouring keys together, compressed."""

    explanation = models.ForeignKey(Explanation, on_delete=models.PROTECT, related_name="pieces")
    first = models.CharField(max_length=200, help_text="The smallest of its keys.")
    content = models.BinaryField(help_text="Values by key: JSON, compressed.")

    class Meta:
        ordering: ClassVar = ["explanation_id", "first"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["explanation", "first"], name="piece_once_per_key")]

    def __str__(self) -> str:
        return self.first
