"""Words by which lists are searched, initial consonants of Hangul among them, and views that people save."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.migrations import RunSQL

import dure.records.parties.words
from dure.records.journal.guards import grant_rights

# The block of Hangul syllables starts at code point 44032; 588 of them share each initial consonant, in this order of letters.
INITIALS = "12593,12594,12596,12599,12600,12601,12609,12610,12611,12613,12614,12615,12616,12617,12618,12619,12620,12621,12622"
WORDS = f"""
CREATE FUNCTION words_for_search(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT lower($1) || COALESCE(' ' || string_agg(
    CASE WHEN ascii(letter) BETWEEN 44032 AND 55203
      THEN chr((ARRAY[{INITIALS}])[(ascii(letter) - 44032) / 588 + 1]) ELSE lower(letter) END, '' ORDER BY place
  ) FILTER (WHERE $1 ~ '[^ -~]'), '')
  FROM regexp_split_to_table($1, '') WITH ORDINALITY AS letters(letter, place)
$$;
"""
# pg_trgm is a trusted extension, which the owner of a database may create; without it words are read one after the other.
TRIGRAMS = """
DO $$
BEGIN
  CREATE EXTENSION IF NOT EXISTS pg_trgm;
  CREATE INDEX organisation_by_words ON parties_organisation USING gin (words gin_trgm_ops);
EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported OR undefined_object THEN
  RAISE NOTICE 'pg_trgm is not to be had: search goes without an index';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("parties", "0003_token")]

    operations = [
        RunSQL(WORDS, "DROP FUNCTION words_for_search(text)"),
        migrations.AddField(
            "organisation",
            "words",
            models.GeneratedField(
                expression=dure.records.parties.words.Words.of("id", "name_ko", "name_en"),
                output_field=models.TextField(),
                db_persist=True,
            ),
        ),
        RunSQL(TRIGRAMS, "DROP INDEX IF EXISTS organisation_by_words"),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("list", models.CharField(max_length=40)),
                ("name", models.CharField(max_length=80)),
                ("query", models.TextField(blank=True, max_length=4000)),
                (
                    "shared",
                    models.BooleanField(
                        default=False, help_text="Whoever has the link may open it; rows stay each reader's own."
                    ),
                ),
                ("saved_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="views", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["name", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("person", "list", "name"), name="view_name_is_unique"),
                    models.CheckConstraint(
                        condition=models.Q(("list", ""), _negated=True) & models.Q(("name", ""), _negated=True),
                        name="view_has_list_and_name",
                    ),
                ],
            },
        ),
        grant_rights(),
    ]
