"""Nobody has the log-in name of another person in other letters: who logs in would be found twice, and let in as neither."""

from django.db import migrations, models
from django.db.models.functions import Lower

# Whoever came first keeps the name; the others, who could not log in by it either, get the number of their row after theirs.
APART = """
UPDATE parties_person later SET username = left(later.username, 60) || '-' || later.id
WHERE EXISTS (SELECT FROM parties_person first WHERE lower(first.username) = lower(later.username) AND first.id < later.id);
SET CONSTRAINTS ALL IMMEDIATE; -- no index is made beside triggers that wait
SET CONSTRAINTS ALL DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [("parties", "0011_person_mergers")]
    operations = [
        migrations.RunSQL(APART, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "person", models.UniqueConstraint(Lower("username"), name="person_alone_has_a_log_in_name")
        ),
    ]
