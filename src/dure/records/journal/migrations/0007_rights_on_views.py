"""The application reads views, too."""

from django.db import migrations

from dure.records.journal.guards import define_rights


class Migration(migrations.Migration):
    dependencies = [("journal", "0006_act_search")]

    operations = [define_rights()]
