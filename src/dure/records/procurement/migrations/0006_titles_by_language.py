"""What a call for providers is called is one text by language."""

from django.db import migrations, models

from dure.records.journal.names import as_one, said


class Migration(migrations.Migration):
    dependencies = [("procurement", "0005_gpus_of_each_model"), ("parties", "0018_names_by_language")]

    operations = [
        as_one("procurement_call", "call", "title", "title_ko", "title_en"),
        migrations.AddConstraint("call", models.CheckConstraint(condition=said("title"), name="call_has_a_title")),
    ]
