"""What was done on the clusters, what was used, and what users were told about it."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from dure.records.allocation.models import Grant, lease_id
from dure.records.journal.fields import ExactField, half_open
from dure.records.supply.models import Pool, Server


class ProvisioningChange(models.Model):
    """One planned step on a pool's cluster, whether it was made, and whether it was undone."""

    class Action(models.TextChoices):
        CREATE = "create"
        MODIFY = "modify"
        DELETE = "delete"

    entry = models.ForeignKey("journal.Entry", on_delete=models.PROTECT, related_name="+")
    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="changes")
    order = models.IntegerField()
    action = models.CharField(max_length=8, choices=Action.choices)
    kind = models.CharField(max_length=16)
    name = models.CharField(max_length=200)
    set_to = models.JSONField(default=dict)
    undo_to = models.JSONField(default=dict)
    grant = models.ForeignKey(Grant, null=True, blank=True, on_delete=models.PROTECT, related_name="changes")
    planned_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["entry", "pool", "order"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entry", "pool", "order"], name="change_order_is_unique"),
            models.CheckConstraint(
                condition=Q(action__in=["create", "modify", "delete"], order__gte=1), name="change_is_possible"
            ),
            models.CheckConstraint(
                condition=(Q(applied_at=None) | Q(applied_at__gte=F("planned_at")))
                & (Q(undone_at=None) | Q(applied_at__isnull=False, undone_at__gte=F("applied_at"))),
                name="change_is_planned_then_applied_then_undone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order} {self.action} {self.kind} {self.name}"


class UsageRecord(models.Model):
    """What one grant held and used in a period, as metered and approved; no second counts twice.

    `part`: servers of a grant that share one period are metered together; see `lease_id`.
    """

    entry = models.ForeignKey("journal.Entry", on_delete=models.PROTECT, related_name="+")
    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="usage")
    part = models.SmallIntegerField(default=1)
    gpu_model = models.CharField(max_length=40)
    during = DateTimeRangeField()
    held_gpu_seconds = models.BigIntegerField()
    used_gpu_seconds = models.BigIntegerField()
    gpu_hours = ExactField(max_digits=36, decimal_places=18)
    utilisation = ExactField(max_digits=19, decimal_places=18, null=True, blank=True)
    busy = ExactField(max_digits=19, decimal_places=18, null=True, blank=True)
    energy_wh = models.BigIntegerField(null=True, blank=True)
    on_hold = models.BooleanField(default=False, help_text="Not billed before a difference is explained.")
    superseded_at = models.DateTimeField(null=True, blank=True, help_text="Later data took its place.")

    class Meta:
        ordering: ClassVar = ["grant", "part", "during"]
        indexes: ClassVar = [
            models.Index("during__startswith", "id", name="usage_by_start"),
            models.Index(fields=["gpu_hours", "id"], condition=Q(superseded_at=None), name="usage_by_hours"),
        ]
        constraints: ClassVar = [
            half_open("usage_period_is_half_open"),
            ExclusionConstraint(
                name="usage_is_counted_once",
                expressions=[
                    (F("grant"), RangeOperators.EQUAL),
                    (F("part"), RangeOperators.EQUAL),
                    (F("during"), RangeOperators.OVERLAPS),
                ],
                condition=Q(superseded_at=None),
            ),
            models.CheckConstraint(
                condition=Q(held_gpu_seconds__gte=0, used_gpu_seconds__gte=0, gpu_hours__gte=0)
                & (Q(utilisation=None) | Q(utilisation__gte=0)),
                name="usage_is_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grant_id} {self.during}"

    @property
    def lease(self) -> str:
        """The id under which metering and bills name the grant's part."""
        return lease_id(self.grant_id, self.part)


class ServerStateSummary(models.Model):
    """Seconds that one server spent in each state within a period; they add up."""

    entry = models.ForeignKey("journal.Entry", on_delete=models.PROTECT, related_name="+")
    server = models.ForeignKey(Server, on_delete=models.PROTECT, related_name="states")
    during = DateTimeRangeField()
    in_service = models.BigIntegerField()
    leased = models.BigIntegerField()
    idle = models.BigIntegerField()
    maintenance = models.BigIntegerField()
    own_use = models.BigIntegerField()
    superseded_at = models.DateTimeField(null=True, blank=True, help_text="Later data took its place.")

    class Meta:
        ordering: ClassVar = ["server", "during"]
        constraints: ClassVar = [
            half_open("state_period_is_half_open"),
            ExclusionConstraint(
                name="server_state_is_counted_once",
                expressions=[(F("server"), RangeOperators.EQUAL), (F("during"), RangeOperators.OVERLAPS)],
                condition=Q(superseded_at=None),
            ),
            models.CheckConstraint(
                condition=Q(in_service=F("leased") + F("idle") + F("maintenance") + F("own_use"))
                & Q(leased__gte=0, idle__gte=0, maintenance__gte=0, own_use__gte=0),
                name="states_add_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.server_id} {self.during}"


class DailyUse(models.Model):
    """One grant's utilisation on one day; empty means no data, which is not idle."""

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="days")
    day = models.DateField()
    utilisation = ExactField(max_digits=19, decimal_places=18, null=True, blank=True)
    busy_servers = models.IntegerField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["grant", "day"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["grant", "day"], name="use_once_a_day"),
            models.CheckConstraint(
                condition=Q(utilisation=None) | Q(utilisation__gte=0, utilisation__lte=1), name="use_is_a_share"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grant_id} {self.day}"


class Notice(models.Model):
    """A grant's people are told that it is to be reclaimed, and what they answered."""

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="notices")
    entry = models.ForeignKey("journal.Entry", on_delete=models.PROTECT, related_name="+")
    because = models.CharField(max_length=40)
    sent_on = models.DateField()
    answer_by = models.DateField()
    answered_on = models.DateField(null=True, blank=True)
    answer = models.TextField(blank=True, max_length=4000)
    answer_accepted = models.BooleanField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["sent_on", "grant"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["grant", "sent_on"], name="notice_once_a_day"),
            models.CheckConstraint(
                condition=Q(answer_by__gte=F("sent_on"))
                & (
                    Q(answered_on=None, answer="", answer_accepted=None)
                    | Q(answered_on__isnull=False, answered_on__gte=F("sent_on")) & ~Q(answer="")
                ),
                name="notice_is_sent_then_answered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grant_id} {self.sent_on}"


class Appeal(models.Model):
    """An organisation objects to one notice; until it is closed nothing is reclaimed.

    Without a notice: from the time when an appeal needed none, or could be made again.
    """

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="appeals")
    notice = models.ForeignKey(Notice, null=True, blank=True, on_delete=models.PROTECT, related_name="appeals")
    opened_on = models.DateField()
    text = models.TextField(max_length=4000)
    closed_on = models.DateField(null=True, blank=True)
    upheld = models.BooleanField(null=True, blank=True)
    finding = models.TextField(blank=True, max_length=4000)

    class Meta:
        ordering: ClassVar = ["opened_on", "grant"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["grant"], condition=Q(closed_on=None), name="appeal_one_open_per_grant"),
            models.UniqueConstraint(fields=["notice"], name="appeal_one_for_each_notice"),
            models.CheckConstraint(
                condition=Q(closed_on=None, upheld=None, finding="")
                | (Q(closed_on__isnull=False, closed_on__gte=F("opened_on"), upheld__isnull=False) & ~Q(finding="")),
                name="appeal_is_closed_with_a_finding",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grant_id} {self.opened_on}"
