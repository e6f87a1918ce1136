"""Documents: written once, each with its act and its subject, removed at most once; readers see those of their organisation.

Uploads wait for their act for a day, and are forgotten then.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from dure.records.journal.guards import also_read, keeps, pin_functions, rows_of_organisations, trigger

# What it belongs to is there and is its organisation's; an application takes documents until the deadline.
STANDS = """
  IF NEW.kind = 'application' THEN
    SELECT organisation_id, withdrawn_at, user_call_id INTO whose, withdrawn, judged_in FROM demand_application
    WHERE id = NEW.subject;
  ELSIF NEW.kind = 'grant' THEN
    SELECT a.organisation_id INTO whose FROM allocation_grant g JOIN demand_application a ON a.id = g.application_id
    WHERE g.id = NEW.subject;
  ELSIF NEW.kind = 'call' THEN
    PERFORM FROM procurement_call WHERE id = NEW.subject;
  ELSE
    PERFORM FROM demand_usercall WHERE id = NEW.subject;
  END IF;
  IF NOT FOUND OR whose IS DISTINCT FROM NEW.organisation_id THEN
    RAISE EXCEPTION 'document % belongs to nothing of that organisation', NEW.id USING ERRCODE = '23514';
  END IF;
  moment := CASE WHEN TG_OP = 'INSERT' THEN NEW.attached_at ELSE NEW.removed_at END;
  IF NOT journal_is_owner() AND NOT journal_is_now(moment) THEN
    RAISE EXCEPTION 'document % is attached and removed now', NEW.id USING ERRCODE = '23514';
  END IF;
  IF NEW.kind = 'application' THEN
    SELECT closes_at INTO deadline FROM demand_usercall WHERE id = judged_in FOR SHARE;
    IF withdrawn IS NOT NULL OR moment >= deadline OR (NOT journal_is_owner() AND clock_timestamp() >= deadline) THEN
      RAISE EXCEPTION 'documents of application % are changed before the deadline', NEW.subject USING ERRCODE = '23514';
    END IF;
  END IF;
  RETURN NEW;
"""
ONCE = """
  IF OLD.removed_at IS NOT NULL OR NEW.removed_at IS NULL THEN
    RAISE EXCEPTION 'document % is removed once', OLD.id USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""
