"""Who gets which servers, and when: shares, rounds and their solves, grants, leases and the waiting list."""

import re
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from dure.records.demand.models import Application, UserCall
from dure.records.journal.fields import ExactField, half_open
from dure.records.supply.models import Pool, Server


class ShareSet(models.Model):
    """The sectors' shares from a day on, as approved; the next set ends it. Only ever added."""

    programme = models.CharField(max_length=160)
    from_on = models.DateField()
    entry = models.ForeignKey("journal.Entry", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["programme", "from_on"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["programme", "from_on"], name="share_set_once_a_day")]

    def __str__(self) -> str:
        return f"{self.programme} {self.from_on}"


class SectorShare(models.Model):
    """One sector's part; the parts of a set sum to one, exactly. Only ever added."""

    share_set = models.ForeignKey(ShareSet, on_delete=models.PROTECT, related_name="shares")
    sector = models.CharField(max_length=80)
    share = ExactField(max_digits=19, decimal_places=18)

    class Meta:
        ordering: ClassVar = ["share_set", "sector"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["share_set", "sector"], name="share_once_per_sector"),
            models.CheckConstraint(condition=Q(share__gte=0, share__lte=1), name="share_is_a_share"),
        ]

    def __str__(self) -> str:
        return f"{self.sector} {self.share}"


class AllocationRound(models.Model):
    """One allocation: weeks are counted from `start_on`, a Monday."""

    id = models.CharField(primary_key=True, max_length=160)
    user_call = models.ForeignKey(UserCall, null=True, blank=True, on_delete=models.PROTECT, related_name="rounds")
    start_on = models.DateField()
    weeks = models.IntegerField()
    opened_at = models.DateTimeField()
    pools = ArrayField(models.CharField(max_length=160), default=list, help_text="Pools whose public servers are allocated.")
    sectors = models.JSONField(default=list, help_text="Sectors with share, floor and ceiling, as allocation's facts have them.")
    draw_seed = models.CharField(max_length=160, blank=True)

    class Meta:
        ordering: ClassVar = ["start_on", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(weeks__gt=0, start_on__iso_week_day=1), name="round_starts_on_a_monday"),
        ]

    def __str__(self) -> str:
        return self.id


