"""A run is a job of the worker; one that a thread of the portal had begun ended with that process."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.migrations import RunSQL

ENDED = """
UPDATE allocation_solve SET finished_at = clock_timestamp(), failure = 'the process that ran it has ended'
WHERE finished_at IS NULL
"""


class Migration(migrations.Migration):

    dependencies = [
        ('allocation', '0007_boundary'),
        ('work', '0001_initial'),
    ]

    operations = [
        RunSQL(ENDED, RunSQL.noop),
        migrations.AddField(
            model_name='solve',
            name='job',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='work.job'),
        ),
    ]