WHOLE = "CHECK (digest = encode(sha256(content), 'hex') AND size = octet_length(content))"
# By somebody who sits for the organisation whose it is, or at the agency where it is everybody's; the act is about its subject.
ACT = """
  IF journal_is_owner() OR EXISTS (
    SELECT FROM journal_act a JOIN parties_role r ON r.person_id = a.person_id
      LEFT JOIN parties_organisation o ON o.id = r.organisation_id
      LEFT JOIN parties_organisation stays ON stays.id = coalesce(o.merged_into_id, o.id)
    WHERE a.transaction = pg_current_xact_id() AND a.about = NEW.kind || '/' || NEW.subject
      AND a.command = CASE WHEN TG_OP = 'UPDATE' AND NEW.organisation_id IS NULL THEN 'unpublish_document'
        WHEN TG_OP = 'UPDATE' THEN 'remove_document' ELSE CASE NEW.kind WHEN 'application' THEN 'attach_to_application' WHEN 'grant' THEN 'attach_to_grant'
        WHEN 'call' THEN 'publish_with_provider_call' ELSE 'publish_with_user_call' END END
      AND journal_holds(r, a.at) AND r.given_at < a.at AND CASE WHEN NEW.organisation_id IS NULL THEN r.desk = 'agency'
        ELSE r.desk = 'applicant' AND NEW.organisation_id = ANY (stays.joined || stays.id) END
  ) THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION 'document % changes only by an act of its people in the same transaction', NEW.id USING ERRCODE = '23514';
"""
JUDGED = (
    "EXISTS (SELECT FROM demand_application a "
    "WHERE a.id = subject AND a.user_call_id = ANY ((SELECT review_user_calls_of_reader())::text[]))"
)
KEPT = (
    "id", "kind", "subject", "part", "organisation_id", "title", "name", "media", "size", "digest", "content", "attached_by_id",
    "attached_at",
)  # fmt: skip


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('parties', '0016_addresses_by_act'),
        ('review', '0008_withdrawn_applications'),
        ('allocation', '0011_totals_with_regrants'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Document',
            fields=[
                ('name', models.CharField(max_length=120)),
                ('media', models.CharField(max_length=40)),
                ('size', models.IntegerField()),
                ('digest', models.CharField(help_text='SHA-256 of the content.', max_length=64)),
                ('content', models.BinaryField()),
                ('id', models.CharField(max_length=400, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('application', 'Application'), ('grant', 'Grant'), ('call', 'Call'), ('user_call', 'User Call')], max_length=16)),
                ('subject', models.CharField(max_length=330)),
                ('part', models.CharField(blank=True, choices=[('answer', 'Answer'), ('appeal', 'Appeal'), ('report', 'Report')], max_length=8)),
                ('title', models.CharField(max_length=200)),
                ('attached_at', models.DateTimeField()),
                ('removed_at', models.DateTimeField(blank=True, null=True)),
                ('attached_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='parties.organisation')),
            ],
            options={
                'ordering': ['kind', 'subject', 'attached_at', 'id'],
                'indexes': [models.Index(fields=['kind', 'subject', 'attached_at'], name='document_by_subject')],
                'constraints': [models.CheckConstraint(condition=models.Q(('digest__regex', '^[0-9a-f]{64}$'), ('media__in', ['application/pdf', 'image/png', 'image/jpeg', 'application/zip', 'application/x-ole-storage']), ('size__gte', 1), ('size__lte', 10000000)), name='document_is_a_file_that_is_taken'), models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ('call', 'user_call')), ('organisation', None)), models.Q(('kind__in', ('application', 'grant')), ('organisation__isnull', False)), _connector='OR'), name='document_is_somebodys_or_published'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'grant'), ('part__in', ('answer', 'appeal', 'report'))), models.Q(models.Q(('kind', 'grant'), _negated=True), ('part', '')), _connector='OR'), name='document_of_a_grant_supports_something'), models.CheckConstraint(condition=models.Q(models.Q(('title', ''), _negated=True), models.Q(('name', ''), _negated=True)), name='document_has_its_title'), models.CheckConstraint(condition=models.Q(('removed_at__gte', models.F('attached_at'))), name='document_is_removed_after_it_came')],
            },
        ),
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('name', models.CharField(max_length=120)),
                ('media', models.CharField(max_length=40)),
                ('size', models.IntegerField()),
                ('digest', models.CharField(help_text='SHA-256 of the content.', max_length=64)),
                ('content', models.BinaryField()),
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('handed_in_at', models.DateTimeField()),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['id'],
                'indexes': [models.Index(fields=['handed_in_at'], name='upload_by_time')],
                'constraints': [models.UniqueConstraint(fields=('person', 'digest'), name='upload_once_per_person'), models.CheckConstraint(condition=models.Q(('digest__regex', '^[0-9a-f]{64}$'), ('media__in', ['application/pdf', 'image/png', 'image/jpeg', 'application/zip', 'application/x-ole-storage']), ('size__gte', 1), ('size__lte', 10000000)), name='upload_is_a_file_that_is_taken')],
            },
        ),
        migrations.RunSQL(
            f"ALTER TABLE documents_document ADD CONSTRAINT document_is_whole {WHOLE};"
            f"ALTER TABLE documents_upload ADD CONSTRAINT upload_is_whole {WHOLE};",
            "ALTER TABLE documents_document DROP CONSTRAINT document_is_whole;"
            "ALTER TABLE documents_upload DROP CONSTRAINT upload_is_whole;",
        ),
        keeps("documents_document", *KEPT),
        trigger(
            "stands", "documents_document", when="BEFORE INSERT OR UPDATE OF removed_at", body=STANDS,
            declare="whose text; withdrawn timestamptz; judged_in text; deadline timestamptz; moment timestamptz;", definer=True,
        ),
        trigger("goes_once", "documents_document", when="BEFORE UPDATE OF removed_at", body=ONCE),
        trigger(
            "needs_its_act", "documents_document", when="AFTER INSERT OR UPDATE OF removed_at", body=ACT, deferred=True,
            definer=True,
        ),
        rows_of_organisations(
            "documents_document",
            "organisation_id IS NULL OR organisation_id = ANY ((SELECT parties_organisations_of_reader('applicant'))::text[])",
        ),
        also_read("documents_document", "evaluates_it", f"kind = 'application' AND {JUDGED}"),
        pin_functions(),
    ]  # fmt: skip
