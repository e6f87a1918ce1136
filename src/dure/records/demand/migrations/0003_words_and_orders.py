"""Words by which applications are searched, and indexes for the orders of their list."""

from django.db import migrations, models
from django.db.migrations import RunSQL

import dure.records.parties.words

TRIGRAMS = """
DO $$
BEGIN
  CREATE INDEX application_by_words ON demand_application USING gin (words gin_trgm_ops);
EXCEPTION WHEN undefined_object THEN
  RAISE NOTICE 'pg_trgm is not to be had: search goes without an index';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("demand", "0002_estimate_and_people"), ("parties", "0004_words_and_views")]

    operations = [
        migrations.AddField(
            "application",
            "words",
            models.GeneratedField(
                expression=dure.records.parties.words.Words.of("id", "title"),
                output_field=models.TextField(),
                db_persist=True,
            ),
        ),
        RunSQL(TRIGRAMS, "DROP INDEX IF EXISTS application_by_words"),
        migrations.AddIndex("application", models.Index(fields=["submitted_at", "id"], name="application_by_submission")),
        migrations.AddIndex("application", models.Index(fields=["sector", "id"], name="application_by_sector")),
        migrations.AddIndex(
            "application",
            models.Index(fields=["organisation", "submitted_at", "id"], name="application_by_organisation"),
        ),
    ]
