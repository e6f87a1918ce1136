"""An index for the order of usage by GPU-hours."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("operation", "0002_orders")]

    operations = [
        migrations.AddIndex(
            "usagerecord", models.Index(fields=["gpu_hours", "id"], condition=Q(superseded_at=None), name="usage_by_hours")
        ),
    ]
