"""Steps are planned and usage is counted as it is approved; steps are marked by the operator's act, which names their decision."""

from django.db import migrations

from dure.records.journal.guards import Owed, last_approved, owes_act, pin_functions

ANSWERING = "ministry,agency,operator"
OF_ENTRY = "'entry/' || m.entry_id"
APPROVED = Owed("approve_decision", ANSWERING, OF_ENTRY)
APPLIED = Owed(
    "mark_changes_applied", "operator", OF_ENTRY, where="m.applied_at IS DISTINCT FROM w.applied_at"
)
UNDONE = Owed("mark_changes_undone", "operator", OF_ENTRY, where="m.undone_at IS DISTINCT FROM w.undone_at")
STEPS = "operation_provisioningchange"
METERED = ("operation_usagerecord", "operation_serverstatesummary")


class Migration(migrations.Migration):
    dependencies = [("operation", "0010_use_by_act")]

    operations = [
        owes_act(STEPS, "is_planned_as_approved", APPROVED),
        owes_act(STEPS, "is_marked_by_its_act", APPLIED, UNDONE, columns="applied_at undone_at"),
        *(owes_act(each, "is_counted_as_approved", APPROVED) for each in METERED),
        *(
            owes_act(
                each,
                "is_superseded_as_approved",
                APPROVED._replace(about=last_approved("metering")),
                columns="superseded_at",
            )
            for each in METERED
        ),
        pin_functions(),
    ]
