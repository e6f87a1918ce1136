"""Comparisons of the database's clock with those of others, and deadlines that moved because they did not agree."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

LONGEST_SOURCE = 128


class Judged(models.TextChoices):
    """Does the database's clock agree with three others or more?"""

    AGREED = "agreed"
    NOT_AGREED = "not agreed"
    NOT_KNOWN = "not known"


class Comparison(models.Model):
    """The database's clock beside one source's, or why nobody can tell. Only ever added, by the worker.

    `at`: by the database. `offset_us`: by how many microseconds it is ahead, which may be wrong by half of `round_trip_us`.
    """

    at = models.DateTimeField(db_default=Now())
    source = models.CharField(max_length=LONGEST_SOURCE)
    offset_us = models.BigIntegerField(null=True, blank=True)
    round_trip_us = models.BigIntegerField(null=True, blank=True)
    why_none = models.CharField(max_length=24, blank=True, help_text="Why there is no offset; empty where there is one.")

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [models.Index(fields=["at", "source"], name="comparison_by_time")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(source=""), name="comparison_names_its_source"),
            models.CheckConstraint(
                condition=Q(offset_us__isnull=False, round_trip_us__gte=0, why_none="")
                | (Q(offset_us=None, round_trip_us=None) & ~Q(why_none="")),
                name="comparison_has_an_offset_or_says_why_not",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at} {self.source} {self.why_none or self.offset_us}"


class Postponement(models.Model):
    """A deadline that moved by the outage rule: from when to when, and what the comparisons said. Only ever added.

    `about`: the call as KIND/ID; `made_at`: the moment of the act.
    """

    about = models.CharField(max_length=200)
    closed_at = models.DateTimeField(help_text="The deadline until then.")
    closes_at = models.DateTimeField()
    judged = models.CharField(max_length=16, choices=Judged.choices)
    made_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["about", "closed_at"], name="postponement_is_made_once"),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("closed_at"), made_at__lt=F("closed_at")), name="postponement_moves_later_in_time"
            ),
            models.CheckConstraint(
                condition=Q(judged__in=[Judged.NOT_AGREED, Judged.NOT_KNOWN]), name="postponement_says_what_is_wrong"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.about} {self.closes_at}"
