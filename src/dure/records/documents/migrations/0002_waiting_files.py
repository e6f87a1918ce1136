"""What was handed in exists for its sender alone, and after a day for the worker, who forgets it."""

from django.db import migrations
from django.db.migrations import RunSQL

from dure.records.journal.guards import pin_functions

# As in `parties_reads_all`: the log-in that serves pages, and therefore reads sessions, forgets nothing of others.
FORGETS = """
CREATE FUNCTION documents_reader_forgets() RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN NOT coalesce(has_table_privilege(to_regclass('django_session'), 'SELECT'), false);
END $$;
"""
# To delete a row, a log-in must see it: one policy for each.
OVERDUE = "(SELECT documents_reader_forgets()) AND handed_in_at < now() - interval '1 day'"
ROWS = f"""
ALTER TABLE documents_upload ENABLE ROW LEVEL SECURITY; ALTER TABLE documents_upload FORCE ROW LEVEL SECURITY;
CREATE POLICY is_senders ON documents_upload
  USING ((SELECT journal_reads_as_owner()) OR person_id = (SELECT journal_reader()));
CREATE POLICY is_overdue ON documents_upload FOR SELECT USING ({OVERDUE});
CREATE POLICY is_forgotten ON documents_upload FOR DELETE USING ({OVERDUE});
"""
BACK = """
DROP POLICY is_senders ON documents_upload; DROP POLICY is_overdue ON documents_upload;
DROP POLICY is_forgotten ON documents_upload;
ALTER TABLE documents_upload NO FORCE ROW LEVEL SECURITY; ALTER TABLE documents_upload DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial"), ("journal", "0008_boundary")]

    operations = [
        RunSQL(FORGETS, "DROP FUNCTION documents_reader_forgets()"),
        RunSQL(ROWS, BACK),
        pin_functions(),
    ]
