"""Amounts are named without a currency."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('funding', '0003_corrections'),
        ('journal', '0012_statements_by_act'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='budgetline',
            name='line_paid_within_committed_within_won',
        ),
        migrations.RenameField(
            model_name='appropriation',
            old_name='won',
            new_name='amount',
        ),
        migrations.RenameField(
            model_name='budgetline',
            old_name='won',
            new_name='amount',
        ),
        migrations.RenameField(
            model_name='budgetline',
            old_name='committed_won',
            new_name='committed_amount',
        ),
        migrations.RenameField(
            model_name='budgetline',
            old_name='paid_won',
            new_name='paid_amount',
        ),
        migrations.RenameField(
            model_name='commitment',
            old_name='won',
            new_name='amount',
        ),
        migrations.RenameField(
            model_name='payment',
            old_name='won',
            new_name='amount',
        ),
        migrations.AddConstraint(
            model_name='budgetline',
            constraint=models.CheckConstraint(condition=models.Q(('committed_amount__lte', models.F('amount')), ('paid_amount__gte', 0), ('paid_amount__lte', models.F('committed_amount'))), name='line_paid_within_committed_within_amount'),
        ),
    ]
