"""Calls for providers, what was proposed, what was awarded and what was agreed."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from dure.formats.versions import amounts_named_as_now
from dure.records.journal.fields import ExactField
from dure.records.journal.names import Names, said, usually
from dure.records.parties.models import Organisation


class Call(models.Model):
    """A call that selects providers within a budget; `awarded_amount` is kept by a trigger on awards."""

    id = models.CharField(primary_key=True, max_length=160)
    title = Names()
    budget_amount = models.BigIntegerField()
    awarded_amount = models.BigIntegerField(default=0)
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    briefing_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["opened_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(awarded_amount__gte=0, awarded_amount__lte=F("budget_amount")), name="call_awards_within_budget"
            ),
            models.CheckConstraint(condition=Q(closes_at__gt=F("opened_at")), name="call_closes_after_it_opened"),
            models.CheckConstraint(condition=said("title"), name="call_has_a_title"),
        ]

    def __str__(self) -> str:
        return usually(self.title)

    @property
    def room_amount(self) -> int:
        """What can still be awarded."""
        return self.budget_amount - self.awarded_amount


class Extension(models.Model):
    """A later deadline of a call: proposed with its public reason, and in force once another person has confirmed it."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="extensions")
    closes_at = models.DateTimeField()
    reason = models.TextField(max_length=4000)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["call", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(reason=""), name="extension_has_its_reason"),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, confirmed_by=None)
                | (Q(confirmed_at__gte=F("proposed_at"), confirmed_by__isnull=False) & ~Q(confirmed_by=F("proposed_by"))),
                name="extension_is_confirmed_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call_id} {self.closes_at}"


class Question(models.Model):
    """A question about a call, and its published answer."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="questions")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    question = models.TextField(max_length=4000)
    answer = models.TextField(blank=True, max_length=4000)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["asked_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None) | (~Q(answer="") & Q(answered_at__gte=F("asked_at"))),
                name="question_is_answered_with_a_date",
            ),
        ]

    def __str__(self) -> str:
        return self.question[:60]


class Proposal(models.Model):
    """What a provider handed in before the deadline; a new version supersedes the old. Only ever added."""

    id = models.CharField(primary_key=True, max_length=160)
    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="proposals")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="proposals")
    version = models.IntegerField(default=1)
    submitted_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    content = models.JSONField(help_text="As it was handed in, of which `digest` is the digest; `offered` reads it.")
    digest = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["call", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["call", "provider", "version"], name="proposal_version_is_unique"),
            models.CheckConstraint(condition=Q(version__gte=1), name="proposal_version_starts_at_one"),
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="proposal_digest_is_sha256"),
        ]

    def __str__(self) -> str:
        return self.id

    @property
    def offered(self) -> Any:
        """The content with its fields named as they are named now."""
        return amounts_named_as_now(self.content)


class Award(models.Model):
    """One lot of one proposal, taken in a quantity for a price. Only ever added."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="awards")
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="awards")
    lot = models.CharField(max_length=160)
    gpu_model = models.CharField(max_length=40, blank=True)
    gpus_per_server = models.IntegerField()
    servers = models.IntegerField()
    own_use_servers = models.IntegerField(default=0)
    price_amount = models.BigIntegerField()
    awarded_on = models.DateField()
    entry = models.ForeignKey("journal.Entry", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["call", "proposal", "lot"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["proposal", "lot"], name="award_once_per_lot"),
            models.CheckConstraint(
                condition=Q(
                    servers__gt=0,
                    gpus_per_server__gt=0,
                    own_use_servers__gte=0,
                    own_use_servers__lte=F("servers"),
                    price_amount__gte=0,
                ),
                name="award_quantities_are_possible",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.lot}"

    @property
    def gpus(self) -> int:
        return self.servers * self.gpus_per_server

    @property
    def public_gpus(self) -> int:
        return (self.servers - self.own_use_servers) * self.gpus_per_server


class Agreement(models.Model):
    """What was agreed with a provider about its awards; the terms are in its versions. Only ever added."""

    id = models.CharField(primary_key=True, max_length=160)
    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="agreements")
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="agreements")
    signed_on = models.DateField()

    class Meta:
        ordering: ClassVar = ["signed_on", "id"]

    def __str__(self) -> str:
        return self.id


class AgreedAward(models.Model):
    """That award is part of that agreement, and of no other. Only ever added."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="agreed_awards")
    award = models.OneToOneField(Award, on_delete=models.PROTECT, related_name="agreed")

    def __str__(self) -> str:
        return f"{self.agreement_id}: {self.award_id}"


class AgreementVersion(models.Model):
    """The terms as signed (version 1) or amended; the latest is in force. Only ever added."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="versions")
    version = models.IntegerField()
    agreed_on = models.DateField()
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="The first day that is no longer covered.")
    owner = models.CharField(max_length=160)
    user_right = models.CharField(max_length=160)
    own_use_share = ExactField(max_digits=19, decimal_places=18)
    terms = models.JSONField(default=dict)
    reason = models.TextField(blank=True, max_length=4000)

    class Meta:
        ordering: ClassVar = ["agreement", "version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agreement", "version"], name="agreement_version_is_unique"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="agreement_ends_after_it_starts"),
            models.CheckConstraint(condition=Q(own_use_share__gte=0, own_use_share__lte=1), name="own_use_share_is_a_share"),
            models.CheckConstraint(condition=Q(version=1) | (Q(version__gt=1) & ~Q(reason="")), name="amendment_has_its_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} v{self.version}"
