"""The log of readings only grows, is kept for two years, is read by whom it concerns alone, and knows every personal column."""

import datetime as dt
import re

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.utils import timezone

import factories as make
from database import refused, run, unguarded
from dure.cycle.notifying.watching import tell_of_bulk_reading
from dure.cycle.people.readings import Shown, forget_readings, record_reading
from dure.evidence.journal import verify
from dure.portal.settings.base import RECORDS
from dure.records.journal.models import Entry
from dure.records.journal.names import Names
from dure.records.journal.queries import export_lines
from dure.records.journal.readers import read_as
from dure.records.notifications.models import Notification
from dure.records.parties.models import Person
from dure.records.readings import access
from dure.records.readings.models import LISTED, Reading, ReadingOfOwn
from dure.records.readings.personal import KINDS, PERSONAL, SUBJECTS
from logins import as_login, logged_in

NOW = timezone.now()
# Columns whose names sound like somebody's, and that say nothing of a person.
NOBODYS = {
    "funding.BudgetLine.name", "parties.Organisation.name", "parties.SavedView.name",
    "parties.Token.name", "operation.ProvisioningChange.name", "supply.Site.name",
    "registrations.Registration.name", "registrations.Registration.address",
    "evidence.SigningKey.name", "files.File.name", "explanations.Explanation.nameless",
}  # fmt: skip
SOUNDS = re.compile(r"name|e?mail|phone|contact|address|birth|people|last_login|^to$|^who_then$")


def shown(*subjects, all_of=0, desk="agency", **changed):
    """What a page has shown."""
    fields = {
        "subjects": dict.fromkeys(subjects), "all_of": all_of, "data": frozenset({"name"}), "desk": desk, "form": "page",
        "route": "agency:people", "asked": "/agency/people/", "purpose": "seating", "reason": "", "request": "r" * 16,
        "network": "",
    }  # fmt: skip
    return Shown(**{**fields, **changed})


def about(person):
    return f"person/{person.uid}"


@pytest.mark.django_db
class TestTheTable:
    def test_a_reading_is_never_changed_and_not_forgotten_for_two_years(self):
        record_reading(make.the("agency"), shown("person/x"))
        refused("stays on record for two years", "UPDATE readings_reading SET purpose = 'auditing'")
        refused("stays on record for two years", "DELETE FROM readings_reading")
        refused("only grows", "TRUNCATE readings_reading")
        with unguarded():
            Reading.objects.update(at=NOW - dt.timedelta(days=729))
        refused("stays on record for two years", "DELETE FROM readings_reading")
        with unguarded():
            Reading.objects.update(at=NOW - dt.timedelta(days=732))
        assert run("DELETE FROM readings_reading") == 1

    def test_what_is_kept_long_enough_is_forgotten_and_nothing_else(self):
        for _ in range(3):
            record_reading(make.the("agency"), shown("person/x"))
        old, edge, new = Reading.objects.order_by("id").values_list("pk", flat=True)
        kept = dt.timedelta(days=settings.DURE_READINGS_DAYS)
        with unguarded():
            Reading.objects.filter(pk=old).update(at=NOW - kept - dt.timedelta(seconds=1))
            Reading.objects.filter(pk=edge).update(at=NOW - kept + dt.timedelta(seconds=1))
        assert settings.DURE_READINGS_DAYS >= 732
        assert forget_readings(NOW) == 1
        assert set(Reading.objects.values_list("pk", flat=True)) == {edge, new}

    def test_a_reading_says_of_whom_and_what_for(self):
        agency = make.the("agency")
        statement = (
            "INSERT INTO readings_reading (at, reader_id, desk, route, form, data, subjects, count, whole, asked, purpose, "
            "reason, request, network) VALUES (now(), %s, 'agency', 'x', 'page', %s, %s, %s, false, '', %s, '', '', '')"
        )
        refused("reading_says_of_whom", statement, agency.pk, ["name"], [], 1, "auditing")
        refused("reading_says_of_whom", statement, agency.pk, ["name"], ["person/x"], 0, "auditing")
        refused("reading_says_what_and_why", statement, agency.pk, [], ["person/x"], 1, "auditing")
        refused("reading_says_what_and_why", statement, agency.pk, ["name"], ["person/x"], 1, "")

    def test_more_people_than_can_be_named_are_counted_and_the_address_says_which(self):
        record_reading(make.the("agency"), shown(*(f"person/{n}" for n in range(LISTED + 1)), asked="/agency/people/?q=x"))
        found = Reading.objects.get()
        assert (found.whole, found.count, found.subjects, found.asked) == (True, LISTED + 1, [], "/agency/people/?q=x")

    def test_a_page_that_polls_is_recorded_once_in_ten_minutes(self):
        agency, other = make.the("agency"), make.the("agency", 2)
        for reader, route, whose in ((agency, "a", "1"), (other, "a", "1"), (agency, "b", "1"), (agency, "a", "2")):
            for _second in range(3):
                record_reading(reader, shown(f"person/{whose}", route=route, asks_again=True))
        assert Reading.objects.count() == 4
        with unguarded():
            Reading.objects.update(at=timezone.now() - dt.timedelta(minutes=11))
        record_reading(agency, shown("person/1", route="a", asks_again=True))
        record_reading(agency, shown("person/1", route="a"))
        assert Reading.objects.count() == 6


