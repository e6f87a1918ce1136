# ruff: noqa: S608 - statements of our own
"""Auditor, metering and worker: each does its own work over a real connection, and nothing else."""

import json

import psycopg
import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone
from psycopg import sql

from dure.cycle.commands.registry import row_of
from dure.cycle.commands.rows import Context
from dure.cycle.commands.running import read_command, run
from dure.cycle.working.asking import ask
from dure.cycle.working.doing import do
from dure.records.journal.models import Act
from dure.records.notifications.models import Preference
from dure.records.parties import queries as people
from dure.records.parties.models import Invitation, Person, Renewal, Token
from dure.records.registrations.models import Registration
from dure.records.rights.applying import rights_of
from dure.records.rights.table import TABLES
from logins import as_login, logged_in

pytestmark = pytest.mark.usefixtures("bounded")
DENIED = "permission denied|must be owner"


def tables():
    """By table or view, its first column."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = 1 "
            "WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v') ORDER BY relname"
        )
        return dict(cursor.fetchall())


def attempts(table, column):
    """Every kind of change to that table; each is refused before a row is looked at, or does nothing to no row."""
    return {
        "INSERT": f'INSERT INTO "{table}" DEFAULT VALUES',
        "UPDATE": f'UPDATE "{table}" SET "{column}" = "{column}" WHERE false',
        "DELETE": f'DELETE FROM "{table}" WHERE false',
        "TRUNCATE": f'TRUNCATE "{table}" CASCADE',
        "TRIGGER": f'ALTER TABLE "{table}" DISABLE TRIGGER ALL',
        "DROP": f'DROP TABLE "{table}"',
    }


def refused(opened, statement):
    """Whether the server refuses it for want of the right."""
    try:
        with opened.transaction(force_rollback=True):
            opened.execute(statement)
    except (
        psycopg.errors.InsufficientPrivilege,
        psycopg.errors.WrongObjectType,
        psycopg.errors.ObjectNotInPrerequisiteState,  # a view that cannot be written to
        psycopg.errors.GeneratedAlways,  # a column that nobody writes, whatever their rights
    ):
        return True
    return False


@pytest.mark.parametrize("login", ["auditor", "metering"])
def test_it_changes_no_table_but_those_that_are_its_work(login):
    allowed = rights_of(login, tables())
    with logged_in(login) as opened:
        for table, column in tables().items():
            for right, statement in attempts(table, column).items():
                if right not in allowed.get(table, {}):
                    assert refused(opened, statement), f"{login}: {statement}"


def test_an_auditor_reads_every_table_but_no_secret():
    with logged_in("auditor") as opened:
        for table, of in TABLES.items():
            hidden = {*of.hidden.split(), *of.sealed.split()}
            shown = [name for name in of.columns if name not in hidden]
            if "auditor" in of.read_by:
                chosen = sql.SQL(", ").join(map(sql.Identifier, shown))
                opened.execute(sql.SQL("SELECT {} FROM {} LIMIT 1").format(chosen, sql.Identifier(table)))
            for name in hidden if "auditor" in of.read_by else of.columns:
                statement = sql.SQL("SELECT {} FROM {}").format(sql.Identifier(name), sql.Identifier(table))
                assert refused(opened, statement), f"{table}.{name}"
        assert refused(opened, "SELECT * FROM django_session")
        assert refused(opened, "SELECT journal_lock_head()")


def test_metering_reads_no_table_but_those_that_are_its_work():
    with logged_in("metering") as opened:
        for table, of in TABLES.items():
            for name in set(of.columns) - set(of.metering.split()):
                statement = sql.SQL("SELECT {} FROM {}").format(sql.Identifier(name), sql.Identifier(table))
                assert refused(opened, statement), f"{table}.{name}"


def test_metering_reports_usage_by_the_command_and_nothing_more(bounded):
    days = {"days": [{"grant": "round-1/a-lab", "day": "2026-05-03", "utilisation": "0.5"}]}
    with as_login("metering"):
        context = Context(bounded.book, people.person("operator-1"), timezone.now(), "api", timezone.now())

        def do(command, given, **more):
            row = row_of(command)
            return run(row, read_command(row, given), context, **more)

        assert do("report_usage", {"period": "2026-10", "jobs": []}).result == "2026-10"
        assert do("record_daily_use", days, key="days").result == 1
        assert do("record_daily_use", days, key="days").repeated
        for command, given in (
            ("file_metering", {"subject": "2026-10"}),
            ("report_cluster_state", {"pool": "x", "observed": []}),
        ):
            with pytest.raises(ProgrammingError, match="permission denied"):
                do(command, given)


def test_a_worker_touches_neither_sessions_nor_roles_nor_passwords():
    with logged_in("worker") as opened:
        for statement in (
            "SELECT * FROM django_session",
            "UPDATE parties_person SET password = 'x' WHERE false",
            "INSERT INTO parties_role SELECT * FROM parties_role WHERE false",
            "UPDATE parties_role SET ended_at = now() WHERE false",
            "INSERT INTO parties_token SELECT * FROM parties_token WHERE false",
            "SELECT * FROM drafts_draft",
        ):
            assert refused(opened, statement), statement
        assert not refused(opened, "SELECT journal_lock_head()")


SEALED = [(table, name) for table, of in TABLES.items() for name in of.sealed.split()]
OF_LOGGING_IN = (
    "django_session", "log_in_attempt", "account_emailaddress", "account_emailconfirmation", "mfa_authenticator",
    "socialaccount_socialaccount", "socialaccount_socialapp", "socialaccount_socialtoken", "usersessions_usersession",
)  # fmt: skip


@pytest.mark.parametrize("login", ["worker", "auditor", "metering"])
def test_nobody_but_the_app_reads_by_what_people_and_programs_are_let_in(login):
    """Hashes of passwords, digests of tokens, links and calendars; keys of authenticators and passkeys; sessions."""
    with logged_in(login) as opened:
        for table, name in SEALED:
            for statement in (
                f"SELECT {name} FROM {table}",
                f"SELECT * FROM {table}",
                f"SELECT row_to_json({table}) FROM {table}",
                f"SELECT count(*) FROM {table} WHERE {name} = 'x'",
                f"SELECT id FROM {table} ORDER BY {name}",
                f"UPDATE {table} SET {name} = '' WHERE {name} LIKE 'a%' RETURNING {name}",
            ):
                assert refused(opened, statement), f"{login}: {statement}"
        for table in OF_LOGGING_IN:
            assert refused(opened, f"SELECT * FROM {table}"), f"{login}: {table}"


@pytest.mark.parametrize("login", ["worker", "metering"])
def test_whole_rows_are_read_without_the_secrets_in_them(bounded, login):
    act = Act.objects.select_related("person").filter(person__username="operator-1").order_by("pk").last()
    assert act.person.password, "a person has one"
    with as_login(login):
        seen = Act.objects.select_related("person").get(pk=act.pk)
        assert (seen.person, seen.person.password) == (act.person, "")
        assert Person.objects.get(username="operator-1").name["ko"] == act.person.name["ko"]
        if login == "worker":
            assert {each.digest for model in (Invitation, Renewal, Token, Registration) for each in model.objects.all()} <= {""}
            assert list(Preference.objects.values_list("calendar_digest", flat=True)) == [None] * Preference.objects.count()
    assert bounded


def test_the_worker_learns_whether_a_secret_stands_there_in_plain_words():
    with logged_in("worker") as opened:
        assert opened.execute("SELECT count(*) FROM parties_secrets_in_clear()").fetchone() == (0,)


def test_the_app_asks_and_the_worker_does():
    take = "SELECT id, args FROM procrastinate_fetch_job_v2(NULL, NULL)"
    with as_login("app"), transaction.atomic():
        job = ask("invariants", "records/all")
        do(job.pk)  # as a command line does where no worker lives
        job.refresh_from_db()
        assert job.outcome["breaches"] == []
        transaction.set_rollback(True)
    with as_login("worker"), transaction.atomic(), connection.cursor() as cursor:
        job = ask("invariants", "records/all")
        cursor.execute(take)
        assert json.loads(cursor.fetchone()[1]) == {"job": job.pk}
        do(job.pk)
        job.refresh_from_db()
        assert job.outcome["unseen"], "sealed proposals and open sheets are not for the worker"
        with pytest.raises(IntegrityError, match="has ended and stays"), transaction.atomic():
            cursor.execute("UPDATE work_job SET outcome = NULL, finished_at = NULL")
        transaction.set_rollback(True)


@pytest.mark.parametrize("login", ["app", "worker", "auditor", "metering"])
def test_it_makes_nothing_in_the_database_and_becomes_nobody_else(login):
    with logged_in(login) as opened:
        for statement in (
            "CREATE TEMP TABLE mine (id int)",
            "CREATE TABLE mine (id int)",
            "CREATE SCHEMA mine",
            "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            f"SET ROLE {connection.settings_dict['USER']}",
            "SET session_replication_role = replica",
            "SELECT lo_from_bytea(0, 'x')",
            "SELECT lo_create(0)",
            "SELECT lo_creat(-1)",
            "SELECT lo_put(1, 0, 'x')",
            "SELECT lowrite(0, 'x')",
            "SELECT lo_import('/etc/hostname')",
            "SELECT lo_export(1, '/tmp/x')",
        ):
            with pytest.raises(psycopg.Error, match=DENIED), opened.transaction():
                opened.execute(statement)
