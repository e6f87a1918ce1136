"""An index for the search of acts by their subject."""

from django.db import migrations
from django.db.migrations import RunSQL

TRIGRAMS = """
DO $$
BEGIN
  CREATE INDEX act_by_letters_of_subject ON journal_act USING gin (upper(about::text) gin_trgm_ops);
EXCEPTION WHEN undefined_object THEN
  RAISE NOTICE 'pg_trgm is not to be had: search goes without an index';
END $$;
"""


class Migration(migrations.Migration):
    # People's migration makes the extension, where this database may have it.
    dependencies = [("journal", "0005_act_transaction"), ("parties", "0004_words_and_views")]

    operations = [RunSQL(TRIGRAMS, "DROP INDEX IF EXISTS act_by_letters_of_subject")]
