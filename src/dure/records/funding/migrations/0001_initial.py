"""The tables of `funding`, and the constraints that Django cannot spell."""

import django.db.models.deletion
from django.db import migrations, models

from dure.records.journal.guards import grant_rights, needs_approval, only_grows, trigger

FITS_VARIABLES = "appropriated bigint; others bigint;"
FITS = """
  SELECT won INTO appropriated FROM funding_appropriation WHERE id = NEW.appropriation_id FOR UPDATE;
  SELECT coalesce(sum(won), 0) INTO others FROM funding_budgetline WHERE appropriation_id = NEW.appropriation_id AND id <> NEW.id;
  IF others + NEW.won > appropriated THEN
    RAISE EXCEPTION 'budget lines of % won exceed the appropriation of % won', others + NEW.won, appropriated USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""
# Only the triggers on commitments and payments move the counters.
KEEPS_COUNT = """
  IF TG_OP = 'INSERT' THEN
    IF NEW.committed_won <> 0 OR NEW.paid_won <> 0 THEN
      RAISE EXCEPTION 'a budget line begins with nothing committed or paid' USING ERRCODE = '23514';
    END IF;
  ELSIF (NEW.committed_won <> OLD.committed_won OR NEW.paid_won <> OLD.paid_won) AND pg_trigger_depth() = 1 THEN
    RAISE EXCEPTION 'what line % has committed and paid is counted from its commitments and payments', NEW.name USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""
STILL_COVERS = """
  IF NEW.won < (SELECT coalesce(sum(won), 0) FROM funding_budgetline WHERE appropriation_id = NEW.id) THEN
    RAISE EXCEPTION 'an appropriation of % won does not cover its budget lines', NEW.won USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""
# The update locks the line, so that commitments queue up; its CHECK refuses the one too many.
COUNTS_COMMITMENT = """
  UPDATE funding_budgetline SET committed_won = committed_won + NEW.won WHERE id = NEW.line_id;
  RETURN NEW;
"""
PAYMENT_VARIABLES = "promised record; paid bigint;"
COUNTS_PAYMENT = """
  SELECT line_id, won INTO promised FROM funding_commitment WHERE id = NEW.commitment_id;
  UPDATE funding_budgetline SET paid_won = paid_won + NEW.won WHERE id = promised.line_id;
  SELECT coalesce(sum(won), 0) INTO paid FROM funding_payment WHERE commitment_id = NEW.commitment_id;
  IF paid + NEW.won > promised.won THEN
    RAISE EXCEPTION 'payments of % won exceed the commitment of % won', paid + NEW.won, promised.won USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("journal", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Appropriation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("programme", models.CharField(max_length=160)),
                ("won", models.BigIntegerField()),
                ("appropriated_on", models.DateField()),
            ],
            options={
                "ordering": ["appropriated_on", "id"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("won__gte", 0)), name="appropriation_is_not_negative"),
                    models.UniqueConstraint(fields=("programme", "appropriated_on"), name="appropriation_once_a_day"),
                ],
            },
        ),
        migrations.CreateModel(
            name="BudgetLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=160)),
                ("won", models.BigIntegerField()),
                ("committed_won", models.BigIntegerField(default=0)),
                ("paid_won", models.BigIntegerField(default=0)),
                (
                    "appropriation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="funding.appropriation"
                    ),
                ),
                ("entry", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.entry")),
            ],
            options={
                "ordering": ["appropriation", "name"],
            },
        ),
        migrations.CreateModel(
            name="Commitment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.CharField(max_length=160, unique=True)),
                ("won", models.BigIntegerField()),
                ("gpus", models.IntegerField(default=0)),
                ("committed_on", models.DateField()),
                ("entry", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="journal.entry")),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="commitments", to="funding.budgetline"
                    ),
                ),
            ],
            options={
                "ordering": ["committed_on", "reference"],
            },
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.CharField(max_length=160, unique=True)),
                ("won", models.BigIntegerField()),
                ("paid_on", models.DateField()),
                (
                    "commitment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="payments", to="funding.commitment"
                    ),
                ),
            ],
            options={
                "ordering": ["paid_on", "reference"],
            },
        ),
        migrations.AddConstraint(
            model_name="budgetline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("committed_won__lte", models.F("won")), ("paid_won__gte", 0), ("paid_won__lte", models.F("committed_won"))
                ),
                name="line_paid_within_committed_within_won",
            ),
        ),
        migrations.AddConstraint(
            model_name="budgetline",
            constraint=models.UniqueConstraint(fields=("appropriation", "name"), name="line_name_is_unique"),
        ),
        migrations.AddConstraint(
            model_name="commitment",
            constraint=models.CheckConstraint(
                condition=models.Q(("gpus__gte", 0), ("won__gt", 0)), name="commitment_is_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(condition=models.Q(("won__gt", 0)), name="payment_is_positive"),
        ),
        trigger(
            "fits",
            "funding_budgetline",
            when="BEFORE INSERT OR UPDATE OF won, appropriation_id",
            declare=FITS_VARIABLES,
            body=FITS,
        ),
        trigger("keeps_count", "funding_budgetline", when="BEFORE INSERT OR UPDATE OF committed_won, paid_won", body=KEEPS_COUNT),
        trigger("still_covers", "funding_appropriation", when="BEFORE UPDATE OF won", body=STILL_COVERS),
        trigger("counts", "funding_commitment", when="BEFORE INSERT", body=COUNTS_COMMITMENT),
        trigger("counts", "funding_payment", when="BEFORE INSERT", declare=PAYMENT_VARIABLES, body=COUNTS_PAYMENT),
        only_grows("funding_commitment"),
        only_grows("funding_payment"),
        needs_approval("funding_budgetline", "budget"),
        needs_approval("funding_commitment", "budget", "portfolio"),
        grant_rights(),
    ]
