"""One job in the background. A trigger queues it in the transaction that asks for it: neither is there without the other."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Queue(models.TextChoices):
    """Short jobs have a process of their own, so that none waits for a search of half an hour."""

    SHORT = "short"
    LONG = "long"


class Job(models.Model):
    """What was asked for, how far it is, and how it ended: with an outcome, with a failure, or cancelled.

    `attempts` counts how often a process has begun it; a process that has been overtaken by a later attempt writes nothing.
    `done` of `total`: how far the present `stage` is, where that is known.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=200, help_text="KIND/ID of what it is about.")
    queue = models.CharField(max_length=8, choices=Queue.choices)
    inputs = models.JSONField(default=dict, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True,
        help_text="Null: the worker itself, by the clock.",
    )  # fmt: skip
    asked_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    begun_at = models.DateTimeField(null=True, blank=True)
    heard_at = models.DateTimeField(null=True, blank=True)
    stage = models.CharField(max_length=40, blank=True)
    done = models.BigIntegerField(null=True, blank=True)
    total = models.BigIntegerField(null=True, blank=True)
    cancel_asked_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    outcome = models.JSONField(null=True, blank=True)
    failure = models.TextField(blank=True)
    cancelled = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "subject"], condition=Q(finished_at=None), name="job_is_done_once_at_a_time"),
            models.CheckConstraint(condition=~Q(kind="") & ~Q(subject="") & Q(queue__in=Queue.values), name="job_has_its_queue"),
            models.CheckConstraint(
                condition=Q(finished_at=None, outcome__isnull=True, failure="", cancelled=False)
                | Q(finished_at__isnull=False, failure="", cancelled=False)
                | (Q(finished_at__isnull=False, outcome__isnull=True, cancelled=False) & ~Q(failure=""))
                | Q(finished_at__isnull=False, outcome__isnull=True, failure="", cancelled=True, cancel_asked_at__isnull=False),
                name="job_ends_in_one_way",
            ),
            models.CheckConstraint(
                condition=(Q(done=None) | Q(done__gte=0)) & (Q(total=None) | Q(total__gte=F("done"))),
                name="job_is_within_its_total",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["kind", "-id"], name="job_by_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
