"""What organisations and people are called is one text by language, of whichever languages the programme has."""

from importlib import import_module

from django.db import migrations, models
from django.db.models import F, Q
from django.db.migrations import RunSQL

from dure.records.journal.guards import keeps
from dure.records.journal.names import InWords, as_one, said
from dure.records.parties.words import Words

NO_LONGER_KEPT = "".join(f"DROP TRIGGER {name} ON parties_invitation;" for name in ("keeps", "is_kept", "is_never_emptied"))

TRIGRAMS = import_module("dure.records.parties.migrations.0004_words_and_views").TRIGRAMS  # the index goes with its column


class Migration(migrations.Migration):
    dependencies = [("parties", "0017_people_by_act"), ("journal", "0013_amounts")]

    operations = [
        RunSQL(NO_LONGER_KEPT, RunSQL.noop),
        migrations.RemoveConstraint("organisation", "organisation_has_a_name"),
        migrations.RemoveField("organisation", "words"),
        as_one("parties_organisation", "organisation", "name", "name_ko", "name_en"),
        as_one("parties_person", "person", "name", "name_ko", "name_en", otherwise="username"),
        as_one("parties_invitation", "invitation", "name", "name_ko", "name_en"),
        migrations.AddConstraint(
            "organisation", models.CheckConstraint(condition=~Q(id="") & said("name"), name="organisation_has_a_name")
        ),
        migrations.AddConstraint("person", models.CheckConstraint(condition=said("name"), name="person_has_a_name")),
        migrations.AddConstraint("invitation", models.CheckConstraint(condition=said("name"), name="invitation_has_a_name")),
        migrations.AddField(
            "organisation",
            "words",
            models.GeneratedField(
                expression=Words.of("id", InWords(F("name"))), output_field=models.TextField(), db_persist=True
            ),
        ),
        RunSQL(TRIGRAMS, "DROP INDEX IF EXISTS organisation_by_words"),
        keeps(
            "parties_invitation",
            *("id", "digest", "name", "email", "desk", "organisation_id", "until", "invited_by_id", "made_at", "expires_at"),
        ),
    ]
