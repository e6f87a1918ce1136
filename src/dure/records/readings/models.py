"""The log of readings: each time somebody of an office was shown what says something of another person."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from dure.records.parties.models import Person

LISTED = 1000  # subjects that one reading names


class _Said(models.Model):
    """What the person whose data it is may know of a reading.

    `whole`: too many people to name, or all that a list holds; `count`: how many; `data`: what kinds of data
    (`readings.personal`); `purpose`: the task, by the address.
    """

    at = models.DateTimeField()
    desk = models.CharField(max_length=16)
    route = models.CharField(max_length=80)
    form = models.CharField(max_length=8)
    data = ArrayField(models.CharField(max_length=16))
    count = models.IntegerField()
    whole = models.BooleanField(default=False)
    purpose = models.CharField(max_length=40)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.at} {self.route} {self.count}"


class _Logged(_Said):
    """All that a reading says. `subjects`: whose data, as KIND/KEY; none where `whole`, and then `asked` is the list's address.

    `reason`: what the reader wrote where it is asked for; `network`: from where, without the last part of the address.
    """

    reader = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    subjects = ArrayField(models.CharField(max_length=180))
    asked = models.TextField(max_length=4000, blank=True)
    reason = models.TextField(max_length=1000, blank=True)
    request = models.CharField(max_length=64)
    network = models.CharField(max_length=64, blank=True)

    class Meta:
        abstract = True


class Reading(_Logged):
    """One reading. Only ever added; forgotten by the worker once it is older than two years."""

    class Meta:
        ordering: ClassVar = ["-at", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["-at", "-id"], name="reading_by_time"),
            models.Index(fields=["reader", "-at", "-id"], name="reading_by_reader"),
            models.Index(fields=["-at", "-id"], condition=Q(whole=True), name="reading_in_bulk"),
            GinIndex(fields=["subjects"], name="reading_by_subject"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(count__gte=1) & (Q(whole=True) | ~Q(subjects=[])), name="reading_says_of_whom"),
            models.CheckConstraint(condition=~Q(data=[]) & ~Q(purpose="") & ~Q(route=""), name="reading_says_what_and_why"),
        ]


class ReadingOfOwn(_Said):
    """The view of what others have read of the person for whom the connection reads (`journal.readers`)."""

    class Meta:
        managed = False
        db_table = "readings_own"
        ordering: ClassVar = ["-at", "-id"]


class ReadingOverseen(_Logged):
    """The view of all readings, which has rows for auditors alone."""

    class Meta:
        managed = False
        db_table = "readings_overseen"
        ordering: ClassVar = ["-at", "-id"]
