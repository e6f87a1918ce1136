"""What a site is called is one text by language."""

from django.db import migrations, models

from dure.records.journal.names import as_one, said


class Migration(migrations.Migration):
    dependencies = [("supply", "0005_gpus_of_each_model"), ("parties", "0018_names_by_language")]

    operations = [
        as_one("supply_site", "site", "name", "name_ko", "name_en"),
        migrations.AddConstraint("site", models.CheckConstraint(condition=said("name"), name="site_has_a_name")),
    ]
