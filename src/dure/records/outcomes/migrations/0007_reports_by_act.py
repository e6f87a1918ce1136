"""A report is asked for by an act on its round, and comes by an act on its grant, dated as that act is."""

from django.db import migrations

from dure.records.journal.guards import Owed, owes_act, pin_functions

# What has no day has not come: with a text and no day there is no act that could have brought it.
COME = Owed("submit_report", "agency,applicant", "'grant/' || m.grant_id", "coalesce(m.received_on, '0001-01-01')")
ASKED = Owed(
    "ask_for_reports", "agency", "'round/' || (SELECT round_id FROM allocation_grant g WHERE g.id = m.grant_id)"
)
ALREADY = COME._replace(where="m.received_on IS NOT NULL OR m.text <> ''")


class Migration(migrations.Migration):
    dependencies = [
        ("outcomes", "0006_rows_by_sets"),
        ("journal", "0011_owed_acts"),
        ("allocation", "0012_rows_by_sets"),
    ]

    operations = [
        owes_act("outcomes_report", "is_asked_for_by_its_act", ASKED, ALREADY),
        owes_act("outcomes_report", "comes_by_its_act", COME, columns="received_on text"),
        pin_functions(),
    ]