@pytest.mark.django_db
class TestWhoReadsTheLog:
    def test_each_sees_what_others_read_of_them_and_the_auditor_sees_all(self):
        agency, other, auditor = make.the("agency"), make.the("agency", 2), make.the("auditor")
        record_reading(agency, shown(about(other), about(auditor)))
        record_reading(agency, shown(about(auditor)))
        record_reading(agency, shown(all_of=7))
        assert [each.count for each in access.own_readings(other)] == [7, 2]
        assert [each.count for each in access.own_readings(auditor)] == [7, 1, 2]
        assert list(access.own_readings(agency)) == [], "what one reads oneself is not what others read"
        assert [each.count for each in access.visible_readings(auditor)] == [7, 1, 2]
        assert list(access.visible_readings(agency)) == []

    def test_the_views_hold_it_without_the_code(self):
        agency, auditor = make.the("agency"), make.the("auditor")
        record_reading(agency, shown(about(auditor)))
        for person, seen in ((auditor, 1), (agency, 0)):
            read_as(person)
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM readings_overseen")
                assert cursor.fetchone() == (seen,)
        assert not {field.name for field in ReadingOfOwn._meta.fields} & {"reader", "subjects", "asked", "reason"}


@pytest.mark.usefixtures("bounded")
class TestRights:
    def test_the_app_adds_and_cannot_read_change_or_date_it(self):
        reader = Person.objects.get(username="agency-1")
        with as_login("app"):
            record_reading(reader, shown("person/lab-1"))
        with logged_in("app") as app:
            for statement in (
                "SELECT count(*) FROM readings_reading", "UPDATE readings_reading SET reason = ''",
                "DELETE FROM readings_reading", "TRUNCATE readings_reading",
                "INSERT INTO readings_own (purpose) VALUES ('x')", "DELETE FROM readings_overseen",
            ):  # fmt: skip
                with pytest.raises(psycopg.Error, match=r"permission denied|cannot insert into view"), app.transaction():
                    app.execute(statement)
            app.execute(
                "INSERT INTO readings_reading (at, reader_id, desk, route, form, data, subjects, count, whole, asked, purpose, "
                "reason, request, network) SELECT '2020-01-01', id, 'agency', 'x', 'page', '{name}', '{person/x}', 1, false, '', "
                "'auditing', '', 'forged', '' FROM parties_person WHERE username = 'agency-1'"
            )
            app.execute(
                "SELECT set_config('dure.person', (SELECT id::text FROM parties_person WHERE username = 'auditor-1'), true)"
            )
            (at,) = app.execute("SELECT at FROM readings_overseen WHERE request = 'forged'").fetchone()
            assert abs(at - timezone.now()) < dt.timedelta(minutes=5), "dated by the database"

    def test_the_worker_forgets_and_adds_and_changes_nothing(self):
        with as_login("worker"):  # of files that it makes
            record_reading(Person.objects.get(username="agency-1"), shown("person/lab-1"))
        with logged_in("worker") as worker:
            assert worker.execute("DELETE FROM readings_reading WHERE at < now() - interval '3 years'").rowcount == 0
            for statement in ("UPDATE readings_reading SET reason = ''", "TRUNCATE readings_reading"):
                with pytest.raises(psycopg.Error, match="permission denied"), worker.transaction():
                    worker.execute(statement)
        with logged_in("auditor") as auditor:
            auditor.execute("SELECT count(*) FROM readings_reading")
            with pytest.raises(psycopg.Error, match="permission denied"):
                auditor.execute("DELETE FROM readings_reading")


