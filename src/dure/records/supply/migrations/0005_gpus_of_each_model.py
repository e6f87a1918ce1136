"""GPUs of a server are always said: no number of them goes without saying."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('supply', '0004_changes_by_act'),
    ]

    operations = [
        migrations.AlterField(
            model_name='cluster',
            name='gpus_per_server',
            field=models.IntegerField(),
        ),
        migrations.AlterField(
            model_name='gpumodel',
            name='gpus_per_server',
            field=models.IntegerField(),
        ),
        migrations.AlterField(
            model_name='pool',
            name='gpus_per_server',
            field=models.IntegerField(),
        ),
    ]
