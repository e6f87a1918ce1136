"""What surveys and calls for users are called is one text by language."""

from django.db import migrations, models

from dure.records.journal.names import as_one, said


class Migration(migrations.Migration):
    dependencies = [("demand", "0008_amounts"), ("parties", "0018_names_by_language")]

    operations = [
        as_one("demand_survey", "survey", "title", "title_ko", "title_en"),
        migrations.AddConstraint("survey", models.CheckConstraint(condition=said("title"), name="survey_has_a_title")),
        as_one("demand_usercall", "usercall", "title", "title_ko", "title_en"),
        migrations.AddConstraint("usercall", models.CheckConstraint(condition=said("title"), name="user_call_has_a_title")),
    ]
