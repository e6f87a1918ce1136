"""Indexes for the search of grants by their id, and for the order of those who wait."""

from django.db import migrations, models
from django.db.migrations import RunSQL
from django.db.models import Q

TRIGRAMS = """
DO $$
BEGIN
  CREATE INDEX grant_by_letters_of_id ON allocation_grant USING gin (upper(id::text) gin_trgm_ops);
EXCEPTION WHEN undefined_object THEN
  RAISE NOTICE 'pg_trgm is not to be had: search goes without an index';
END $$;
"""


class Migration(migrations.Migration):
    # People's migration makes the extension, where this database may have it.
    dependencies = [("allocation", "0005_orders"), ("parties", "0004_words_and_views")]

    operations = [
        RunSQL(TRIGRAMS, "DROP INDEX IF EXISTS grant_by_letters_of_id"),
        migrations.AddIndex(
            "waitingplace", models.Index(fields=["place", "id"], condition=Q(left_at=None), name="waiting_by_place")
        ),
    ]
