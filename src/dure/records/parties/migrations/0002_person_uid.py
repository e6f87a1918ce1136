"""A stable id for each person, which the journal names instead of the log-in name."""

from typing import Any

from django.db import migrations, models
from django.db.migrations import RunPython

import dure.records.parties.models


def give_ids(apps: Any, schema_editor: Any) -> None:
    """Each person who is there gets an id."""
    del schema_editor
    people = apps.get_model("parties", "Person")
    for person in people.objects.all():
        people.objects.filter(pk=person.pk).update(uid=dure.records.parties.models.new_uid())


class Migration(migrations.Migration):
    dependencies = [("parties", "0001_initial")]

    operations = [
        migrations.AddField("person", "uid", models.CharField(max_length=160, default="")),
        RunPython(give_ids, RunPython.noop),
        migrations.AlterField(
            "person",
            "uid",
            models.CharField(max_length=160, unique=True, default=dure.records.parties.models.new_uid),
        ),
        migrations.AddConstraint(
            "person", models.CheckConstraint(condition=models.Q(("uid", ""), _negated=True), name="person_has_an_id")
        ),
    ]
