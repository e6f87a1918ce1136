"""Reports and results of the reader's grants are looked up as a set."""

from django.db import migrations

from dure.records.journal.guards import pin_functions, rows_of_set

HELD = "allocation_grants_of_reader(false)"


class Migration(migrations.Migration):
    dependencies = [("outcomes", "0005_day_of_achievement"), ("allocation", "0012_rows_by_sets")]

    operations = [
        rows_of_set("outcomes_report", "grant_id", HELD),
        rows_of_set("outcomes_achievement", "grant_id", HELD),
        pin_functions(),
    ]
