"""The chain of what was recommended and what a named person answered, and the record of every act."""

import datetime as dt
import json
import zlib
from typing import Any, ClassVar

import msgspec
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

GENESIS = "0" * 64
JOURNAL_FORMAT = 2  # which fields of an entry its hash covers: `chain.hashed_fields`
_SHA256 = r"^[0-9a-f]{64}$"


class Head(models.Model):
    """The one row that is locked while an entry is added, so that the chain has no gap and no fork."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default=GENESIS)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="journal_has_one_head")]

    def __str__(self) -> str:
        return f"{self.seq}: {self.hash}"


class Document(models.Model):
    """One canonical JSON text by its SHA-256, compressed: stored once however often it is filed. Only ever added."""

    digest = models.CharField(primary_key=True, max_length=64)
    size = models.BigIntegerField(help_text="Bytes of the canonical JSON.")
    content = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(digest__regex=_SHA256, size__gte=1), name="document_has_its_digest"),
        ]

    def __str__(self) -> str:
        return self.digest

    def value(self) -> Any:
        """The document as plain JSON values."""
        return json.loads(self.text())

    def text(self) -> bytes:
        """The canonical JSON."""
        return zlib.decompress(self.content)

    def top_level(self) -> dict[str, Any]:
        """Of a JSON object the values by key as they stand in the text, each a `msgspec.Raw`: none of them is parsed."""
        return dict(msgspec.json.decode(self.text(), type=dict[str, msgspec.Raw]))


class Kind(models.TextChoices):
    """What an entry says."""

    RECOMMENDATION = "recommendation"
    APPROVAL = "approval"
    REFUSAL = "refusal"


class Entry(models.Model):
    """One filed recommendation, or the approval or refusal of one. Only ever added.

    Its key is (programme, stage, decision, subject, format version); the documents stand apart, by digest.
    """

    seq = models.BigIntegerField(primary_key=True)
    journal = models.SmallIntegerField(default=JOURNAL_FORMAT)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    programme = models.CharField(max_length=160)
    stage = models.CharField(max_length=40)
    decision = models.CharField(max_length=40)
    subject = models.CharField(max_length=160)
    format_version = models.SmallIntegerField(default=1)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    who = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="entries")
    who_then = models.CharField(max_length=80, blank=True, help_text="Log-in name in the hash of entries of format 1.")
    facts = models.ForeignKey(Document, null=True, on_delete=models.PROTECT, related_name="+")
    rules = models.ForeignKey(Document, null=True, on_delete=models.PROTECT, related_name="+")
    recommendation = models.ForeignKey(Document, null=True, on_delete=models.PROTECT, related_name="+")
    method = models.CharField(max_length=160, blank=True)
    edits = models.JSONField(default=list, help_text="Where a person changed the facts that the records gave, with both values.")
    code_version = models.CharField(max_length=80)
    refers_to = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="answer")
    note = models.TextField(blank=True, max_length=4000)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering: ClassVar = ["seq"]
        indexes: ClassVar = [
            models.Index(fields=["programme", "stage", "decision", "subject"], name="journal_by_key"),
            models.Index(fields=["decision", "subject"], name="journal_by_subject"),
            models.Index(fields=["kind", "seq"], name="journal_by_kind"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(seq__gte=1), name="journal_starts_at_one"),
            models.CheckConstraint(
                condition=~Q(programme="") & ~Q(stage="") & ~Q(decision="") & ~Q(subject="") & Q(format_version__gte=1),
                name="journal_entry_has_its_key",
            ),
            models.CheckConstraint(
                condition=Q(hash__regex=_SHA256) & Q(previous_hash__regex=_SHA256),
                name="journal_hashes_are_sha256",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind=Kind.RECOMMENDATION,
                    refers_to=None,
                    facts__isnull=False,
                    rules__isnull=False,
                    recommendation__isnull=False,
                )
                | Q(
                    kind__in=[Kind.APPROVAL, Kind.REFUSAL],
                    refers_to__isnull=False,
                    facts=None,
                    rules=None,
                    recommendation=None,
                    method="",
                ),
                name="journal_entry_is_a_recommendation_or_an_answer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.kind} {self.decision} {self.subject}"

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

    @property
    def approved_at(self) -> dt.datetime:
        """When it was approved; raises `ValueError` for one that is not."""
        if self.answered is None or not self.is_approved:
            raise ValueError(f"journal entry {self.seq} is not approved")
        return self.answered.at

    @property
    def facts_digest(self) -> str:
        return self.facts_id or ""

    # As documents, to be shown, compared or decided from again. What carries an entry out reads structs: `journal.filed`.

    def facts_value(self) -> Any:
        """The facts as plain JSON values; of a national round 100 MB, so pages read `records.explanations` instead."""
        return self.facts.value() if self.facts else None

    def rules_value(self) -> Any:
        """The rules as plain JSON values."""
        return self.rules.value() if self.rules else None

    def recommendation_value(self) -> Any:
        """The recommendation as plain JSON values."""
        return self.recommendation.value() if self.recommendation else None


class Signature(models.Model):
    """One of several people who approve a recommendation where one is not enough; the last signature is the approval itself."""

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="signatures")
    who = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="signatures")
    at = models.DateTimeField()
    note = models.TextField(blank=True, max_length=4000)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["entry", "who"], name="signature_once_per_person")]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.who_id}"


class Statement(models.Model):
    """What a person states for a decision where no other record holds it; the newest of a subject counts. Only ever added."""

    id = models.BigAutoField(primary_key=True)
    programme = models.CharField(max_length=160)
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=160)
    content = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    stated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="statements")
    stated_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [models.Index(fields=["programme", "kind", "subject", "-id"], name="statement_by_subject")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(kind="") & ~Q(subject=""), name="statement_has_kind_and_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class Act(models.Model):
    """One command as it was carried out: who did what to which subject, when and by which door. Only ever added.

    What the worker does by a rule, nobody does; which acts those are, a trigger says. The last act on a subject is the
    subject's version: a person who acts on what an earlier act showed is told so.
    """

    id = models.BigAutoField(primary_key=True)
    programme = models.CharField(max_length=160)
    command = models.CharField(max_length=60)
    about = models.CharField(max_length=200, help_text="KIND/ID of the subject acted on.")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="acts")
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    via = models.CharField(max_length=16)
    input = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    result = models.JSONField(null=True)
    key = models.CharField(max_length=160, blank=True, help_text="Idempotency key given by the caller.")
    code_version = models.CharField(max_length=80)

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [
            models.Index(fields=["about", "-id"], name="act_by_subject"),
            models.Index(fields=["command", "id"], name="act_by_command"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "key"], condition=~Q(key=""), name="act_key_is_used_once"),
            models.CheckConstraint(condition=~Q(command="") & ~Q(about=""), name="act_has_command_and_subject"),
            models.CheckConstraint(
                condition=Q(via__in=["page", "api", "command line", "import", "script", "worker"]),
                name="act_came_by_a_known_door",
            ),
            models.CheckConstraint(
                condition=Q(person=None, via="worker") | (Q(person__isnull=False) & ~Q(via="worker")),
                name="act_is_somebody_s_or_the_worker_s",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.command} {self.about}"
