"""A file of one job, in pieces, so that nobody ever holds the whole of it. What it held can be made again: no backup keeps it."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from dure.records.work.models import Job


class Part(models.TextChoices):
    """What a file is to its job."""

    GIVEN = "given"
    MADE = "made"


class File(models.Model):
    """What was handed in with a job, or what the job made. `until`: after that it is forgotten with its pieces; the job stays."""

    id = models.BigAutoField(primary_key=True)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="files")
    part = models.CharField(max_length=8, choices=Part.choices)
    name = models.CharField(max_length=120)
    media = models.CharField(max_length=120)
    size = models.BigIntegerField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of the content.")
    made_at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["job", "name"], name="file_once_per_job_and_name"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(media="") & Q(part__in=Part.values), name="file_has_its_name"),
            models.CheckConstraint(
                condition=Q(digest__regex=r"^[0-9a-f]{64}$") & Q(size__gte=0), name="file_is_known_by_its_sha256"
            ),
            models.CheckConstraint(condition=Q(until__gt=F("made_at")), name="file_is_kept_for_a_while"),
        ]
        indexes: ClassVar = [models.Index(fields=["until"], name="file_by_its_end")]

    def __str__(self) -> str:
        return f"{self.name} of job {self.job_id}"


class Chunk(models.Model):
    """A piece of a file: all but the last one are of the same length."""

    id = models.BigAutoField(primary_key=True)
    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="chunks")
    place = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        ordering: ClassVar = ["file_id", "place"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["file", "place"], name="chunk_once_per_place")]

    def __str__(self) -> str:
        return f"{self.file_id} {self.place}"
