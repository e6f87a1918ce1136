"""Keys, signed answers, and the log with its heads and receipts: what is added there stays."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from dure.records.journal.guards import keeps, needs_act, only_grows, pin_functions, trigger

ANSWERING = "ministry,agency,operator"
ENDS_ONCE = """
  IF OLD.ended_at IS NOT NULL THEN
    RAISE EXCEPTION 'key % has ended', OLD.id USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('journal', '0008_boundary'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Head',
            fields=[
                ('size', models.BigIntegerField(primary_key=True, serialize=False)),
                ('hash', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('statement', models.TextField(max_length=4000)),
                ('signature', models.CharField(max_length=1000)),
            ],
            options={
                'ordering': ['size'],
                'constraints': [models.CheckConstraint(condition=models.Q(('hash__regex', '^[0-9a-f]{64}$')), name='head_hash_is_sha256')],
            },
        ),
        migrations.CreateModel(
            name='SigningKey',
            fields=[
                ('id', models.CharField(help_text='First half of the SHA-256 of the public key.', max_length=32, primary_key=True, serialize=False)),
                ('public', models.CharField(max_length=1000, unique=True)),
                ('credential', models.CharField(blank=True, help_text='Of a passkey: by which the browser finds it.', max_length=1400)),
                ('name', models.CharField(blank=True, max_length=80)),
                ('registered_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signing_keys', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['registered_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='SignedAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('statement', models.TextField(max_length=4000)),
                ('signature', models.CharField(max_length=1000)),
                ('authenticator_data', models.TextField(blank=True, max_length=4000)),
                ('client_data', models.TextField(blank=True, max_length=4000)),
                ('entry', models.ForeignKey(help_text='What was answered.', on_delete=django.db.models.deletion.PROTECT, related_name='signed_answers', to='journal.entry')),
                ('key', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signed_answers', to='evidence.signingkey')),
            ],
            options={
                'ordering': ['entry', 'key'],
            },
        ),
        migrations.CreateModel(
            name='Leaf',
            fields=[
                ('place', models.BigIntegerField(primary_key=True, serialize=False)),
                ('leaf', models.CharField(max_length=64)),
                ('hash', models.CharField(max_length=64)),
                ('act', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='leaf', to='journal.act')),
                ('entry', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='leaf', to='journal.entry')),
            ],
            options={
                'ordering': ['place'],
                'constraints': [models.CheckConstraint(condition=models.Q(('place__gte', 1)), name='log_starts_at_one'), models.CheckConstraint(condition=models.Q(models.Q(('act__isnull', False), ('entry', None)), models.Q(('act', None), ('entry__isnull', False)), _connector='OR'), name='leaf_is_an_entry_or_an_act'), models.CheckConstraint(condition=models.Q(('leaf__regex', '^[0-9a-f]{64}$'), ('hash__regex', '^[0-9a-f]{64}$')), name='leaf_hashes_are_sha256')],
            },
        ),
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('witness', models.CharField(max_length=160)),
                ('at', models.DateTimeField()),
                ('statement', models.TextField(max_length=4000)),
                ('signature', models.CharField(max_length=1000)),
                ('head', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='receipts', to='evidence.head')),
            ],
            options={
                'ordering': ['head', 'witness'],
                'constraints': [models.UniqueConstraint(fields=('head', 'witness'), name='head_is_witnessed_once_by_each'), models.CheckConstraint(condition=models.Q(('witness', ''), _negated=True), name='receipt_names_its_witness')],
            },
        ),
        migrations.AddConstraint(
            model_name='signingkey',
            constraint=models.CheckConstraint(condition=models.Q(('id__regex', '^[0-9a-f]{32}$'), models.Q(('public', ''), _negated=True)), name='key_is_known_by_its_sha256'),
        ),
        migrations.AddConstraint(
            model_name='signingkey',
            constraint=models.CheckConstraint(condition=models.Q(('ended_at', None), ('ended_at__gte', models.F('registered_at')), _connector='OR'), name='key_ends_after_it_began'),
        ),
        migrations.AddConstraint(
            model_name='signedanswer',
            constraint=models.UniqueConstraint(fields=('entry', 'key'), name='answer_is_signed_once_by_a_key'),
        ),
        migrations.AddConstraint(
            model_name='signedanswer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('statement', ''), _negated=True), models.Q(('signature', ''), _negated=True)), name='signed_answer_has_its_signature'),
        ),
        only_grows("evidence_signedanswer"),
        only_grows("evidence_leaf"),
        only_grows("evidence_head"),
        only_grows("evidence_receipt"),
        keeps("evidence_signingkey", "id", "person_id", "public", "credential", "name", "registered_at"),
        needs_act("evidence_signingkey", "register_key,end_key", ANSWERING, when="INSERT OR UPDATE", subject="key"),
        needs_act("evidence_signedanswer", "approve_decision,refuse_decision", ANSWERING),
        trigger("ends_once", "evidence_signingkey", when="BEFORE UPDATE", body=ENDS_ONCE),
        pin_functions(),
    ]