@pytest.mark.django_db
def test_auditors_are_told_once_an_hour_of_who_reads_of_many(settings):
    settings.DURE_BULK_READING = 5
    agency, quiet, auditor, reading_auditor = (
        make.the("agency"),
        make.the("operator"),
        make.the("auditor"),
        make.the("auditor", 2),
    )
    for page in range(3):  # the same people again are no more people
        record_reading(quiet, shown("person/1", "person/2", "person/3", "person/4", request=f"{page}"))
    assert tell_of_bulk_reading(NOW) == 0
    record_reading(agency, shown("person/1", "person/2", "person/3"))
    record_reading(agency, shown("person/3", "person/4", "person/5"))
    record_reading(reading_auditor, shown(all_of=40, desk="auditor"))
    assert tell_of_bulk_reading(timezone.now()) == 3
    told = {(each.person_id, each.about, each.facts["people"]) for each in Notification.objects.all()}
    assert told == {
        (auditor.pk, about(agency), 5), (reading_auditor.pk, about(agency), 5), (auditor.pk, about(reading_auditor), 40),
    }  # fmt: skip


def test_erasing_a_person_leaves_the_journal_and_the_log_as_they_were(world):  # noqa: ARG001 - its database is looked at
    """Chain and log name people by their stable ids: what says who that is can be blanked, and every hash still holds."""
    filed_by = Entry.objects.filter(kind="recommendation").order_by("seq").first().who
    record_reading(Person.objects.get(username="auditor-1"), shown(about(filed_by), desk="auditor"))
    before = list(Reading.objects.values_list("subjects", flat=True))
    run(
        "UPDATE parties_person SET username = 'erased-' || id, name = '{\"ko\": \"-\"}', email = '', password = '', "
        "is_active = false WHERE id = %s", filed_by.pk,
    )  # fmt: skip
    checked, faults = verify(line.encode() for line in export_lines())
    assert (checked > 20, faults) == (True, [])
    assert list(Reading.objects.values_list("subjects", flat=True)) == before == [[about(filed_by)]]
    assert [each.count for each in access.own_readings(filed_by)] == [1]


def test_every_column_that_sounds_like_somebodys_is_declared_or_nobodys():
    """A new column with a name, an address or people in it is personal, or somebody has said here that it is not."""
    ours = [model for model in apps.get_models() if model._meta.app_label in RECORDS and model._meta.managed]
    sounding = {
        f"{model._meta.label}.{field.name}"
        for model in ours
        for field in model._meta.concrete_fields
        if SOUNDS.search(field.name)
        and not field.is_relation
        and (isinstance(field, Names) or not isinstance(field, models.IntegerField | models.BooleanField | models.JSONField))
    }
    declared = {f"{label}.{name}" for label, names in PERSONAL.items() for name in names}
    assert sounding - declared == NOBODYS, "declare it in records/readings/personal.py, or say that it is nobody's"
    assert {kind for names in PERSONAL.values() for kind in names.values()} == set(KINDS)
    assert set(PERSONAL) == set(SUBJECTS)
    for label, names in PERSONAL.items():
        assert set(names) <= {field.name for field in apps.get_model(label)._meta.concrete_fields}, label
