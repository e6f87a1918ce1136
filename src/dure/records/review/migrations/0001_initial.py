"""The tables of `review`, and the constraints that Django cannot spell."""

import django.db.models.deletion
import dure.records.journal.fields
from django.conf import settings
from django.db import migrations, models

from dure.records.journal.guards import grant_rights, only_grows, trigger

SHEET_VARIABLES = "sits record; locked timestamptz; last integer;"
SHEET = """
  SELECT locked_at INTO locked FROM review_panel WHERE id = NEW.panel_id FOR SHARE;
  SELECT panel_id, code INTO sits FROM review_seat WHERE id = NEW.seat_id FOR SHARE;
  IF locked IS NOT NULL THEN
    RAISE EXCEPTION 'the scores of panel % are locked', NEW.panel_id USING ERRCODE = '23514';
  ELSIF sits.panel_id <> NEW.panel_id THEN
    RAISE EXCEPTION 'that seat belongs to panel %', sits.panel_id USING ERRCODE = '23514';
  ELSIF EXISTS (SELECT 1 FROM review_recusal WHERE seat_id = NEW.seat_id AND item = NEW.item) THEN
    RAISE EXCEPTION 'evaluator % has stepped back from %', sits.code, NEW.item USING ERRCODE = '23514';
  ELSIF jsonb_typeof(NEW.points) <> 'object' THEN
    RAISE EXCEPTION 'points are given per criterion' USING ERRCODE = '23514';
  ELSIF EXISTS (SELECT 1 FROM jsonb_each(NEW.points) p
      WHERE jsonb_typeof(p.value) <> 'string' OR (p.value #>> '{}') !~ '^(0|[1-9][0-9]{0,17})([.][0-9]{1,18})?$') THEN
    RAISE EXCEPTION 'points are non-negative decimals as text' USING ERRCODE = '23514';
  END IF;
  SELECT coalesce(max(version), 0) INTO last FROM review_scoresheet WHERE seat_id = NEW.seat_id AND item = NEW.item;
  IF NEW.version <> last + 1 THEN
    RAISE EXCEPTION 'the next version of that sheet is %', last + 1 USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""
# Recusal and sheet of one seat take turns, so that none slips past the other.
RECUSAL = """
  PERFORM 1 FROM review_seat WHERE id = NEW.seat_id FOR UPDATE;
  RETURN NEW;
"""
STAYS_LOCKED = """
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'panels are kept' USING ERRCODE = '23000';
  ELSIF OLD.locked_at IS NOT NULL AND NEW IS DISTINCT FROM OLD THEN
    RAISE EXCEPTION 'panel % is locked', OLD.id USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("journal", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Panel",
            fields=[
                ("id", models.CharField(max_length=160, primary_key=True, serialize=False)),
                ("kind", models.CharField(choices=[("proposal", "Proposal"), ("application", "Application")], max_length=16)),
                ("subject", models.CharField(max_length=160)),
                ("seated_at", models.DateTimeField()),
                ("locked_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["proposal", "application"])), name="panel_kind_is_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("locked_at", None), ("locked_at__gte", models.F("seated_at")), _connector="OR"),
                        name="panel_is_locked_after_it_sat",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Seat",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40)),
                (
                    "panel",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="seats", to="review.panel"),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seats",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["panel", "code"],
            },
        ),
        migrations.CreateModel(
            name="ScoreSheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("item", models.CharField(max_length=160)),
                ("version", models.IntegerField(default=1)),
                ("points", models.JSONField()),
                ("submitted_at", models.DateTimeField()),
                (
                    "panel",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="sheets", to="review.panel"),
                ),
                ("seat", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="sheets", to="review.seat")),
            ],
            options={
                "ordering": ["panel", "item", "seat", "version"],
            },
        ),
        migrations.CreateModel(
            name="Recusal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("item", models.CharField(max_length=160)),
                ("reason", models.CharField(max_length=400)),
                ("declared_at", models.DateTimeField()),
                (
                    "seat",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="recusals", to="review.seat"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SiteVisit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("item", models.CharField(max_length=160)),
                ("points", dure.records.journal.fields.ExactField(decimal_places=6, max_digits=12)),
                ("visited_on", models.DateField()),
                ("findings", models.TextField(blank=True)),
                (
                    "panel",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="visits", to="review.panel"),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="seat",
            constraint=models.UniqueConstraint(fields=("panel", "code"), name="seat_code_is_unique"),
        ),
        migrations.AddConstraint(
            model_name="seat",
            constraint=models.UniqueConstraint(fields=("panel", "person"), name="seat_of_a_person_is_unique"),
        ),
        migrations.AddConstraint(
            model_name="scoresheet",
            constraint=models.CheckConstraint(condition=models.Q(("version__gte", 1)), name="sheet_version_starts_at_one"),
        ),
        migrations.AddConstraint(
            model_name="scoresheet",
            constraint=models.UniqueConstraint(fields=("seat", "item", "version"), name="sheet_version_is_unique"),
        ),
        migrations.AddConstraint(
            model_name="recusal",
            constraint=models.UniqueConstraint(fields=("seat", "item"), name="recusal_once_per_item"),
        ),
        migrations.AddConstraint(
            model_name="sitevisit",
            constraint=models.CheckConstraint(condition=models.Q(("points__gte", 0)), name="visit_points_are_not_negative"),
        ),
        migrations.AddConstraint(
            model_name="sitevisit",
            constraint=models.UniqueConstraint(fields=("panel", "item"), name="visit_once_per_item"),
        ),
        trigger("is_allowed", "review_scoresheet", when="BEFORE INSERT", declare=SHEET_VARIABLES, body=SHEET),
        trigger("waits_for_sheets", "review_recusal", when="BEFORE INSERT", body=RECUSAL),
        trigger("stays_locked", "review_panel", when="BEFORE UPDATE OR DELETE", body=STAYS_LOCKED),
        only_grows("review_scoresheet"),
        only_grows("review_recusal"),
        only_grows("review_sitevisit"),
        grant_rights(),
    ]
