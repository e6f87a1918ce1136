"""The chain of what was recommended and what a named person answered."""

import json
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

GENESIS = "0" * 64


class Head(models.Model):
    """The one row that is locked while an entry is added, so that the chain has no gap and no fork."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default=GENESIS)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="journal_has_one_head")]

    def __str__(self) -> str:
        return f"{self.seq}: {self.hash}"


class Kind(models.TextChoices):
    """What an entry says."""

    RECOMMENDATION = "recommendation", "권고"
    APPROVAL = "approval", "승인"
    REFUSAL = "refusal", "불승인"


class Entry(models.Model):
    """One filed recommendation, or the approval or refusal of one. Only ever added."""

    seq = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    stage = models.CharField(max_length=40)
    subject = models.CharField(max_length=160)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    who = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="entries")
    facts = models.TextField(blank=True)
    rules = models.TextField(blank=True)
    recommendation = models.TextField(blank=True)
    method = models.CharField(max_length=160, blank=True)
    facts_digest = models.CharField(max_length=64, blank=True)
    code_version = models.CharField(max_length=80)
    refers_to = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="answer")
    note = models.TextField(blank=True, max_length=4000)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering: ClassVar = ["seq"]
        indexes: ClassVar = [models.Index(fields=["stage", "subject"], name="journal_by_stage")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(seq__gte=1), name="journal_starts_at_one"),
            models.CheckConstraint(
                condition=Q(hash__regex=r"^[0-9a-f]{64}$") & Q(previous_hash__regex=r"^[0-9a-f]{64}$"),
                name="journal_hashes_are_sha256",
            ),
            models.CheckConstraint(
                condition=(
                    Q(kind=Kind.RECOMMENDATION, refers_to=None, facts_digest__regex=r"^[0-9a-f]{64}$")
                    & ~Q(facts="")
                    & ~Q(rules="")
                    & ~Q(recommendation="")
                )
                | (
                    Q(kind__in=[Kind.APPROVAL, Kind.REFUSAL], refers_to__isnull=False)
                    & Q(facts="", rules="", recommendation="", method="", facts_digest="")
                ),
                name="journal_entry_is_a_recommendation_or_an_answer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.kind} {self.stage} {self.subject}"

    @property
    def is_recommendation(self) -> bool:
        return self.kind == Kind.RECOMMENDATION

    @property
    def answered(self) -> "Entry | None":
        """The approval or refusal, if there is one."""
        return getattr(self, "answer", None)

    @property
    def is_pending(self) -> bool:
        return self.is_recommendation and self.answered is None

    @property
    def is_approved(self) -> bool:
        return self.answered is not None and self.answered.kind == Kind.APPROVAL

    @property
    def is_refused(self) -> bool:
        return self.answered is not None and self.answered.kind == Kind.REFUSAL

    def facts_value(self) -> Any:
        """The facts as plain JSON values."""
        return json.loads(self.facts) if self.facts else None

    def rules_value(self) -> Any:
        """The rules as plain JSON values."""
        return json.loads(self.rules) if self.rules else None

    def recommendation_value(self) -> Any:
        """The recommendation as plain JSON values."""
        return json.loads(self.recommendation) if self.recommendation else None
