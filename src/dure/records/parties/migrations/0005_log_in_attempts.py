"""A table in which attempts to log in are counted, for all processes of the server: Django's cache in the database.

Unlogged: what is lost in a crash is a count of at most some minutes.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("parties", "0004_words_and_views")]

    operations = [
        migrations.RunSQL(
            sql="""
            CREATE UNLOGGED TABLE log_in_attempt (
              cache_key varchar(255) NOT NULL PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL
            );
            CREATE INDEX log_in_attempt_expires ON log_in_attempt (expires);
            """,
            reverse_sql="DROP TABLE log_in_attempt",
        )
    ]
