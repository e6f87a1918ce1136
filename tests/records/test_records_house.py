"""The house rules of this room: which way foreign keys point, what money is, and that migrations tell the whole truth."""

from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, models

from dure.portal.settings.base import RECORDS

# From the bottom up; as in the import contract. The journal alone refers upwards, to people by AUTH_USER_MODEL.
LAYERS = [["journal"], ["parties"], ["work"], ["funding"], ["procurement"], ["supply", "demand"], ["review"], ["allocation"],
          ["operation"], ["settlement"], ["outcomes"], ["documents"],
          ["drafts", "explanations", "installation", "registrations", "notifications", "evidence", "files",
           "readings", "clocks"]]  # fmt: skip
# A draft is its writer's alone; who may see an entry may see it explained, and signed; what clocks say is no secret.
NO_ACCESS = {"drafts", "explanations", "installation", "evidence", "clocks"}
LEVEL = {app: level for level, names in enumerate(LAYERS) for app in names}
OURS = [model for model in apps.get_models() if model._meta.app_label in RECORDS]


def test_foreign_keys_point_upstream_only():
    wrong = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in OURS
        for field in model._meta.concrete_fields
        if field.is_relation
        and field.related_model._meta.app_label != model._meta.app_label
        and LEVEL[field.related_model._meta.app_label] >= LEVEL[model._meta.app_label]
    ]
    people = {f"journal.{each} -> parties.Person" for each in ("Entry.who", "Signature.who", "Statement.stated_by", "Act.person")}
    assert set(wrong) == people, "a record refers to what was there before it; turn the key around."


def test_every_app_has_its_layer_and_its_files():
    assert set(LEVEL) == set(RECORDS)
    for name in RECORDS:
        folder = apps.get_app_config(name).path
        own = () if name in NO_ACCESS else ("access",)
        for file in ("models", "actions", "queries", *own):
            assert (Path(folder) / f"{file}.py").exists(), f"{name} lacks {file}.py"


@pytest.mark.django_db
def test_migrations_tell_the_whole_truth():
    out = StringIO()
    call_command("makemigrations", "--check", "--dry-run", stdout=out, verbosity=1)
    assert "No changes detected" in out.getvalue()


def test_money_is_whole_won_and_no_column_is_a_float():
    for model in OURS:
        for field in model._meta.concrete_fields:
            assert not isinstance(field, models.FloatField), f"{model._meta.label}.{field.name} is a float."
            if field.name.endswith("_amount") or field.name == "amount":
                assert isinstance(field, models.BigIntegerField), f"{model._meta.label}.{field.name} must be bigint."


def test_names_say_what_a_column_holds():
    for model in OURS:
        for field in model._meta.concrete_fields:
            if isinstance(field, models.DateTimeField):
                assert field.name.endswith("_at") or field.name in {
                    "at",
                    "in_service_from",
                    "in_service_to",
                    "last_login",
                    "until",
                }, field
            elif isinstance(field, models.DateField):
                assert field.name.endswith("_on") or field.name in {"day", "answer_by"}, field
            assert field.name not in {"status", "state", "active"}, f"{field}: store dated facts and derive it."


@pytest.mark.django_db
def test_instants_are_stored_with_their_zone():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = current_schema() "
            "AND data_type IN ('timestamp without time zone', 'money', 'real', 'double precision')"
        )
        assert cursor.fetchall() == []


def test_records_are_kept_when_what_they_refer_to_goes():
    for model in OURS:
        for field in model._meta.concrete_fields:
            if field.is_relation:
                assert field.remote_field.on_delete is models.PROTECT, f"{model._meta.label}.{field.name} must PROTECT."
