"""What an organisation that asks to be registered is called is one text by language."""

from django.db import migrations, models
from django.db.migrations import RunSQL
from django.db.models import F, Q

from dure.records.journal.guards import keeps
from dure.records.journal.names import InWords, as_one, said
from dure.records.parties.words import Words

TABLE = "registrations_registration"
NO_LONGER_KEPT = "".join(f"DROP TRIGGER {name} ON {TABLE};" for name in ("keeps", "is_kept", "is_never_emptied"))


class Migration(migrations.Migration):
    dependencies = [("registrations", "0001_initial"), ("parties", "0018_names_by_language")]

    operations = [
        RunSQL(NO_LONGER_KEPT, RunSQL.noop),
        migrations.RemoveConstraint("registration", "registration_says_who_asks"),
        migrations.RemoveField("registration", "words"),
        as_one(TABLE, "registration", "name", "name_ko", "name_en"),
        migrations.AddConstraint(
            "registration",
            models.CheckConstraint(
                condition=said("name") & ~Q(kind="") & ~Q(number="") & ~Q(contact_email=""), name="registration_says_who_asks"
            ),
        ),
        migrations.AddField(
            "registration",
            "words",
            models.GeneratedField(
                expression=Words.of("number", InWords(F("name")), "contact_name"),
                output_field=models.TextField(),
                db_persist=True,
            ),
        ),
        keeps(
            TABLE,
            *("id", "digest", "name", "kind", "number", "address", "desk", "contact_name", "contact_email"),
            *("language", "asked_by_id", "asked_at"),
        ),
    ]
