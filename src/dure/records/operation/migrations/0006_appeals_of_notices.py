"""An appeal is against one notice, and says which: whether it settles a notice is not told by days any more."""

import django.db.models.deletion
from django.db import migrations, models

from dure.records.journal.guards import keeps, pin_functions, trigger

# Of the appeals that could be made against one notice before, the one that settles it, else an open one, else the last.
LINK = """
ALTER TABLE operation_appeal DISABLE TRIGGER stays_decided;
UPDATE operation_appeal a SET notice_id = decisive.notice
FROM (
  SELECT DISTINCT ON (n.id) n.id AS notice, o.id AS appeal
  FROM operation_appeal o CROSS JOIN LATERAL (
    SELECT id FROM operation_notice WHERE grant_id = o.grant_id AND sent_on <= o.opened_on ORDER BY sent_on DESC LIMIT 1) n
  ORDER BY n.id, o.upheld IS TRUE DESC, o.closed_on IS NULL DESC, o.opened_on DESC, o.id DESC
) decisive
WHERE a.id = decisive.appeal;
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE operation_appeal ENABLE TRIGGER stays_decided;
"""
AGAINST = """
  IF NOT EXISTS (
    SELECT FROM operation_notice WHERE id = NEW.notice_id AND grant_id = NEW.grant_id AND sent_on <= NEW.opened_on
  ) THEN
    RAISE EXCEPTION 'an appeal is against a notice that its grant has got' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
"""
BEFORE = keeps("operation_appeal", "id", "grant_id", "opened_on", "text")
AFTER = keeps("operation_appeal", "id", "grant_id", "notice_id", "opened_on", "text")


class Migration(migrations.Migration):
    dependencies = [("operation", "0005_rows"), ("parties", "0011_person_mergers")]

    operations = [
        migrations.AddField(
            "appeal",
            "notice",
            models.ForeignKey(
                "operation.notice",
                null=True,
                blank=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="appeals",
            ),
        ),
        migrations.RunSQL(LINK, migrations.RunSQL.noop),
        migrations.AddConstraint("appeal", models.UniqueConstraint(fields=["notice"], name="appeal_one_for_each_notice")),
        migrations.RunSQL(f"{BEFORE.reverse_sql}{AFTER.sql}", f"{AFTER.reverse_sql}{BEFORE.sql}"),
        trigger("is_against_its_notice", "operation_appeal", when="BEFORE INSERT", body=AGAINST, definer=True),
        pin_functions(),
    ]
