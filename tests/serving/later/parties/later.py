"""A column that every row gets, a constraint over it, and values that are made from others."""

from pathlib import Path

from django.db import migrations

from dure.records.parties import migrations as today

LAST = max(each.stem for each in Path(next(iter(today.__path__))).glob("0*.py"))


class Migration(migrations.Migration):
    dependencies = [("parties", LAST)]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE parties_organisation ADD COLUMN later text NOT NULL DEFAULT '',"
            " ADD CONSTRAINT later_is_short CHECK (length(later) < 400);"
            " UPDATE parties_organisation SET later = id"
        )
    ]
