"""The tables of `operation`, and the constraints that Django cannot spell."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.expressions
import dure.records.journal.fields
from django.db import migrations, models

from dure.records.journal.guards import grant_rights, needs_approval, trigger

ONLY_SUPERSEDED = """
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'what was metered is kept' USING ERRCODE = '23000';
  ELSIF OLD.superseded_at IS NOT NULL OR to_jsonb(NEW) - 'superseded_at' <> to_jsonb(OLD) - 'superseded_at' THEN
    RAISE EXCEPTION 'what was metered may only be superseded, once' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("allocation", "0001_initial"),
        ("journal", "0001_initial"),
        ("supply", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Appeal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("opened_on", models.DateField()),
                ("text", models.TextField(max_length=4000)),
                ("closed_on", models.DateField(blank=True, null=True)),
                ("upheld", models.BooleanField(blank=True, null=True)),
                ("finding", models.TextField(blank=True, max_length=4000)),
                (
                    "grant",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="appeals", to="allocation.grant"),
                ),
            ],
            options={
                "ordering": ["opened_on", "grant"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_on", None)), fields=("grant",), name="appeal_one_open_per_grant"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_on", None), ("finding", ""), ("upheld", None)),
                            models.Q(
                                ("closed_on__gte", models.F("opened_on")),
                                ("upheld__isnull", False),
                                models.Q(("finding", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="appeal_is_closed_with_a_finding",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DailyUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("utilisation", dure.records.journal.fields.ExactField(blank=True, decimal_places=18, max_digits=19, null=True)),
                ("busy_servers", models.IntegerField(blank=True, null=True)),
                (
                    "grant",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="days", to="allocation.grant"),
                ),
            ],
            options={
                "ordering": ["grant", "day"],
                "constraints": [
                    models.UniqueConstraint(fields=("grant", "day"), name="use_once_a_day"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("utilisation", None), models.Q(("utilisation__gte", 0), ("utilisation__lte", 1)), _connector="OR"
                        ),
                        name="use_is_a_share",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("because", models.CharField(max_length=40)),
                ("sent_on", models.DateField()),
                ("answer_by", models.DateField()),
                ("answered_on", models.DateField(blank=True, null=True)),
                ("answer", models.TextField(blank=True, max_length=4000)),
                ("answer_accepted", models.BooleanField(blank=True, null=True)),
                ("entry", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.entry")),
                (
                    "grant",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="notices", to="allocation.grant"),
                ),
            ],
            options={
                "ordering": ["sent_on", "grant"],
                "constraints": [
                    models.UniqueConstraint(fields=("grant", "sent_on"), name="notice_once_a_day"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answer_by__gte", models.F("sent_on")),
                            models.Q(
                                models.Q(("answer_accepted", None), ("answered_on", None)),
                                ("answered_on__gte", models.F("sent_on")),
                                _connector="OR",
                            ),
                        ),
                        name="notice_is_sent_then_answered",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProvisioningChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.IntegerField()),
                ("action", models.CharField(choices=[("create", "Create"), ("modify", "Modify"), ("delete", "Delete")], max_length=8)),
                ("kind", models.CharField(max_length=16)),
                ("name", models.CharField(max_length=200)),
                ("set_to", models.JSONField(default=dict)),
                ("undo_to", models.JSONField(default=dict)),
                ("planned_at", models.DateTimeField()),
                ("applied_at", models.DateTimeField(blank=True, null=True)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                ("entry", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.entry")),
                (
                    "grant",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="allocation.grant",
                    ),
                ),
                (
                    "pool",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="changes", to="supply.pool"),
                ),
            ],
            options={
                "ordering": ["entry", "pool", "order"],
                "constraints": [
                    models.UniqueConstraint(fields=("entry", "pool", "order"), name="change_order_is_unique"),
                    models.CheckConstraint(
                        condition=models.Q(("action__in", ["create", "modify", "delete"]), ("order__gte", 1)),
                        name="change_is_possible",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("applied_at", None), ("applied_at__gte", models.F("planned_at")), _connector="OR"),
                            models.Q(
                                ("undone_at", None),
                                models.Q(("applied_at__isnull", False), ("undone_at__gte", models.F("applied_at"))),
                                _connector="OR",
                            ),
                        ),
                        name="change_is_planned_then_applied_then_undone",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ServerStateSummary",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("during", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ("in_service", models.BigIntegerField()),
                ("leased", models.BigIntegerField()),
                ("idle", models.BigIntegerField()),
                ("maintenance", models.BigIntegerField()),
                ("own_use", models.BigIntegerField()),
                ("superseded_at", models.DateTimeField(blank=True, help_text="Later data took its place.", null=True)),
                ("entry", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.entry")),
                (
                    "server",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="states", to="supply.server"),
                ),
            ],
            options={
                "ordering": ["server", "during"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("during__isempty", False),
                            ("during__lower_inc", True),
                            ("during__lower_inf", False),
                            ("during__upper_inc", False),
                            ("during__upper_inf", False),
                        ),
                        name="state_period_is_half_open",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("superseded_at", None)),
                        expressions=[(models.F("server"), "="), (models.F("during"), "&&")],
                        name="server_state_is_counted_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "in_service",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("leased"), "+", models.F("idle")
                                        ),
                                        "+",
                                        models.F("maintenance"),
                                    ),
                                    "+",
                                    models.F("own_use"),
                                ),
                            ),
                            ("idle__gte", 0),
                            ("leased__gte", 0),
                            ("maintenance__gte", 0),
                            ("own_use__gte", 0),
                        ),
                        name="states_add_up",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UsageRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("part", models.SmallIntegerField(default=1)),
                ("gpu_model", models.CharField(max_length=40)),
                ("during", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ("held_gpu_seconds", models.BigIntegerField()),
                ("used_gpu_seconds", models.BigIntegerField()),
                ("gpu_hours", dure.records.journal.fields.ExactField(decimal_places=18, max_digits=36)),
                ("utilisation", dure.records.journal.fields.ExactField(blank=True, decimal_places=18, max_digits=19, null=True)),
                ("busy", dure.records.journal.fields.ExactField(blank=True, decimal_places=18, max_digits=19, null=True)),
                ("energy_wh", models.BigIntegerField(blank=True, null=True)),
                ("on_hold", models.BooleanField(default=False, help_text="Not billed before a difference is explained.")),
                ("superseded_at", models.DateTimeField(blank=True, help_text="Later data took its place.", null=True)),
                ("entry", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.entry")),
                (
                    "grant",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="usage", to="allocation.grant"),
                ),
            ],
            options={
                "ordering": ["grant", "part", "during"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("during__isempty", False),
                            ("during__lower_inc", True),
                            ("during__lower_inf", False),
                            ("during__upper_inc", False),
                            ("during__upper_inf", False),
                        ),
                        name="usage_period_is_half_open",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("superseded_at", None)),
                        expressions=[(models.F("grant"), "="), (models.F("part"), "="), (models.F("during"), "&&")],
                        name="usage_is_counted_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("gpu_hours__gte", 0),
                            ("held_gpu_seconds__gte", 0),
                            ("used_gpu_seconds__gte", 0),
                            models.Q(("utilisation", None), ("utilisation__gte", 0), _connector="OR"),
                        ),
                        name="usage_is_not_negative",
                    ),
                ],
            },
        ),
        trigger("is_only_superseded", "operation_usagerecord", when="BEFORE UPDATE OR DELETE", body=ONLY_SUPERSEDED),
        trigger("is_only_superseded", "operation_serverstatesummary", when="BEFORE UPDATE OR DELETE", body=ONLY_SUPERSEDED),
        needs_approval("operation_provisioningchange", "provisioning"),
        needs_approval("operation_usagerecord", "metering"),
        needs_approval("operation_serverstatesummary", "metering"),
        needs_approval("operation_notice", "reclaim"),
        grant_rights(),
    ]
