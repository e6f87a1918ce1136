"""A question is everybody's once it is answered; until then it is its asker's, and the offices'."""

from django.db import migrations

from dure.records.journal.guards import pin_functions

# Nobody but an office answers; whoever asks, asks in their own name.
ROWS = """
ALTER TABLE procurement_question ENABLE ROW LEVEL SECURITY; ALTER TABLE procurement_question FORCE ROW LEVEL SECURITY;
CREATE POLICY is_read ON procurement_question FOR SELECT
  USING (answered_at IS NOT NULL OR asked_by_id = journal_reader() OR (SELECT parties_reads_all()));
CREATE POLICY is_asked ON procurement_question FOR INSERT
  WITH CHECK (asked_by_id = journal_reader() OR (SELECT parties_reads_all()));
CREATE POLICY is_answered ON procurement_question FOR UPDATE USING ((SELECT parties_reads_all()));
"""
AS_BEFORE = """
DROP POLICY is_read ON procurement_question; DROP POLICY is_asked ON procurement_question;
DROP POLICY is_answered ON procurement_question;
ALTER TABLE procurement_question NO FORCE ROW LEVEL SECURITY; ALTER TABLE procurement_question DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("procurement", "0002_boundary"), ("parties", "0010_readers")]

    operations = [migrations.RunSQL(ROWS, AS_BEFORE), pin_functions()]
