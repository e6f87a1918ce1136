"""A column of names holds texts by language, and nothing else."""

import json

import pytest
from django.db import IntegrityError, connection, transaction

import factories as make

pytestmark = pytest.mark.django_db
TABLES = ("parties_organisation", "parties_person", "supply_site", "demand_survey", "demand_usercall", "procurement_call")


@pytest.mark.parametrize(
    "name", [{}, [], "x", None, 1, {"ko": ""}, {"ko": None}, {"ko": ["x"]}, {"ko": {"a": "x"}}, {"ko": "x" * 201}]
)
def test_a_name_says_something_in_each_of_its_languages(name):
    make.organisation(id="uni")
    with pytest.raises(IntegrityError, match="organisation_has_a_name"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE parties_organisation SET name = %s::jsonb WHERE id = 'uni'", [json.dumps(name)])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE parties_organisation SET name = %s::jsonb WHERE id = 'uni'", [json.dumps({"xx": "x" * 200})])


def test_every_table_with_names_makes_sure_of_them():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT conrelid::regclass::text FROM pg_constraint "
            "WHERE pg_get_constraintdef(oid) LIKE '%jsonb_typeof%jsonpath%'"
        )
        found = {row[0] for row in cursor.fetchall()}
    assert found == {*TABLES, "parties_invitation", "registrations_registration"}


def test_words_are_made_of_every_language_and_of_no_code():
    made = make.organisation(id="uni", name={"ko": "강원대학교", "en": "Kangwon"})
    made.refresh_from_db()
    assert all(each in made.words for each in ("강원대학교", "kangwon", "ㄱㅇㄷㅎㄱ"))
    assert '"ko"' not in made.words