class Solve(models.Model):
    """One run of a round's allocation in the background: its last report, and how it ended.

    `steps` counts its reports; `bound` is the last one reported, in micro-points. Where a person stopped the search
    stands in the recommendation itself, so that it can be made again without these records. `job`: what is queued for it.
    """

    round = models.ForeignKey(AllocationRound, on_delete=models.PROTECT, related_name="solves")
    job = models.OneToOneField("work.Job", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey("parties.Person", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    stage = models.CharField(max_length=40, blank=True)
    figure = models.BigIntegerField(null=True, blank=True)
    bound = models.BigIntegerField(null=True, blank=True)
    steps = models.IntegerField(default=0)
    heard_at = models.DateTimeField(null=True, blank=True)
    cancel_asked_at = models.DateTimeField(null=True, blank=True)
    files_best = models.BooleanField(default=False, help_text="Stopped by a person who wants the best plan so far filed.")
    finished_at = models.DateTimeField(null=True, blank=True)
    entry = models.ForeignKey("journal.Entry", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    failure = models.TextField(blank=True)
    cancelled = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round"], condition=Q(finished_at=None), name="round_is_solved_once_at_a_time"),
            models.CheckConstraint(
                condition=Q(finished_at=None, entry=None, failure="", cancelled=False)
                | Q(finished_at__isnull=False, entry__isnull=False, failure="", cancelled=False)
                | (Q(finished_at__isnull=False, entry=None, cancelled=False) & ~Q(failure=""))
                | Q(finished_at__isnull=False, entry=None, failure="", cancelled=True, cancel_asked_at__isnull=False),
                name="solve_ends_in_one_way",
            ),
            models.CheckConstraint(
                condition=Q(steps__gte=0) & (Q(files_best=False) | Q(cancel_asked_at__isnull=False)),
                name="solve_is_stopped_by_asking",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.pk}"


class Plan(models.Model):
    """What an approved allocation of a round comes to; a later one of the round counts earlier leases in. Only ever added."""

    round = models.ForeignKey(AllocationRound, on_delete=models.PROTECT, related_name="plans")
    entry = models.OneToOneField("journal.Entry", on_delete=models.PROTECT, related_name="+")
    method = models.CharField(max_length=160)
    objective = models.BigIntegerField()
    bound = models.BigIntegerField()
    gap = ExactField(max_digits=24, decimal_places=18)
    idle_gpu_weeks = models.BigIntegerField()
    applications = models.IntegerField()
    sector_use = models.JSONField(help_text="GPU-weeks granted and leased within the round, by sector.")

    class Meta:
        ordering: ClassVar = ["round", "entry"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(objective__lte=F("bound"), applications__gte=0), name="plan_is_within_its_bound"),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.entry_id}"


class RoundReason(models.Model):
    """Why an application did not get all that it asked for in an approved plan. Only ever added."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="reasons")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="reasons")
    code = models.CharField(max_length=60)
    detail = models.JSONField(default=dict, help_text="The figures behind the reason, as the recommendation has them.")

    class Meta:
        ordering: ClassVar = ["plan", "application", "id"]
        indexes: ClassVar = [models.Index(fields=["application", "-plan"], name="reason_by_application")]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.code}"


class Grant(models.Model):
    """What one application got: so many servers of one pool, from when to when. Only ever added."""

    id = models.CharField(primary_key=True, max_length=200)
    round = models.ForeignKey(AllocationRound, on_delete=models.PROTECT, related_name="grants")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="grants")
    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="grants")
    servers = models.IntegerField()
    during = DateTimeRangeField()
    value = models.BigIntegerField(default=0)
    entry = models.ForeignKey("journal.Entry", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["round", "application"]
        indexes: ClassVar = [
            models.Index("during__startswith", "id", name="grant_by_start"),
            models.Index("during__endswith", name="grant_by_end"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "application"], name="grant_once_per_round"),
            models.CheckConstraint(condition=Q(servers__gt=0, value__gte=0) & ~Q(id__contains="#"), name="grant_is_of_servers"),
            half_open("grant_period_is_half_open"),
        ]

    def __str__(self) -> str:
        return self.id


class Lease(models.Model):
    """One server for one grant, for a time. It may end earlier, never later; no server is in two at once."""

    class Because(models.TextChoices):
        RETURNED = "returned"
        RECLAIMED = "reclaimed"
        REPLACED = "replaced"

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="leases")
    server = models.ForeignKey(Server, on_delete=models.PROTECT, related_name="leases")
    during = DateTimeRangeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True, help_text="Ended before it began.")
    ended_because = models.CharField(max_length=12, choices=Because.choices, blank=True)
    entry = models.ForeignKey("journal.Entry", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["grant", "server"]
        constraints: ClassVar = [
            half_open("lease_period_is_half_open"),
            ExclusionConstraint(
                name="server_is_leased_once_at_a_time",
                expressions=[(F("server"), RangeOperators.EQUAL), (F("during"), RangeOperators.OVERLAPS)],
                condition=Q(withdrawn_at=None),
            ),
            models.CheckConstraint(
                condition=Q(ended_because="", withdrawn_at=None, entry=None)
                | Q(ended_because__in=["returned", "replaced"])
                | Q(ended_because="reclaimed", entry__isnull=False),
                name="lease_ends_early_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grant_id} {self.server_id}"


def lease_id(grant_id: str, part: int) -> str:
    """What metering and settlement call the servers of a grant that share one period: most often all of them."""
    return grant_id if part == 1 else f"{grant_id}#{part}"


_PART = re.compile(r"(?P<grant>.+)#(?P<part>[1-9][0-9]{0,3})", re.DOTALL)


def grant_and_part(lease: str) -> tuple[str, int]:
    """The grant, and which part of its servers, of such an id."""
    match = _PART.fullmatch(lease)
    return (match["grant"], int(match["part"])) if match else (lease, 1)


class WaitingPlace(models.Model):
    """An application's place on the waiting list of a round; 1 is first."""

    round = models.ForeignKey(AllocationRound, on_delete=models.PROTECT, related_name="waiting")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="waiting")
    place = models.IntegerField()
    entry = models.ForeignKey("journal.Entry", on_delete=models.PROTECT, related_name="+")
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["round", "place"]
        indexes: ClassVar = [models.Index(fields=["place", "id"], condition=Q(left_at=None), name="waiting_by_place")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "application"], name="waiting_once_per_round"),
            models.UniqueConstraint(fields=["round", "place"], name="waiting_place_is_unique"),
            models.CheckConstraint(condition=Q(place__gte=1), name="waiting_place_starts_at_one"),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.place}: {self.application_id}"
