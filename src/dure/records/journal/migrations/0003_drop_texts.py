"""The texts that now are documents go, and the key is required of every entry."""

from django.db import migrations, models

SHA256 = r"^[0-9a-f]{64}$"


class Migration(migrations.Migration):
    dependencies = [("journal", "0002_key_and_documents")]

    operations = [
        *(migrations.RemoveField("entry", f"{part}_text") for part in ("facts", "rules", "recommendation")),
        migrations.AddIndex(
            "entry", models.Index(fields=["programme", "stage", "decision", "subject"], name="journal_by_key")
        ),
        migrations.AddIndex("entry", models.Index(fields=["decision", "subject"], name="journal_by_subject")),
        migrations.AddConstraint(
            "entry",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("programme", ""), _negated=True),
                    models.Q(("stage", ""), _negated=True),
                    models.Q(("decision", ""), _negated=True),
                    models.Q(("subject", ""), _negated=True),
                    ("format_version__gte", 1),
                ),
                name="journal_entry_has_its_key",
            ),
        ),
        migrations.AddConstraint(
            "entry",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("facts__isnull", False),
                        ("kind", "recommendation"),
                        ("recommendation__isnull", False),
                        ("refers_to", None),
                        ("rules__isnull", False),
                    ),
                    models.Q(
                        ("facts", None),
                        ("kind__in", ["approval", "refusal"]),
                        ("method", ""),
                        ("recommendation", None),
                        ("refers_to__isnull", False),
                        ("rules", None),
                    ),
                    _connector="OR",
                ),
                name="journal_entry_is_a_recommendation_or_an_answer",
            ),
        ),
    ]
