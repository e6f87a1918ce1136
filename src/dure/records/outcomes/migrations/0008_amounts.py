"""Amounts are named without a currency."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('allocation', '0013_places_by_act'),
        ('outcomes', '0007_reports_by_act'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='achievement',
            name='achievement_is_possible',
        ),
        migrations.RenameField(
            model_name='achievement',
            old_name='revenue_won',
            new_name='revenue_amount',
        ),
        migrations.AddConstraint(
            model_name='achievement',
            constraint=models.CheckConstraint(condition=models.Q(('count__gte', 0), ('kind__in', ['paper', 'model', 'patent', 'product', 'revenue', 'people_trained']), ('revenue_amount__gte', 0)), name='achievement_is_possible'),
        ),
    ]
