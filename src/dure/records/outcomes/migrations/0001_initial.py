"""The tables of `outcomes`, and the constraints that Django cannot spell."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from dure.records.journal.guards import grant_rights, trigger

KEEPS_ITS_DAY = """
  IF TG_OP = 'DELETE' OR NEW.grant_id <> OLD.grant_id OR NEW.due_on <> OLD.due_on OR (OLD.received_on IS NOT NULL AND NEW IS DISTINCT FROM OLD) THEN
    RAISE EXCEPTION 'a report that was asked for or received is kept as it is' USING ERRCODE = '23000';
  END IF;
  RETURN NEW;
"""
STAYS_VERIFIED = """
  IF TG_OP = 'DELETE' OR (OLD.verified_on IS NOT NULL AND NEW IS DISTINCT FROM OLD) THEN
    RAISE EXCEPTION 'a verified achievement is kept as it is' USING ERRCODE = '23000';
  END IF;
  RETURN NEW;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("journal", "0001_initial"),
        ("allocation", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Achievement",
            fields=[
                ("id", models.CharField(max_length=160, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("paper", "Paper"),
                            ("model", "Model"),
                            ("patent", "Patent"),
                            ("product", "Product"),
                            ("revenue", "Revenue"),
                            ("people_trained", "People"),
                        ],
                        max_length=16,
                    ),
                ),
                ("count", models.IntegerField(default=0)),
                ("revenue_won", models.BigIntegerField(default=0)),
                ("evidence", models.TextField(blank=True, max_length=4000)),
                ("reported_on", models.DateField()),
                ("verified_on", models.DateField(blank=True, null=True)),
                (
                    "grant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="achievements", to="allocation.grant"
                    ),
                ),
                (
                    "verified_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["grant", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("count__gte", 0),
                            ("kind__in", ["paper", "model", "patent", "product", "revenue", "people_trained"]),
                            ("revenue_won__gte", 0),
                        ),
                        name="achievement_is_possible",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("verified_by", None), ("verified_on", None)),
                            models.Q(
                                ("verified_by__isnull", False),
                                ("verified_on__gte", models.F("reported_on")),
                                models.Q(("evidence", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="achievement_is_verified_by_someone_with_evidence",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Report",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_on", models.DateField()),
                ("received_on", models.DateField(blank=True, null=True)),
                ("text", models.TextField(blank=True, max_length=20000)),
                (
                    "grant",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="reports", to="allocation.grant"),
                ),
            ],
            options={
                "ordering": ["due_on", "grant"],
                "constraints": [models.UniqueConstraint(fields=("grant", "due_on"), name="report_once_per_due_day")],
            },
        ),
        trigger("keeps_its_day", "outcomes_report", when="BEFORE UPDATE OR DELETE", body=KEEPS_ITS_DAY),
        trigger("stays_verified", "outcomes_achievement", when="BEFORE UPDATE OR DELETE", body=STAYS_VERIFIED),
        grant_rights(),
    ]
