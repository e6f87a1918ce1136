"""Requests to register an organisation: written once, answered once by an act, with documents that only grow."""
import django.db.models.deletion
import dure.records.parties.words
from django.conf import settings
from django.db import migrations, models

from dure.records.journal.guards import keeps, needs_act, only_grows, pin_functions, trigger

ASKED = """
  IF TG_OP = 'INSERT' AND NOT journal_is_owner() AND NOT journal_is_now(NEW.asked_at) THEN
    RAISE EXCEPTION 'a registration is asked for now' USING ERRCODE = '23514';
  ELSIF TG_OP = 'INSERT' AND NEW.decided_at IS NOT NULL OR TG_OP = 'UPDATE' AND OLD.decided_at IS NOT NULL THEN
    RAISE EXCEPTION 'a registration is answered once, after it was asked for' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""
DIGEST = "ALTER TABLE registrations_content ADD CONSTRAINT content_has_its_digest CHECK (digest = encode(sha256(content), 'hex'))"


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('parties', '0008_numbers_and_mergers'),
        ('journal', '0008_boundary'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Content',
            fields=[
                ('digest', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('content', models.BinaryField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('digest__regex', '^[0-9a-f]{64}$')), name='content_is_known_by_its_sha256')],
            },
        ),
        migrations.CreateModel(
            name='Registration',
            fields=[
                ('id', models.CharField(max_length=16, primary_key=True, serialize=False)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('name_ko', models.CharField(max_length=200)),
                ('name_en', models.CharField(blank=True, max_length=200)),
                ('kind', models.CharField(max_length=40)),
                ('number', models.CharField(db_index=True, max_length=40)),
                ('address', models.CharField(max_length=300)),
                ('desk', models.CharField(choices=[('ministry', 'Ministry'), ('agency', 'Agency'), ('reviewer', 'Reviewer'), ('provider', 'Provider'), ('applicant', 'Applicant'), ('operator', 'Operator'), ('auditor', 'Auditor')], max_length=16)),
                ('contact_name', models.CharField(max_length=120)),
                ('contact_email', models.EmailField(max_length=254)),
                ('language', models.CharField(max_length=8)),
                ('asked_at', models.DateTimeField(db_index=True)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('reason', models.TextField(blank=True, help_text='Why it was refused.', max_length=4000)),
                ('words', models.GeneratedField(db_persist=True, expression=dure.records.parties.words.Words(dure.records.parties.words._Joined(dure.records.parties.words._Joined(dure.records.parties.words._Joined(models.F('number'), models.Value(' '), models.F('name_ko')), models.Value(' '), models.F('name_en')), models.Value(' '), models.F('contact_name')), output_field=models.TextField()), output_field=models.TextField())),
                ('asked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='registrations', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='registration', to='parties.organisation')),
            ],
            options={
                'ordering': ['-asked_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.SmallIntegerField()),
                ('name', models.CharField(max_length=120)),
                ('media', models.CharField(max_length=40)),
                ('size', models.IntegerField()),
                ('content', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registrations.content')),
                ('registration', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='registrations.registration')),
            ],
            options={
                'ordering': ['registration', 'place'],
            },
        ),
        migrations.AddConstraint(
            model_name='registration',
            constraint=models.CheckConstraint(condition=models.Q(('digest__regex', '^[0-9a-f]{64}$'), ('digest__startswith', models.F('id'))), name='registration_is_known_by_its_sha256'),
        ),
        migrations.AddConstraint(
            model_name='registration',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('name_ko', ''), _negated=True), models.Q(('kind', ''), _negated=True), models.Q(('number', ''), _negated=True), models.Q(('contact_email', ''), _negated=True)), name='registration_says_who_asks'),
        ),
        migrations.AddConstraint(
            model_name='registration',
            constraint=models.CheckConstraint(condition=models.Q(('desk__in', ('provider', 'applicant'))), name='registration_is_of_provider_or_applicant'),
        ),
        migrations.AddConstraint(
            model_name='registration',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', None), ('organisation', None), ('reason', '')), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), models.Q(('organisation', None), ('reason', ''), _connector='XOR')), _connector='OR'), name='registration_is_confirmed_or_refused_with_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.UniqueConstraint(fields=('registration', 'place'), name='document_has_its_place'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(('place__gte', 1), ('place__lte', 5)), name='document_is_one_of_five'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(('media__in', ('application/pdf', 'image/png', 'image/jpeg'))), name='document_is_a_pdf_or_a_picture'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(('size__gte', 1), ('size__lte', 5242880)), name='document_is_not_too_large'),
        ),
        migrations.RunSQL(DIGEST, "ALTER TABLE registrations_content DROP CONSTRAINT content_has_its_digest"),
        only_grows("registrations_content"),
        only_grows("registrations_document"),
        keeps(
            "registrations_registration",
            *("id", "digest", "name_ko", "name_en", "kind", "number", "address", "desk", "contact_name", "contact_email"),
            *("language", "asked_by_id", "asked_at"),
        ),
        trigger("is_answered_once", "registrations_registration", when="BEFORE INSERT OR UPDATE", body=ASKED),
        needs_act(
            "registrations_registration", "confirm_registration,refuse_registration", "agency", when="UPDATE",
            subject="registration",
        ),
        pin_functions(),
    ]
