"""Each act knows its transaction, so that pages kept in memory know exactly whether anything was recorded since."""

from django.db import migrations
from django.db.migrations import RunSQL


class Migration(migrations.Migration):
    dependencies = [("journal", "0004_orders")]

    operations = [
        RunSQL(
            "ALTER TABLE journal_act ADD COLUMN transaction xid8 NOT NULL DEFAULT pg_current_xact_id()",
            "ALTER TABLE journal_act DROP COLUMN transaction",
        ),
        RunSQL("CREATE INDEX act_by_transaction ON journal_act (transaction)", "DROP INDEX act_by_transaction"),
    ]
