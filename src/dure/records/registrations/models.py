"""What somebody asks who wants an organisation registered, and what an officer answered."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from dure.records.journal.fields import SecretField
from dure.records.journal.names import InWords, Names, said, usually
from dure.records.parties.models import ORGANISATIONAL_DESKS, Desk, Organisation, Person
from dure.records.parties.words import Words

MOST_DOCUMENTS = 5
LARGEST_DOCUMENT = 5 * 1024 * 1024
MEDIA = ("application/pdf", "image/png", "image/jpeg")


class Registration(models.Model):
    """A request, known to its asker by a link whose secret is kept as SHA-256 only. Answered once, by one officer.

    `number`: without separators. `desk`: where the first person will sit. `language`: in which the asker is written to.
    """

    id = models.CharField(primary_key=True, max_length=16)
    digest = SecretField(max_length=64, unique=True)
    name = Names()
    kind = models.CharField(max_length=40)
    number = models.CharField(max_length=40, db_index=True)
    address = models.CharField(max_length=300)
    desk = models.CharField(max_length=16, choices=Desk.choices)
    contact_name = models.CharField(max_length=120)
    contact_email = models.EmailField()
    language = models.CharField(max_length=8)
    asked_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="registrations")
    asked_at = models.DateTimeField(db_index=True)
    decided_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(max_length=4000, blank=True, help_text="Why it was refused.")
    organisation = models.OneToOneField(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="registration"
    )
    words = models.GeneratedField(
        expression=Words.of("number", InWords(F("name")), "contact_name"), output_field=models.TextField(), db_persist=True
    )

    class Meta:
        ordering: ClassVar = ["-asked_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(digest__regex=r"^[0-9a-f]{64}$", digest__startswith=F("id")),
                name="registration_is_known_by_its_sha256",
            ),
            models.CheckConstraint(
                condition=said("name") & ~Q(kind="") & ~Q(number="") & ~Q(contact_email=""), name="registration_says_who_asks"
            ),
            models.CheckConstraint(condition=Q(desk__in=ORGANISATIONAL_DESKS), name="registration_is_of_provider_or_applicant"),
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None, organisation=None, reason="")
                | (Q(decided_at__isnull=False, decided_by__isnull=False) & (Q(organisation=None) ^ Q(reason=""))),
                name="registration_is_confirmed_or_refused_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} {usually(self.name)}"


class Content(models.Model):
    """The bytes of a document, kept once under their SHA-256, and never read but to be handed out as a file."""

    digest = models.CharField(primary_key=True, max_length=64)
    content = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="content_is_known_by_its_sha256"),
        ]

    def __str__(self) -> str:
        return self.digest


class Document(models.Model):
    """A file that came with a request. `media`: told by its first bytes; `name`: as its sender called it."""

    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="documents")
    place = models.SmallIntegerField()
    name = models.CharField(max_length=120)
    media = models.CharField(max_length=40)
    size = models.IntegerField()
    content = models.ForeignKey(Content, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["registration", "place"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["registration", "place"], name="document_has_its_place"),
            models.CheckConstraint(condition=Q(place__gte=1, place__lte=MOST_DOCUMENTS), name="document_is_one_of_five"),
            models.CheckConstraint(condition=Q(media__in=MEDIA), name="document_is_a_pdf_or_a_picture"),
            models.CheckConstraint(condition=Q(size__gte=1, size__lte=LARGEST_DOCUMENT), name="document_is_not_too_large"),
        ]

    def __str__(self) -> str:
        return f"{self.registration_id}/{self.place} {self.name}"
