"""A draft keeps what each other window had saved, and not of one alone; nothing is kept twice."""

from django.db import migrations, models

SEVERAL = """
  UPDATE drafts_draft SET displaced = CASE WHEN displaced_at IS NULL THEN '[]'::jsonb ELSE jsonb_build_array(
    jsonb_build_object('version', version - 1, 'at', displaced_at, 'inputs', displaced)) END
"""


class Migration(migrations.Migration):
    dependencies = [("drafts", "0001_initial")]

    operations = [
        migrations.RemoveConstraint("draft", "draft_displaced_has_its_time"),
        migrations.RunSQL(SEVERAL, elidable=True),
        migrations.AlterField(
            "draft",
            "displaced",
            models.JSONField(
                default=list,
                help_text="What other windows had saved that was saved over: version, moment and inputs of each, the last last.",
            ),
        ),
        migrations.RemoveField("draft", "displaced_at"),
        migrations.AlterField(
            "draft",
            "about",
            models.CharField(
                blank=True, max_length=200, help_text="KIND/ID of each subject that its form names; empty where it names none."
            ),
        ),
    ]
