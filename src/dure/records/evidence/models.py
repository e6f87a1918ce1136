"""Keys of people, answers that were signed with them, and the log of everything with its signed heads and witnesses' receipts."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from dure.records.journal.models import Act, Entry

_SHA256 = r"^[0-9a-f]{64}$"


class SigningKey(models.Model):
    """The public part of a key with which one person signs. It is never another person's, and once ended never in force again."""

    id = models.CharField(primary_key=True, max_length=32, help_text="First half of the SHA-256 of the public key.")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="signing_keys")
    public = models.CharField(max_length=1000, unique=True)
    credential = models.CharField(max_length=1400, blank=True, help_text="Of a passkey: by which the browser finds it.")
    name = models.CharField(max_length=80, blank=True)
    registered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["registered_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id__regex=r"^[0-9a-f]{32}$") & ~Q(public=""), name="key_is_known_by_its_sha256"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("registered_at")), name="key_ends_after_it_began"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.person_id}"


class SignedAnswer(models.Model):
    """The statement that a person signed when answering a recommendation, to the byte. Only ever added."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="signed_answers", help_text="What was answered.")
    key = models.ForeignKey(SigningKey, on_delete=models.PROTECT, related_name="signed_answers")
    statement = models.TextField(max_length=4000)
    signature = models.CharField(max_length=1000)
    authenticator_data = models.TextField(blank=True, max_length=4000)
    client_data = models.TextField(blank=True, max_length=4000)

    class Meta:
        ordering: ClassVar = ["entry", "key"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entry", "key"], name="answer_is_signed_once_by_a_key"),
            models.CheckConstraint(condition=~Q(statement="") & ~Q(signature=""), name="signed_answer_has_its_signature"),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.key_id}"


class Leaf(models.Model):
    """One entry or one act at its place in the log, and the link of the chain up to there. Only ever added."""

    place = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, null=True, blank=True, on_delete=models.PROTECT, related_name="leaf")
    act = models.OneToOneField(Act, null=True, blank=True, on_delete=models.PROTECT, related_name="leaf")
    leaf = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["place"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(place__gte=1), name="log_starts_at_one"),
            models.CheckConstraint(
                condition=Q(entry=None, act__isnull=False) | Q(entry__isnull=False, act=None), name="leaf_is_an_entry_or_an_act"
            ),
            models.CheckConstraint(condition=Q(leaf__regex=_SHA256) & Q(hash__regex=_SHA256), name="leaf_hashes_are_sha256"),
        ]

    def __str__(self) -> str:
        return f"{self.place}: {self.hash}"


class Head(models.Model):
    """The log as it stood, signed with the installation's own key. Only ever added."""

    size = models.BigIntegerField(primary_key=True)
    hash = models.CharField(max_length=64)
    at = models.DateTimeField()
    statement = models.TextField(max_length=4000)
    signature = models.CharField(max_length=1000)

    class Meta:
        ordering: ClassVar = ["size"]
        constraints: ClassVar = [models.CheckConstraint(condition=Q(hash__regex=_SHA256), name="head_hash_is_sha256")]

    def __str__(self) -> str:
        return f"{self.size}: {self.hash}"


class Receipt(models.Model):
    """A witness's countersignature of a head. Only ever added."""

    head = models.ForeignKey(Head, on_delete=models.PROTECT, related_name="receipts")
    witness = models.CharField(max_length=160)
    at = models.DateTimeField()
    statement = models.TextField(max_length=4000)
    signature = models.CharField(max_length=1000)

    class Meta:
        ordering: ClassVar = ["head", "witness"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["head", "witness"], name="head_is_witnessed_once_by_each"),
            models.CheckConstraint(condition=~Q(witness=""), name="receipt_names_its_witness"),
        ]

    def __str__(self) -> str:
        return f"{self.head_id} {self.witness}"
