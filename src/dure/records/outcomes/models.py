"""What the GPU-hours produced: reports that are due and came, and achievements with their evidence."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from dure.records.allocation.models import Grant
from dure.records.journal.fields import ExactField


class Report(models.Model):
    """A report on a grant: due on a day, and received on one."""

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="reports")
    due_on = models.DateField()
    received_on = models.DateField(null=True, blank=True)
    text = models.TextField(blank=True, max_length=20_000)

    class Meta:
        ordering: ClassVar = ["due_on", "grant"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["grant", "due_on"], name="report_once_per_due_day")]

    def __str__(self) -> str:
        return f"{self.grant_id} {self.due_on}"


class SectorResult(models.Model):
    """One sector's part of the results of a period, as approved; it feeds the next shares. Only ever added."""

    programme = models.CharField(max_length=160)
    period = models.CharField(max_length=160)
    sector = models.CharField(max_length=80)
    share = ExactField(max_digits=19, decimal_places=18)
    counted = models.IntegerField()
    reports_missing = models.IntegerField()
    entry = models.ForeignKey("journal.Entry", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["programme", "entry", "sector"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entry", "sector"], name="result_once_per_sector"),
            models.CheckConstraint(
                condition=Q(share__gte=0, share__lte=1, counted__gte=0, reports_missing__gte=0), name="result_is_possible"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.sector} {self.share}"


class Achievement(models.Model):
    """One reported result; it counts once somebody verified its evidence."""

    class Kind(models.TextChoices):
        PAPER = "paper"
        MODEL = "model"
        PATENT = "patent"
        PRODUCT = "product"
        REVENUE = "revenue"
        PEOPLE = "people_trained"

    id = models.CharField(primary_key=True, max_length=160)
    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="achievements")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    count = models.IntegerField(default=0)
    revenue_amount = models.BigIntegerField(default=0)
    evidence = models.TextField(blank=True, max_length=4000)
    achieved_on = models.DateField(null=True, blank=True, help_text="Its day; not told: that of its report.")
    reported_on = models.DateField()
    verified_on = models.DateField(null=True, blank=True)
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["grant", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    kind__in=["paper", "model", "patent", "product", "revenue", "people_trained"],
                    count__gte=0,
                    revenue_amount__gte=0,
                ),
                name="achievement_is_possible",
            ),
            models.CheckConstraint(
                condition=Q(achieved_on__lte=F("reported_on")), name="achievement_was_achieved_before_reported"
            ),
            models.CheckConstraint(
                condition=Q(verified_on=None, verified_by=None)
                | (Q(verified_on__gte=F("reported_on"), verified_by__isnull=False) & ~Q(evidence="")),
                name="achievement_is_verified_by_someone_with_evidence",
            ),
        ]

    def __str__(self) -> str:
        return self.id

    @property
    def is_verified(self) -> bool:
        return self.verified_on is not None
