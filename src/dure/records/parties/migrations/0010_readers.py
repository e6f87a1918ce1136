"""Whose rows does a reader see? All at an office, the organisation's at its own desk, none for nobody."""

from django.db import migrations

from dure.records.journal.guards import pin_functions

# Only the log-in that serves pages, and therefore reads sessions, is held to the person it serves. The desks are those of
# `parties.access.OVERSIGHT`; a test holds the two to each other.
READS_ALL = """
CREATE FUNCTION parties_reads_all() RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF journal_reads_as_owner() OR NOT coalesce(has_table_privilege(to_regclass('django_session'), 'SELECT'), false) THEN
    RETURN true;
  END IF;
  RETURN EXISTS (
    SELECT FROM parties_role r JOIN parties_person p ON p.id = r.person_id
    WHERE r.person_id = journal_reader() AND p.is_active AND journal_holds(r, now())
      AND r.desk IN ('ministry', 'agency', 'operator', 'auditor'));
END $$;
"""
# An organisation, and those that turned out to be the same: `Organisation.as_one`.
ORGANISATIONS = """
CREATE FUNCTION parties_organisations_of_reader(at_desk text) RETURNS text[] LANGUAGE sql STABLE AS $$
  SELECT coalesce(array_agg(DISTINCT each), '{}')
  FROM parties_role r JOIN parties_person p ON p.id = r.person_id JOIN parties_organisation o ON o.id = r.organisation_id
    JOIN parties_organisation stays ON stays.id = coalesce(o.merged_into_id, o.id)
    CROSS JOIN LATERAL unnest(stays.joined || stays.id) each
  WHERE r.person_id = journal_reader() AND p.is_active AND r.desk = at_desk AND journal_holds(r, now())
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("parties", "0009_renewals"), ("journal", "0008_boundary")]

    operations = [
        migrations.RunSQL(READS_ALL, "DROP FUNCTION parties_reads_all()"),
        migrations.RunSQL(ORGANISATIONS, "DROP FUNCTION parties_organisations_of_reader(text)"),
        pin_functions(),
    ]
