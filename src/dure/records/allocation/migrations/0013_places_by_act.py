"""An application leaves the waiting list by its act, or by the allocation or reclaim that gives it servers."""

from django.db import migrations

from dure.records.journal.guards import Owed, last_approved, owes_act, pin_functions

LEFT = Owed(
    "leave_waiting_list,approve_decision",
    "ministry,agency,operator,applicant",
    f"'application/' || m.application_id || E'\\n' || {last_approved('allocation', 'reclaim')}",
)


class Migration(migrations.Migration):
    dependencies = [("allocation", "0012_rows_by_sets"), ("journal", "0011_owed_acts")]

    operations = [
        owes_act("allocation_waitingplace", "is_left_by_its_act", LEFT, columns="left_at"),
        pin_functions(),
    ]
