"""A result keeps what was reported; nobody verifies into the past."""

from django.db import migrations

from dure.records.journal.guards import pin_functions, redefine

VERIFIED = """
  IF TG_OP = 'DELETE' OR (OLD.verified_on IS NOT NULL AND NEW IS DISTINCT FROM OLD)
      OR (OLD.id, OLD.grant_id, OLD.kind, OLD.count, OLD.revenue_won, OLD.evidence, OLD.reported_on)
        IS DISTINCT FROM (NEW.id, NEW.grant_id, NEW.kind, NEW.count, NEW.revenue_won, NEW.evidence, NEW.reported_on) THEN
    RAISE EXCEPTION 'a verified achievement is kept as it is' USING ERRCODE = '23000';
  END IF;
  RETURN NEW;
"""


class Migration(migrations.Migration):
    dependencies = [("outcomes", "0002_sector_results"), ("journal", "0008_boundary")]

    operations = [redefine("outcomes_achievement_stays_verified", VERIFIED), pin_functions()]
