"""What is wanted: surveys and their answers, calls for users, and what they applied for."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from dure.records.journal.fields import ExactField
from dure.records.journal.names import Names, said, usually
from dure.records.parties.models import Organisation
from dure.records.parties.words import Words


class Survey(models.Model):
    """One demand survey."""

    id = models.CharField(primary_key=True, max_length=160)
    title = Names()
    opened_on = models.DateField()
    closed_on = models.DateField()
    invited = models.IntegerField()
    past = models.JSONField(default=list, help_text="What the last survey estimated and what then came, by sector.")

    class Meta:
        ordering: ClassVar = ["opened_on", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(closed_on__gte=F("opened_on"), invited__gt=0), name="survey_is_possible"),
            models.CheckConstraint(condition=said("title"), name="survey_has_a_title"),
        ]

    def __str__(self) -> str:
        return usually(self.title)


class SurveyFrameCell(models.Model):
    """How many organisations of that sector and size there are."""

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="frame")
    sector = models.CharField(max_length=80)
    size = models.CharField(max_length=80)
    organisations = models.IntegerField()

    class Meta:
        ordering: ClassVar = ["survey", "sector", "size"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["survey", "sector", "size"], name="frame_cell_is_unique"),
            models.CheckConstraint(condition=Q(organisations__gt=0), name="frame_cell_is_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.survey_id} {self.sector} {self.size}"


class SurveyResponse(models.Model):
    """One answer. Only ever added."""

    id = models.CharField(primary_key=True, max_length=160)
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="responses")
    organisation = models.CharField(max_length=160)
    sector = models.CharField(max_length=80)
    size = models.CharField(max_length=80)
    region = models.CharField(max_length=80)
    use = models.CharField(max_length=80)
    gpu_model = models.CharField(max_length=40)
    servers = models.IntegerField()
    weeks = models.IntegerField()
    start_on = models.DateField()
    would_pay_per_gpu_hour = models.BigIntegerField(null=True, blank=True)
    same_need_as = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["survey", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(servers__gte=0, weeks__gte=0) & (Q(would_pay_per_gpu_hour=None) | Q(would_pay_per_gpu_hour__gte=0)),
                name="response_is_not_negative",
            ),
            models.CheckConstraint(condition=Q(same_need_as=None) | ~Q(same_need_as=F("id")), name="response_repeats_another"),
        ]

    def __str__(self) -> str:
        return self.id


class SurveyEstimate(models.Model):
    """What a survey was approved to say: GPUs wanted with a 95 % interval, and each sector's part. Only ever added."""

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="estimates")
    gpus = ExactField(max_digits=24, decimal_places=6)
    low = ExactField(max_digits=24, decimal_places=6)
    high = ExactField(max_digits=24, decimal_places=6)
    response_rate = ExactField(max_digits=19, decimal_places=18)
    shares = models.JSONField(help_text="Each sector's part of the demand, as decimal text.")
    entry = models.ForeignKey("journal.Entry", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["survey", "entry"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["survey", "entry"], name="estimate_once_per_entry"),
            models.CheckConstraint(condition=Q(low__lte=F("gpus"), gpus__lte=F("high")), name="estimate_is_in_its_interval"),
        ]

    def __str__(self) -> str:
        return f"{self.survey_id}: {self.gpus}"


class UserCall(models.Model):
    """A round in which organisations apply for use."""

    id = models.CharField(primary_key=True, max_length=160)
    title = Names()
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    gpus_offered = models.IntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["opens_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at"), gpus_offered__gte=0), name="user_call_is_possible"),
            models.CheckConstraint(condition=said("title"), name="user_call_has_a_title"),
        ]

    def __str__(self) -> str:
        return usually(self.title)


class Application(models.Model):
    """What one organisation applied for, as handed in before the deadline; until then it can be withdrawn. Else only added."""

    class Pod(models.TextChoices):
        REQUIRED = "required"
        PREFERRED = "preferred"
        ANY = "any"

    id = models.CharField(primary_key=True, max_length=160)
    user_call = models.ForeignKey(UserCall, on_delete=models.PROTECT, related_name="applications")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="applications")
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="applications"
    )
    sector = models.CharField(max_length=80)
    title = models.CharField(max_length=300)
    purpose = models.CharField(max_length=80)
    use = models.CharField(max_length=80, blank=True)
    gpu_models = models.JSONField(help_text="GPU model: value, as decimal text in (0, 1].")
    servers = models.IntegerField()
    minimum_servers = models.IntegerField()
    weeks = models.IntegerField()
    earliest_week = models.IntegerField(default=0)
    latest_week = models.IntegerField()
    pod = models.CharField(max_length=10, choices=Pod.choices, default=Pod.PREFERRED)
    large_project_plan = models.BooleanField(default=False)
    supported_by = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    people = ArrayField(
        models.CharField(max_length=160),
        default=list,
        blank=True,
        help_text="Account names of those who will work on the cluster.",
    )
    synthetic = models.BooleanField(default=False)
    submitted_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True, help_text="Taken back by its organisation; counts no more.")
    recorded_at = models.DateTimeField(db_default=Now())
    words = models.GeneratedField(expression=Words.of("id", "title"), output_field=models.TextField(), db_persist=True)

    class Meta:
        ordering: ClassVar = ["user_call", "id"]
        indexes: ClassVar = [
            models.Index(fields=["submitted_at", "id"], name="application_by_submission"),
            models.Index(fields=["sector", "id"], name="application_by_sector"),
            models.Index(fields=["organisation", "submitted_at", "id"], name="application_by_organisation"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    minimum_servers__gte=1,
                    servers__gte=F("minimum_servers"),
                    weeks__gte=1,
                    earliest_week__gte=0,
                    latest_week__gte=F("earliest_week"),
                ),
                name="application_quantities_are_possible",
            ),
            models.CheckConstraint(condition=Q(pod__in=["required", "preferred", "any"]), name="application_pod_is_known"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__gte=F("submitted_at")), name="application_is_withdrawn_after_it_came_in"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.title}"


class EligibilityOutcome(models.Model):
    """Whether an application may be judged, and every rule that was applied. Only ever added."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="eligibility")
    entry = models.ForeignKey("journal.Entry", on_delete=models.PROTECT, related_name="+")
    eligible = models.BooleanField()
    large_project = models.BooleanField(default=False)
    outcomes = models.JSONField(default=list)
    remedies = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar = ["application", "entry"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["application", "entry"], name="eligibility_once_per_entry")]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.eligible}"
