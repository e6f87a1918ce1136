"""Amounts are named without a currency."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('journal', '0012_statements_by_act'),
        ('procurement', '0003_questions'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='award',
            name='award_quantities_are_possible',
        ),
        migrations.RemoveConstraint(
            model_name='call',
            name='call_awards_within_budget',
        ),
        migrations.RenameField(
            model_name='award',
            old_name='price_won',
            new_name='price_amount',
        ),
        migrations.RenameField(
            model_name='call',
            old_name='awarded_won',
            new_name='awarded_amount',
        ),
        migrations.RenameField(
            model_name='call',
            old_name='budget_won',
            new_name='budget_amount',
        ),
        migrations.AddConstraint(
            model_name='award',
            constraint=models.CheckConstraint(condition=models.Q(('gpus_per_server__gt', 0), ('own_use_servers__gte', 0), ('own_use_servers__lte', models.F('servers')), ('price_amount__gte', 0), ('servers__gt', 0)), name='award_quantities_are_possible'),
        ),
        migrations.AddConstraint(
            model_name='call',
            constraint=models.CheckConstraint(condition=models.Q(('awarded_amount__gte', 0), ('awarded_amount__lte', models.F('budget_amount'))), name='call_awards_within_budget'),
        ),
        migrations.AlterField(
            model_name="proposal",
            name="content",
            field=models.JSONField(help_text="As it was handed in, of which `digest` is the digest; `offered` reads it."),
        ),
    ]
