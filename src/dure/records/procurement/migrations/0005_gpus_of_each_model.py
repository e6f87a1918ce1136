"""GPUs of a server are always said: no number of them goes without saying."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('procurement', '0004_amounts'),
    ]

    operations = [
        migrations.AlterField(
            model_name='award',
            name='gpus_per_server',
            field=models.IntegerField(),
        ),
    ]
