"""The tables of `demand`, and the constraints that Django cannot spell."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from dure.records.journal.guards import grant_rights, needs_approval, only_grows, trigger

ONLY_LATER = """
  IF NEW.closes_at < OLD.closes_at OR NEW.opens_at > OLD.opens_at THEN
    RAISE EXCEPTION 'the deadline of user call % only moves later', OLD.id USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""
# The share lock keeps the deadline still until the submission is in.
IN_TIME = """
  SELECT opens_at, closes_at INTO call FROM demand_usercall WHERE id = NEW.user_call_id FOR SHARE;
  IF NEW.submitted_at < call.opens_at OR NEW.submitted_at >= call.closes_at THEN
    RAISE EXCEPTION 'user call % takes applications from % until before %', NEW.user_call_id, call.opens_at, call.closes_at
      USING ERRCODE = '23514';
  ELSIF jsonb_typeof(NEW.gpu_models) <> 'object' OR NEW.gpu_models = '{}'::jsonb OR EXISTS (
      SELECT 1 FROM jsonb_each(NEW.gpu_models) m
      WHERE jsonb_typeof(m.value) <> 'string' OR (m.value #>> '{}') !~ '^(0[.][0-9]{1,18}|1([.]0{1,18})?)$') THEN
    RAISE EXCEPTION 'application % names at least one GPU model, each with its value as decimal text', NEW.id USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("journal", "0001_initial"),
        ("parties", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Survey",
            fields=[
                ("id", models.CharField(max_length=160, primary_key=True, serialize=False)),
                ("title_ko", models.CharField(max_length=200)),
                ("title_en", models.CharField(blank=True, max_length=200)),
                ("opened_on", models.DateField()),
                ("closed_on", models.DateField()),
                ("invited", models.IntegerField()),
            ],
            options={
                "ordering": ["opened_on", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("closed_on__gte", models.F("opened_on")), ("invited__gt", 0)),
                        name="survey_is_possible",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="UserCall",
            fields=[
                ("id", models.CharField(max_length=160, primary_key=True, serialize=False)),
                ("title_ko", models.CharField(max_length=200)),
                ("title_en", models.CharField(blank=True, max_length=200)),
                ("opens_at", models.DateTimeField()),
                ("closes_at", models.DateTimeField()),
                ("gpus_offered", models.IntegerField(default=0)),
            ],
            options={
                "ordering": ["opens_at", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("closes_at__gt", models.F("opens_at")), ("gpus_offered__gte", 0)),
                        name="user_call_is_possible",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Application",
            fields=[
                ("id", models.CharField(max_length=160, primary_key=True, serialize=False)),
                ("sector", models.CharField(max_length=80)),
                ("title", models.CharField(max_length=300)),
                ("purpose", models.CharField(max_length=80)),
                ("use", models.CharField(blank=True, max_length=80)),
                ("gpu_models", models.JSONField(help_text="GPU model: value, as decimal text in (0, 1].")),
                ("servers", models.IntegerField()),
                ("minimum_servers", models.IntegerField()),
                ("weeks", models.IntegerField()),
                ("earliest_week", models.IntegerField(default=0)),
                ("latest_week", models.IntegerField()),
                (
                    "pod",
                    models.CharField(
                        choices=[("required", "Required"), ("preferred", "Preferred"), ("any", "Any")], default="preferred", max_length=10
                    ),
                ),
                ("large_project_plan", models.BooleanField(default=False)),
                (
                    "supported_by",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), blank=True, default=list, size=None
                    ),
                ),
                ("synthetic", models.BooleanField(default=False)),
                ("submitted_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="applications", to="parties.organisation"
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="applications",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user_call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="applications", to="demand.usercall"
                    ),
                ),
            ],
            options={
                "ordering": ["user_call", "id"],
            },
        ),
        migrations.CreateModel(
            name="EligibilityOutcome",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("eligible", models.BooleanField()),
                ("large_project", models.BooleanField(default=False)),
                ("outcomes", models.JSONField(default=list)),
                ("remedies", models.JSONField(default=list)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="eligibility", to="demand.application"
                    ),
                ),
                ("entry", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.entry")),
            ],
            options={
                "ordering": ["application", "entry"],
                "constraints": [models.UniqueConstraint(fields=("application", "entry"), name="eligibility_once_per_entry")],
            },
        ),
        migrations.CreateModel(
            name="SurveyFrameCell",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sector", models.CharField(max_length=80)),
                ("size", models.CharField(max_length=80)),
                ("organisations", models.IntegerField()),
                (
                    "survey",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="frame", to="demand.survey"),
                ),
            ],
            options={
                "ordering": ["survey", "sector", "size"],
                "constraints": [
                    models.UniqueConstraint(fields=("survey", "sector", "size"), name="frame_cell_is_unique"),
                    models.CheckConstraint(condition=models.Q(("organisations__gt", 0)), name="frame_cell_is_not_empty"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SurveyResponse",
            fields=[
                ("id", models.CharField(max_length=160, primary_key=True, serialize=False)),
                ("organisation", models.CharField(max_length=160)),
                ("sector", models.CharField(max_length=80)),
                ("size", models.CharField(max_length=80)),
                ("region", models.CharField(max_length=80)),
                ("use", models.CharField(max_length=80)),
                ("gpu_model", models.CharField(max_length=40)),
                ("servers", models.IntegerField()),
                ("weeks", models.IntegerField()),
                ("start_on", models.DateField()),
                ("would_pay_won_per_gpu_hour", models.BigIntegerField(blank=True, null=True)),
                (
                    "same_need_as",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="demand.surveyresponse",
                    ),
                ),
                (
                    "survey",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="responses", to="demand.survey"),
                ),
            ],
            options={
                "ordering": ["survey", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("servers__gte", 0),
                            ("weeks__gte", 0),
                            models.Q(
                                ("would_pay_won_per_gpu_hour", None), ("would_pay_won_per_gpu_hour__gte", 0), _connector="OR"
                            ),
                        ),
                        name="response_is_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("same_need_as", None), models.Q(("same_need_as", models.F("id")), _negated=True), _connector="OR"
                        ),
                        name="response_repeats_another",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("earliest_week__gte", 0),
                    ("latest_week__gte", models.F("earliest_week")),
                    ("minimum_servers__gte", 1),
                    ("servers__gte", models.F("minimum_servers")),
                    ("weeks__gte", 1),
                ),
                name="application_quantities_are_possible",
            ),
        ),
        migrations.AddConstraint(
            model_name="application",
            constraint=models.CheckConstraint(
                condition=models.Q(("pod__in", ["required", "preferred", "any"])), name="application_pod_is_known"
            ),
        ),
        trigger("only_moves_later", "demand_usercall", when="BEFORE UPDATE OF closes_at, opens_at", body=ONLY_LATER),
        trigger("is_in_time", "demand_application", when="BEFORE INSERT", declare="call record;", body=IN_TIME),
        only_grows("demand_application"),
        only_grows("demand_surveyresponse"),
        only_grows("demand_eligibilityoutcome"),
        needs_approval("demand_eligibilityoutcome", "eligibility"),
        grant_rights(),
    ]
