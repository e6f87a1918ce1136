"""Panels, who sits on them, who steps back from which item, and the points they gave."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from dure.records.demand.models import Application
from dure.records.journal.fields import ExactField
from dure.records.procurement.models import Proposal


class Panel(models.Model):
    """An expert committee for the items of one subject: a call's proposals, or a user call's applications."""

    class Kind(models.TextChoices):
        PROPOSAL = "proposal"
        APPLICATION = "application"

    id = models.CharField(primary_key=True, max_length=160)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    subject = models.CharField(max_length=160)
    seated_at = models.DateTimeField()
    locked_at = models.DateTimeField(null=True, blank=True)
    criteria = models.JSONField(default=list, help_text="Criteria with weights, as the evaluation's facts have them.")
    draw_seed = models.CharField(max_length=160, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=["proposal", "application"]), name="panel_kind_is_known"),
            models.CheckConstraint(
                condition=Q(locked_at=None) | Q(locked_at__gte=models.F("seated_at")), name="panel_is_locked_after_it_sat"
            ),
        ]

    def __str__(self) -> str:
        return self.id


class Seat(models.Model):
    """One evaluator's seat: known by its code; who sits there is for few to know. One that was left judges nothing any more."""

    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="seats")
    code = models.CharField(max_length=40)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="seats")
    left_at = models.DateTimeField(null=True, blank=True, help_text="Somebody else was seated in this place.")

    class Meta:
        ordering: ClassVar = ["panel", "code"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["panel", "code"], name="seat_code_is_unique"),
            models.UniqueConstraint(fields=["panel", "person"], name="seat_of_a_person_is_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.panel_id} {self.code}"


class Assignment(models.Model):
    """One item that one seat is to judge or has judged: a view over seats, what was handed in, and sheets; nothing is stored."""

    id = models.CharField(primary_key=True, max_length=200)
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="assignments")
    item = models.CharField(max_length=160)
    application = models.ForeignKey(Application, null=True, on_delete=models.PROTECT, related_name="+")
    proposal = models.ForeignKey(Proposal, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        managed = False
        ordering: ClassVar = ["seat", "item"]

    def __str__(self) -> str:
        return f"{self.seat_id} {self.item}"


class Recusal(models.Model):
    """An evaluator steps back from one item. Only ever added."""

    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="recusals")
    item = models.CharField(max_length=160)
    reason = models.CharField(max_length=400)
    declared_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["seat", "item"], name="recusal_once_per_item")]

    def __str__(self) -> str:
        return f"{self.seat_id} {self.item}"


class ScoreSheet(models.Model):
    """One evaluator's points for one item; a new version supersedes the old, which stays. Only ever added."""

    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="sheets")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="sheets")
    item = models.CharField(max_length=160)
    version = models.IntegerField(default=1)
    points = models.JSONField()
    submitted_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["panel", "item", "seat", "version"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(version__gte=1), name="sheet_version_starts_at_one"),
            models.UniqueConstraint(fields=["seat", "item", "version"], name="sheet_version_is_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.seat_id} {self.item} v{self.version}"


class Ranked(models.Model):
    """One item's place in an approved ranking of a panel; empty figures where it was not assessed. Only ever added."""

    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="ranking")
    item = models.CharField(max_length=160)
    rank = models.IntegerField(null=True, blank=True)
    total = ExactField(max_digits=24, decimal_places=9, null=True, blank=True)
    technical = ExactField(max_digits=24, decimal_places=9, null=True, blank=True)
    passed = models.BooleanField()
    criteria = models.JSONField(default=dict, help_text="Averaged points per criterion, as decimal text.")
    entry = models.ForeignKey("journal.Entry", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["panel", "rank", "item"]
        indexes: ClassVar = [models.Index(fields=["item", "-entry"], name="ranked_by_item")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["panel", "entry", "item"], name="ranked_once_per_entry"),
            models.CheckConstraint(condition=Q(rank=None) | Q(rank__gte=1), name="rank_starts_at_one"),
        ]

    def __str__(self) -> str:
        return f"{self.panel_id} {self.rank}: {self.item}"


class SiteVisit(models.Model):
    """Points of an inspection on the site. Only ever added."""

    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="visits")
    item = models.CharField(max_length=160)
    points = ExactField(max_digits=12, decimal_places=6)
    visited_on = models.DateField()
    findings = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(points__gte=0), name="visit_points_are_not_negative"),
            models.UniqueConstraint(fields=["panel", "item"], name="visit_once_per_item"),
        ]

    def __str__(self) -> str:
        return f"{self.panel_id} {self.item}"
