"""An application can be withdrawn by its organisation until the deadline; from then on it counts no more, and stays."""

from django.db import migrations, models

from dure.records.journal.guards import keeps, needs_act, pin_functions, trigger

WITHDRAWN = """
  SELECT closes_at INTO call FROM demand_usercall WHERE id = NEW.user_call_id FOR SHARE;
  IF OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NULL OR NEW.withdrawn_at >= call.closes_at
      OR (NOT journal_is_owner() AND (clock_timestamp() >= call.closes_at OR NOT journal_is_now(NEW.withdrawn_at))) THEN
    RAISE EXCEPTION 'application % is withdrawn once, before the deadline', OLD.id USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""
# Those that count: the deadline has not let them go.
TOTALS = """
CREATE OR REPLACE FUNCTION demand_public_totals() RETURNS TABLE (applications bigint, checked bigint, eligible bigint)
LANGUAGE sql STABLE SECURITY DEFINER AS $$
  SELECT (SELECT count(*) FROM demand_application WHERE withdrawn_at IS NULL), count(*), count(*) FILTER (WHERE last.eligible)
  FROM (SELECT DISTINCT ON (application_id) o.eligible FROM demand_eligibilityoutcome o
    ORDER BY application_id, entry_id DESC) last
$$;
"""
KEPT = (
    "id", "sector", "title", "purpose", "use", "gpu_models", "servers", "minimum_servers", "weeks", "earliest_week", "latest_week",
    "pod", "large_project_plan", "supported_by", "people", "synthetic", "submitted_at", "recorded_at", "organisation_id",
    "submitted_by_id", "user_call_id",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("demand", "0005_rows")]

    operations = [
        migrations.AddField(
            "application",
            "withdrawn_at",
            models.DateTimeField(null=True, blank=True, help_text="Taken back by its organisation; counts no more."),
        ),
        migrations.AddConstraint(
            "application",
            models.CheckConstraint(
                condition=models.Q(withdrawn_at__gte=models.F("submitted_at")), name="application_is_withdrawn_after_it_came_in"
            ),
        ),
        migrations.RunSQL(
            "DROP TRIGGER only_grows ON demand_application; DROP TRIGGER is_never_emptied ON demand_application",
            migrations.RunSQL.noop,
        ),
        keeps("demand_application", *KEPT),
        trigger(
            "is_withdrawn_in_time", "demand_application", when="BEFORE UPDATE OF withdrawn_at", declare="call record;",
            body=WITHDRAWN, definer=True,
        ),
        needs_act(
            "demand_application", "withdraw_application", "applicant", when="UPDATE OF withdrawn_at", subject="application"
        ),
        migrations.RunSQL(TOTALS, migrations.RunSQL.noop),
        pin_functions(),
    ]  # fmt: skip
