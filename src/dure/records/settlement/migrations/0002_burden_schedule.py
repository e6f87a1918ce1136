"""The users' rates as approved."""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

from dure.records.journal.guards import grant_rights, needs_approval, only_grows


class Migration(migrations.Migration):

    dependencies = [
        ('journal', '0003_drop_texts'),
        ('settlement', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='BurdenSchedule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('programme', models.CharField(max_length=160)),
                ('subject', models.CharField(max_length=160)),
                ('approved_on', models.DateField()),
                ('rates', models.JSONField(help_text='Rate by organisation, as decimal text.')),
                ('list_won', models.BigIntegerField()),
                ('billed_won', models.BigIntegerField()),
                ('support_won', models.BigIntegerField()),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='journal.entry')),
            ],
            options={
                'ordering': ['programme', 'approved_on', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('list_won', django.db.models.expressions.CombinedExpression(models.F('billed_won'), '+', models.F('support_won')))), name='burden_list_is_billed_and_support')],
            },
        ),
        only_grows("settlement_burdenschedule"),
        needs_approval("settlement_burdenschedule", "burden"),
        grant_rights(),
    ]
