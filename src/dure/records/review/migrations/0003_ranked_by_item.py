"""An index for the score of one application."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("review", "0002_criteria_and_ranking")]

    operations = [migrations.AddIndex("ranked", models.Index(fields=["item", "-entry"], name="ranked_by_item"))]
