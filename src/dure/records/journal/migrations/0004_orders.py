"""Indexes for the filters of the lists of entries and acts."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("journal", "0003_drop_texts")]

    operations = [
        migrations.AddIndex("entry", models.Index(fields=["kind", "seq"], name="journal_by_kind")),
        migrations.AddIndex("act", models.Index(fields=["command", "id"], name="act_by_command")),
    ]
