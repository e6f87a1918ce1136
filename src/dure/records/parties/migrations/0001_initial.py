"""The tables of `parties`, and the constraints that Django cannot spell."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Person",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("username", models.CharField(max_length=80, unique=True)),
                ("name_ko", models.CharField(max_length=120)),
                ("name_en", models.CharField(blank=True, max_length=120)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("is_active", models.BooleanField(default=True)),
            ],
            options={
                "ordering": ["username"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("username", ""), _negated=True), name="person_has_a_username")
                ],
            },
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                ("id", models.CharField(max_length=160, primary_key=True, serialize=False)),
                ("name_ko", models.CharField(max_length=200)),
                ("name_en", models.CharField(blank=True, max_length=200)),
                ("kind", models.CharField(db_index=True, max_length=40)),
                ("size", models.CharField(blank=True, max_length=40)),
                ("region", models.CharField(blank=True, max_length=40)),
                ("youth_led", models.BooleanField(default=False)),
                ("domestic", models.BooleanField(default=True)),
                ("group", models.CharField(blank=True, max_length=160)),
                ("synthetic", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(models.Q(("id", ""), _negated=True), models.Q(("name_ko", ""), _negated=True)),
                        name="organisation_has_a_name",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Role",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "desk",
                    models.CharField(
                        choices=[
                            ("ministry", "Ministry"),
                            ("agency", "Agency"),
                            ("reviewer", "Reviewer"),
                            ("provider", "Provider"),
                            ("applicant", "Applicant"),
                            ("operator", "Operator"),
                            ("auditor", "Auditor"),
                        ],
                        max_length=16,
                    ),
                ),
                ("given_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="roles",
                        to="parties.organisation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="roles", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("desk__in", ["ministry", "agency", "reviewer", "provider", "applicant", "operator", "auditor"])
                        ),
                        name="role_desk_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("desk__in", ("provider", "applicant")), _negated=True),
                            ("organisation__isnull", False),
                            _connector="OR",
                        ),
                        name="role_of_provider_or_applicant_has_an_organisation",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ended_at", None), ("ended_at__gte", models.F("given_at")), _connector="OR"),
                        name="role_ends_after_it_began",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("person", "desk", "organisation"),
                        name="role_is_held_once",
                        nulls_distinct=False,
                    ),
                ],
            },
        ),
    ]
