"""What a round's allocation reads and only a person can state: pools, sectors and the seed of the draw."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('allocation', '0003_solve_bound'),
    ]

    operations = [
        migrations.AddField(
            model_name='allocationround',
            name='draw_seed',
            field=models.CharField(blank=True, max_length=160),
        ),
        migrations.AddField(
            model_name='allocationround',
            name='pools',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=160), default=list, help_text='Pools whose public servers are allocated.', size=None),
        ),
        migrations.AddField(
            model_name='allocationround',
            name='sectors',
            field=models.JSONField(default=list, help_text="Sectors with share, floor and ceiling, as allocation's facts have them."),
        ),
    ]
