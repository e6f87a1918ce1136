"""Use by day is entered and corrected by the act that records it, whoever's log-in carries it out."""

from django.db import migrations

from dure.records.journal.guards import Owed, owes_act, pin_functions

RECORDED = Owed("record_daily_use", "operator", "'daily_use/programme'")


class Migration(migrations.Migration):
    dependencies = [("operation", "0009_notices_as_decided")]

    operations = [
        owes_act("operation_dailyuse", "is_entered_by_its_act", RECORDED),
        owes_act("operation_dailyuse", "is_corrected_by_its_act", RECORDED, columns="utilisation busy_servers"),
        pin_functions(),
    ]
