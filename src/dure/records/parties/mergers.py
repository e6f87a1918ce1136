"""Two that turn out to be one, organisations or accounts of a person: one person proposes it, another confirms or drops it."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class Merger(models.Model):
    """One person proposes that `organisation` is the same as `into`; another confirms or drops it."""

    organisation = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="mergers")
    into = models.ForeignKey("parties.Organisation", on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(max_length=4000)
    proposed_by = models.ForeignKey("parties.Person", on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey("parties.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-proposed_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(organisation=F("into")) & ~Q(reason=""), name="merger_is_of_two_with_a_reason"),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, confirmed_by=None)
                | (
                    Q(confirmed_at__isnull=False, confirmed_by__isnull=False, dropped_at=None) & ~Q(confirmed_by=F("proposed_by"))
                ),
                name="merger_is_confirmed_by_another",
            ),
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(confirmed_at=None, dropped_at=None), name="merger_of_one_waits_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} -> {self.into_id}"


class PersonMerger(models.Model):
    """One person proposes that the account `person` is of the same person as `into`; another confirms or drops it."""

    person = models.ForeignKey("parties.Person", on_delete=models.PROTECT, related_name="mergers")
    into = models.ForeignKey("parties.Person", on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(max_length=4000)
    proposed_by = models.ForeignKey("parties.Person", on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey("parties.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-proposed_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(person=F("into")) & ~Q(reason=""), name="person_merger_is_of_two_with_a_reason"),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, confirmed_by=None)
                | (
                    Q(confirmed_at__isnull=False, confirmed_by__isnull=False, dropped_at=None)
                    & ~Q(confirmed_by=F("proposed_by"))
                    & ~Q(confirmed_by=F("person"))
                    & ~Q(confirmed_by=F("into"))
                ),
                name="person_merger_is_confirmed_by_another",
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(confirmed_at=None, dropped_at=None), name="person_merger_of_one_waits_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} -> {self.into_id}"
