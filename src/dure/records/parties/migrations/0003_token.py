"""Tokens: what a program shows to act for a person, kept as a SHA-256."""

import datetime

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from dure.records.journal.guards import grant_rights

LONGEST = datetime.timedelta(days=90)


class Migration(migrations.Migration):
    dependencies = [("parties", "0002_person_uid"), ("journal", "0002_key_and_documents")]

    operations = [
        migrations.CreateModel(
            name="Token",
            fields=[
                ("id", models.CharField(max_length=16, primary_key=True, serialize=False)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("read", models.BooleanField(help_text="May read what its owner may read.")),
                (
                    "commands",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=160),
                        blank=True,
                        default=list,
                        help_text="Commands that it may carry out.",
                        size=None,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tokens", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["person", "made_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("digest__regex", "^[0-9a-f]{64}$"), ("digest__startswith", models.F("id"))),
                        name="token_is_known_by_its_sha256",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("expires_at__gt", models.F("made_at")),
                            ("expires_at__lte", models.F("made_at") + LONGEST),
                        ),
                        name="token_expires_within_90_days",
                    ),
                ],
            },
        ),
        grant_rights(),
    ]
