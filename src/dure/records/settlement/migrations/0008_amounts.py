"""Amounts are named without a currency."""

import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('allocation', '0013_places_by_act'),
        ('journal', '0012_statements_by_act'),
        ('parties', '0017_people_by_act'),
        ('settlement', '0007_rows_by_sets'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='burdenschedule',
            name='burden_list_is_billed_and_support',
        ),
        migrations.RemoveConstraint(
            model_name='invoice',
            name='invoice_list_is_billed_and_support',
        ),
        migrations.RemoveConstraint(
            model_name='invoiceline',
            name='line_list_is_billed_and_support',
        ),
        migrations.RemoveConstraint(
            model_name='invoiceline',
            name='line_charges_or_reverses',
        ),
        migrations.RemoveConstraint(
            model_name='paymentreceived',
            name='payment_received_is_of_money',
        ),
        migrations.RemoveConstraint(
            model_name='price',
            name='price_is_not_negative',
        ),
        migrations.RemoveConstraint(
            model_name='providerstatement',
            name='statement_adds_up',
        ),
        migrations.RenameField(
            model_name='burdenschedule',
            old_name='billed_won',
            new_name='billed_amount',
        ),
        migrations.RenameField(
            model_name='burdenschedule',
            old_name='list_won',
            new_name='list_amount',
        ),
        migrations.RenameField(
            model_name='burdenschedule',
            old_name='support_won',
            new_name='support_amount',
        ),
        migrations.RenameField(
            model_name='clawback',
            old_name='won',
            new_name='amount',
        ),
        migrations.RenameField(
            model_name='invoice',
            old_name='billed_won',
            new_name='billed_amount',
        ),
        migrations.RenameField(
            model_name='invoice',
            old_name='list_won',
            new_name='list_amount',
        ),
        migrations.RenameField(
            model_name='invoice',
            old_name='support_won',
            new_name='support_amount',
        ),
        migrations.RenameField(
            model_name='invoiceline',
            old_name='billed_won',
            new_name='billed_amount',
        ),
        migrations.RenameField(
            model_name='invoiceline',
            old_name='list_won',
            new_name='list_amount',
        ),
        migrations.RenameField(
            model_name='invoiceline',
            old_name='support_won',
            new_name='support_amount',
        ),
        migrations.RenameField(
            model_name='paymentreceived',
            old_name='won',
            new_name='amount',
        ),
        migrations.RenameField(
            model_name='price',
            old_name='won_per_gpu_hour',
            new_name='price_per_gpu_hour',
        ),
        migrations.RenameField(
            model_name='providerstatement',
            old_name='deducted_won',
            new_name='deducted_amount',
        ),
        migrations.RenameField(
            model_name='providerstatement',
            old_name='fee_won',
            new_name='fee_amount',
        ),
        migrations.RenameField(
            model_name='providerstatement',
            old_name='payable_won',
            new_name='payable_amount',
        ),
        migrations.AddConstraint(
            model_name='burdenschedule',
            constraint=models.CheckConstraint(condition=models.Q(('list_amount', django.db.models.expressions.CombinedExpression(models.F('billed_amount'), '+', models.F('support_amount')))), name='burden_list_is_billed_and_support'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.CheckConstraint(condition=models.Q(('list_amount', django.db.models.expressions.CombinedExpression(models.F('billed_amount'), '+', models.F('support_amount')))), name='invoice_list_is_billed_and_support'),
        ),
        migrations.AddConstraint(
            model_name='invoiceline',
            constraint=models.CheckConstraint(condition=models.Q(('list_amount', django.db.models.expressions.CombinedExpression(models.F('billed_amount'), '+', models.F('support_amount')))), name='line_list_is_billed_and_support'),
        ),
        migrations.AddConstraint(
            model_name='invoiceline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('billed_amount__gte', 0), ('gpu_hours__gte', 0), ('list_amount__gte', 0), ('reverses', None), ('support_amount__gte', 0)), models.Q(('billed_amount__lte', 0), ('counts', False), ('gpu_hours__lte', 0), ('list_amount__lte', 0), ('reverses__isnull', False), ('support_amount__lte', 0)), _connector='OR'), name='line_charges_or_reverses'),
        ),
        migrations.AddConstraint(
            model_name='paymentreceived',
            constraint=models.CheckConstraint(condition=models.Q(('amount', 0), _negated=True), name='payment_received_is_of_money'),
        ),
        migrations.AddConstraint(
            model_name='price',
            constraint=models.CheckConstraint(condition=models.Q(('price_per_gpu_hour__gte', 0)), name='price_is_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='providerstatement',
            constraint=models.CheckConstraint(condition=models.Q(('deducted_amount__gte', 0), ('fee_amount__gte', 0), ('payable_amount', django.db.models.expressions.CombinedExpression(models.F('fee_amount'), '-', models.F('deducted_amount'))), ('payable_amount__gte', 0)), name='statement_adds_up'),
        ),
    ]
