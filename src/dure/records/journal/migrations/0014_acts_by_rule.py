"""What the worker does by a rule, nobody does: such an act has no person, and came by the door `worker`."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('journal', '0013_amounts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='act',
            name='act_came_by_a_known_door',
        ),
        migrations.AlterField(
            model_name='act',
            name='person',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='acts', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='act',
            constraint=models.CheckConstraint(condition=models.Q(('via__in', ['page', 'api', 'command line', 'import', 'script', 'worker'])), name='act_came_by_a_known_door'),
        ),
        migrations.AddConstraint(
            model_name='act',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('person', None), ('via', 'worker')), models.Q(('person__isnull', False), models.Q(('via', 'worker'), _negated=True)), _connector='OR'), name='act_is_somebody_s_or_the_worker_s'),
        ),
    ]
