"""Where a search was stopped stands in the recommendation; a run keeps the last bound it reported instead."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('allocation', '0002_solve'),
    ]

    operations = [
        migrations.RemoveField(model_name='solve', name='stopped_step'),
        migrations.AddField(model_name='solve', name='bound', field=models.BigIntegerField(blank=True, null=True)),
    ]
