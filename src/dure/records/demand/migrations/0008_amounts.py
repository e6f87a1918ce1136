"""Amounts are named without a currency."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('demand', '0007_rows_by_sets'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='surveyresponse',
            name='response_is_not_negative',
        ),
        migrations.RenameField(
            model_name='surveyresponse',
            old_name='would_pay_won_per_gpu_hour',
            new_name='would_pay_per_gpu_hour',
        ),
        migrations.AddConstraint(
            model_name='surveyresponse',
            constraint=models.CheckConstraint(condition=models.Q(('servers__gte', 0), ('weeks__gte', 0), models.Q(('would_pay_per_gpu_hour', None), ('would_pay_per_gpu_hour__gte', 0), _connector='OR')), name='response_is_not_negative'),
        ),
    ]
