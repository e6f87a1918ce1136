"""Indexes for the order of the list of grants, and for the time that all of them span."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("allocation", "0004_round_terms")]

    operations = [
        migrations.AddIndex("grant", models.Index("during__startswith", "id", name="grant_by_start")),
        migrations.AddIndex("grant", models.Index("during__endswith", name="grant_by_end")),
    ]
