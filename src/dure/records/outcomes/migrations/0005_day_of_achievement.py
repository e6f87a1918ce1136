"""A result says on which day it was achieved, by which it counts to a period; those before say that of their report."""

from django.db import migrations, models

from dure.records.journal.guards import pin_functions, redefine

VERIFIED = """
  IF TG_OP = 'DELETE' OR (OLD.verified_on IS NOT NULL AND NEW IS DISTINCT FROM OLD)
      OR (OLD.id, OLD.grant_id, OLD.kind, OLD.count, OLD.revenue_won, OLD.evidence, OLD.achieved_on, OLD.reported_on)
        IS DISTINCT FROM
        (NEW.id, NEW.grant_id, NEW.kind, NEW.count, NEW.revenue_won, NEW.evidence, NEW.achieved_on, NEW.reported_on) THEN
    RAISE EXCEPTION 'a verified achievement is kept as it is' USING ERRCODE = '23000';
  END IF;
  RETURN NEW;
"""


class Migration(migrations.Migration):
    dependencies = [("outcomes", "0004_rows")]

    operations = [
        migrations.AddField(
            "achievement",
            "achieved_on",
            models.DateField(null=True, blank=True, help_text="Its day; not told: that of its report."),
        ),
        migrations.AddConstraint(
            "achievement",
            models.CheckConstraint(
                condition=models.Q(achieved_on__lte=models.F("reported_on")), name="achievement_was_achieved_before_reported"
            ),
        ),
        redefine("outcomes_achievement_stays_verified", VERIFIED),
        pin_functions(),
    ]
