"""Use, notices and appeals of the reader's grants are looked up as a set."""

from django.db import migrations

from dure.records.journal.guards import pin_functions, rows_of_set

HELD = "allocation_grants_of_reader(false)"
HELD_OR_HOSTED = "allocation_grants_of_reader(true)"


class Migration(migrations.Migration):
    dependencies = [("operation", "0007_judged_by_another"), ("allocation", "0012_rows_by_sets")]

    operations = [
        rows_of_set("operation_usagerecord", "grant_id", HELD_OR_HOSTED),
        rows_of_set("operation_dailyuse", "grant_id", HELD_OR_HOSTED),
        rows_of_set("operation_notice", "grant_id", HELD),
        rows_of_set("operation_appeal", "grant_id", HELD),
        pin_functions(),
    ]
