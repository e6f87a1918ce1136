"""Reports and results exist for the organisation that holds the grant, and for offices."""

from django.db import migrations

from dure.records.journal.guards import pin_functions, rows_of_organisations

HELD = "grant_id = ANY ((SELECT allocation_grants_of_reader(false))::text[])"


class Migration(migrations.Migration):
    dependencies = [("outcomes", "0003_boundary"), ("allocation", "0009_rows")]

    operations = [
        rows_of_organisations("outcomes_report", HELD),
        rows_of_organisations("outcomes_achievement", HELD),
        pin_functions(),
    ]
