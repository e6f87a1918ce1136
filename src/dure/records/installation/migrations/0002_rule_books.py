"""The rule books that an installation has gone by."""

from django.db import migrations, models

from dure.records.journal.guards import only_grows


class Migration(migrations.Migration):
    dependencies = [("installation", "0001_initial"), ("journal", "0013_amounts")]

    operations = [
        migrations.CreateModel(
            name="RuleBook",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("digest", models.CharField(max_length=64)),
                ("content", models.JSONField(help_text="Head and rules in plain values, of which `digest` is the digest.")),
                ("adopted_at", models.DateTimeField()),
                ("reason", models.TextField(max_length=4000)),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")), name="rule_book_digest_is_sha256"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="rule_book_has_its_reason"
                    ),
                ],
            },
        ),
        only_grows("installation_rulebook"),
    ]
