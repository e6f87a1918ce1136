"""Use exists for holder and provider, notices and appeals for the holder, what is done on clusters for offices alone."""

from django.db import migrations

from dure.records.journal.guards import pin_functions, rows_of_organisations

# What the public page says of all use, whoever reads it.
TOTALS = """
CREATE FUNCTION operation_public_totals()
RETURNS TABLE (held_gpu_seconds numeric, used_gpu_seconds numeric, notices bigint, changes bigint)
LANGUAGE sql STABLE SECURITY DEFINER AS $$
  SELECT sum(u.held_gpu_seconds), sum(u.used_gpu_seconds), (SELECT count(*) FROM operation_notice),
    (SELECT count(*) FROM operation_provisioningchange)
  FROM operation_usagerecord u WHERE superseded_at IS NULL
$$;
"""
HELD = "grant_id = ANY ((SELECT allocation_grants_of_reader(false))::text[])"
HELD_OR_HOSTED = HELD.replace("false", "true")


class Migration(migrations.Migration):
    dependencies = [("operation", "0004_boundary"), ("allocation", "0009_rows")]

    operations = [
        migrations.RunSQL(TOTALS, "DROP FUNCTION operation_public_totals()"),
        rows_of_organisations("operation_usagerecord", HELD_OR_HOSTED),
        rows_of_organisations("operation_dailyuse", HELD_OR_HOSTED),
        rows_of_organisations("operation_notice", HELD),
        rows_of_organisations("operation_appeal", HELD),
        rows_of_organisations("operation_provisioningchange", "false"),
        pin_functions(),
    ]
