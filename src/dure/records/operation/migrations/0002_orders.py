"""An index for the order of the list of usage."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("operation", "0001_initial")]

    operations = [migrations.AddIndex("usagerecord", models.Index("during__startswith", "id", name="usage_by_start"))]
