"""The one row that tells dure's databases apart: by programme, and the demo's from all others; and the rule books it went by."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class Kind(models.TextChoices):
    """What the database is for. Only a demo's may be emptied, and only a demo's people all have the printed password."""

    PROGRAMME = "programme"
    DEMO = "demo"


class Installation(models.Model):
    """Written when the tables are there; `finished_at` when everything else is, so that what was cut off is known as such."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    programme = models.CharField(max_length=160, help_text="Id of the rule book that the journal is kept under.")
    begun_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    code_version = models.CharField(max_length=80)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id=1), name="installation_is_one"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values) & ~Q(programme=""), name="installation_has_its_programme"),
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(finished_at__gte=F("begun_at")), name="installation_ends_after_it_began"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.programme}"


class RuleBook(models.Model):
    """A rule book that decisions are made by from then on, until the next. Only ever added, by the owner."""

    id = models.BigAutoField(primary_key=True)
    digest = models.CharField(max_length=64)
    content = models.JSONField(help_text="Head and rules in plain values, of which `digest` is the digest.")
    adopted_at = models.DateTimeField()
    reason = models.TextField(max_length=4000)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="rule_book_digest_is_sha256"),
            models.CheckConstraint(condition=~Q(reason=""), name="rule_book_has_its_reason"),
        ]

    def __str__(self) -> str:
        return self.digest
