"""Every refusal of the database has its own sentence, which pages and the API say in the reader's language."""

import re
from collections import Counter

import pytest
from django.apps import apps
from django.db import connection

from dure.portal.kit.refusals.records import APPS, CONSTRAINTS, TRIGGERS
from dure.records.parties.models import Person
from inputs import valid
from portal.api_callers import Caller, people, token_of

# Checks, unique and exclusion constraints, and unique indexes that stand for one. References and primary keys have a class each.
NAMED = """
SELECT conrelid::regclass::text, conname FROM pg_constraint
WHERE contype IN ('c', 'u', 'x') AND connamespace = 'public'::regnamespace
UNION
SELECT indrelid::regclass::text, indexrelid::regclass::text FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
WHERE indisunique AND NOT indisprimary AND relnamespace = 'public'::regnamespace
"""
WRITTEN = """
SELECT proname, prosrc FROM pg_proc JOIN pg_language ON pg_language.oid = prolang
WHERE lanname = 'plpgsql' AND pronamespace = 'public'::regnamespace AND NOT starts_with(proname, 'procrastinate_')
"""
RAISES = re.compile(r"\bRAISE\s+(?!NOTICE|DEBUG|LOG|INFO|WARNING)", re.IGNORECASE)
MESSAGE = re.compile(r"\bRAISE EXCEPTION '((?:[^']|'')*)'")
# A trigger like those of the records: it raises a message that has a sentence, with the SQLSTATE of a check.
LOCKED = """
CREATE FUNCTION locked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'panel % is locked', 7 USING ERRCODE = '23514'; END $$;
CREATE TRIGGER locked BEFORE INSERT ON parties_organisation FOR EACH ROW EXECUTE FUNCTION locked();
"""
ORGANISATION = {"id": "org-a", "name": {"ko": "기관"}, "kind": "university"}


def asked(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


@pytest.mark.django_db
class TestTheCatalogueOfTheDatabase:
    @pytest.mark.parametrize("app", APPS, ids=lambda app: app.__name__.rpartition(".")[2])
    def test_each_constraint_has_its_sentence_and_none_is_left_over(self, app):
        models = apps.get_app_config(app.__name__.rpartition(".")[2]).get_models(include_auto_created=True)
        tables = {model._meta.db_table for model in models}
        assert set(app.CONSTRAINTS) == {name for table, name in asked(NAMED) if table in tables}

    def test_each_app_of_the_records_has_its_module(self):
        labels = {config.label for config in apps.get_app_configs() if config.name.startswith("dure.records.")}
        assert {app.__name__.rpartition(".")[2] for app in APPS} == labels

    def test_each_message_of_a_trigger_has_its_sentence_and_none_is_left_over(self):
        written = asked(WRITTEN)
        assert {message for _name, source in written for message in MESSAGE.findall(source)} == set(TRIGGERS)
        others = [name for name, source in written if len(RAISES.findall(source)) != len(MESSAGE.findall(source))]
        assert others == [], "RAISE EXCEPTION 'a message', so that it can be found."


def test_no_two_constraints_share_a_sentence():
    assert [text for text, times in Counter(CONSTRAINTS.values()).items() if times > 1] == []


@pytest.fixture
def who(db):  # noqa: ARG001 - people are records
    return people()


def refused(by, language, command="register_organisation", /, *, in_session=False, **fields):
    """`in_session`: no token may do it."""
    caller, more = Caller("" if in_session else token_of(by, command), language), {}
    if in_session:
        caller.client.force_login(by)
        caller.client.get("/account/")
        more = {"X_CSRFToken": caller.client.cookies["csrftoken"].value}
    answer = caller.act(command, fields, **more)
    assert (answer.status_code, answer.value["code"]) == (422, "refused_by_records")
    return answer.value


class TestTheApi:
    @pytest.mark.parametrize(
        ("language", "title", "what"),
        [
            ("ko", "기록의 제약에 어긋납니다", "평가가 마감되어 고칠 수 없습니다."),
            ("en", "The records do not allow it", "Panel 7 is locked."),
        ],
    )
    def test_a_trigger_is_said_in_the_language_that_is_asked_for(self, who, language, title, what):
        with connection.cursor() as cursor:
            cursor.execute(LOCKED)
        said = refused(who.agency, language, **ORGANISATION)
        assert (said["title"], said["what"], said["detail"]) == (title, what, what)
        assert said["values"] == {"constraint": "", "trigger": "locked", "sqlstate": "23514"}

    @pytest.mark.parametrize(
        ("language", "what"), [("ko", "이미 같은 역할을 맡고 있습니다."), ("en", "The person holds this role already.")]
    )
    def test_a_constraint_is_said_as_on_a_page(self, who, language, what):
        said = refused(who.agency, language, "give_role", in_session=True, person=who.agency.uid, desk="agency")
        assert said["what"] == what
        assert said["values"] == {"constraint": "role_is_held_once", "trigger": "", "sqlstate": "23505"}

    def test_a_fault_of_a_row_is_said_likewise(self, who):
        with connection.cursor() as cursor:
            cursor.execute(LOCKED)
        caller = Caller(token_of(who.agency, "register_organisation"), "ko")
        rows = "id,name_ko,kind\na,가,company\n".encode()
        fault = caller.send("/api/v1/imports/register_organisation", rows, content_type="text/csv").value["faults"][0]
        assert (fault["code"], fault["what"]) == ("refused_by_records", "평가가 마감되어 고칠 수 없습니다.")
        assert fault["values"]["trigger"] == "locked"


def test_a_trigger_of_the_records_is_said_in_korean(world):
    consignment = {**valid(world)["announce_delivery"].given, "servers": 9999}
    said = refused(Person.objects.get(username="alpha-1"), "ko", "announce_delivery", **consignment)
    assert said["what"] == "납품할 서버가 발주한 대수를 넘습니다. 대수를 줄이십시오."
    assert said["values"] == {"constraint": "", "trigger": "supply_delivery_fits", "sqlstate": "23514"}


def test_an_order_beyond_the_awards_is_said_with_its_figures(world):
    order = {**valid(world)["place_order"].given, "servers": 9999}
    answer = Caller(token_of(Person.objects.get(username="alpha-1"), "place_order"), "ko").act("place_order", order)
    assert (answer.status_code, answer.value["code"]) == (422, "beyond_awards")
    assert "선정된 서버 40대 가운데 발주할 수 있는 것은 4대입니다. 대수를 줄이십시오." in answer.value["what"]
