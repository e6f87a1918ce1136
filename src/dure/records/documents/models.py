"""Files with a title, each of one subject: an application, a grant, or a call."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from dure.records.parties.models import Organisation

LARGEST = 10_000_000  # bytes
MOST_OF_A_SUBJECT = 20  # that stand at a time
PUBLISHED = ("call", "user_call")
# By media type, the first bytes of such a file and how its name may end; office formats are archives or compound files.
_ZIP, _COMPOUND = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
KINDS_OF_FILE = {
    "application/pdf": (b"%PDF-", ("pdf",)),
    "image/png": (b"\x89PNG\r\n\x1a\n", ("png",)),
    "image/jpeg": (b"\xff\xd8\xff", ("jpg", "jpeg")),
    "application/zip": (_ZIP, ("zip", "hwpx", "docx", "xlsx", "pptx", "odt", "ods")),
    "application/x-ole-storage": (_COMPOUND, ("hwp", "doc", "xls", "ppt")),
}
_DIGEST = r"^[0-9a-f]{64}$"


class File(models.Model):
    """What a file is, and its bytes. `name`: as its sender called it; `media`: told by its first bytes."""

    name = models.CharField(max_length=120)
    media = models.CharField(max_length=40)
    size = models.IntegerField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of the content.")
    content = models.BinaryField()

    class Meta:
        abstract = True


class Upload(File):
    """A file that a person handed in and has not attached yet; after a day it is forgotten."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    handed_in_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [models.Index(fields=["handed_in_at"], name="upload_by_time")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "digest"], name="upload_once_per_person"),
            models.CheckConstraint(
                condition=Q(size__gte=1, size__lte=LARGEST, digest__regex=_DIGEST, media__in=list(KINDS_OF_FILE)),
                name="upload_is_a_file_that_is_taken",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Document(File):
    """A file of one subject. Written once; it can be removed, and is then read by nobody.

    `id`: KIND/SUBJECT/NUMBER. `part`: of a grant, what it supports. `organisation`: whose it is; none is everybody's to read.
    """

    class Kind(models.TextChoices):
        APPLICATION = "application"
        GRANT = "grant"
        CALL = "call"
        USER_CALL = "user_call"

    class Part(models.TextChoices):
        ANSWER = "answer"
        APPEAL = "appeal"
        REPORT = "report"

    id = models.CharField(primary_key=True, max_length=400)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    subject = models.CharField(max_length=330)
    part = models.CharField(max_length=8, choices=Part.choices, blank=True)
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="documents")
    title = models.CharField(max_length=200)
    attached_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    attached_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["kind", "subject", "attached_at", "id"]
        indexes: ClassVar = [models.Index(fields=["kind", "subject", "attached_at"], name="document_by_subject")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(size__gte=1, size__lte=LARGEST, digest__regex=_DIGEST, media__in=list(KINDS_OF_FILE)),
                name="document_is_a_file_that_is_taken",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=PUBLISHED, organisation=None)
                | Q(kind__in=("application", "grant"), organisation__isnull=False),
                name="document_is_somebodys_or_published",
            ),
            models.CheckConstraint(
                condition=Q(kind="grant", part__in=("answer", "appeal", "report")) | (~Q(kind="grant") & Q(part="")),
                name="document_of_a_grant_supports_something",
            ),
            models.CheckConstraint(condition=~Q(title="") & ~Q(name=""), name="document_has_its_title"),
            models.CheckConstraint(condition=Q(removed_at__gte=F("attached_at")), name="document_is_removed_after_it_came"),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.title}"
