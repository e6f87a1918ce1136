"""A new installation as an administrator makes it: the owner is no superuser, migrates, restores, and sees every row."""

import os
import secrets
import subprocess

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection, transaction

import factories as make
from dure.connectors.postgres.binaries import find_binaries
from dure.formats.errors import BadInput
from dure.records.review.actions import submit_score_sheet
from dure.records.review.models import ScoreSheet
from dure.records.rights.applying import apply, remarks
from dure.records.rights.table import LOGINS, OWNER

PREFIX = f"dure_o{os.getpid()}"
PASSWORDS = {login: secrets.token_urlsafe(12) for login in (OWNER, *LOGINS)}


def server(*statements):
    known = connection.settings_dict
    place = {"host": known["HOST"], "port": known["PORT"], "user": known["USER"], "password": known["PASSWORD"]}
    with psycopg.connect(dbname="postgres", autocommit=True, **place) as opened:
        for statement in statements:
            opened.execute(statement)


@pytest.fixture(scope="module")
def installed(django_db_setup, django_db_blocker):  # noqa: ARG001 - the server first
    """An empty database with its log-ins, in which Django's connection is the owner's."""
    name = f"owned_{os.getpid()}"
    with django_db_blocker.unblock():
        connection.close()
        before = dict(connection.settings_dict)
        server(f"CREATE DATABASE {name} TEMPLATE template0")
        connection.settings_dict["NAME"] = name
        apply(connection, passwords=PASSWORDS, prefix=PREFIX)
        connection.close()
        connection.settings_dict.update(USER=f"{PREFIX}_owner", PASSWORD=PASSWORDS[OWNER])
        try:
            call_command("migrate", verbosity=0)
            apply(connection, prefix=PREFIX)
            yield name
        finally:
            connection.close()
            connection.settings_dict.update({key: before[key] for key in ("NAME", "USER", "PASSWORD")})
            roles = ", ".join(f"{PREFIX}_{login}" for login in (OWNER, *LOGINS))
            server(f"DROP DATABASE {name} WITH (FORCE)", f"DROP ROLE {roles}")


@pytest.mark.usefixtures("installed")
def test_the_owner_is_no_superuser_and_owns_everything():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user::text, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (f"{PREFIX}_owner", False)
        cursor.execute(
            "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' "
            "AND relowner <> current_user::regrole"
        )
        assert cursor.fetchone() == (0,)
    assert all("may connect to the database" in each for each in remarks(connection, prefix=PREFIX))


@pytest.mark.usefixtures("installed")
def test_the_owner_plays_the_past_and_sees_every_row():
    """Guards ask the clock of log-ins that serve; row-level security is forced, and passes the owner."""
    with transaction.atomic():
        make.invoice()
        panel = make.panel()
        submit_score_sheet(panel=panel, evaluator="e1", item="i", points={"power": "1"}, at=make.START)
        assert ScoreSheet.objects.filter(panel=panel).count() == 1
        transaction.set_rollback(True)


@pytest.mark.usefixtures("installed")
def test_the_owner_makes_no_log_ins_and_is_told_who_does():
    with pytest.raises(BadInput, match=rf"log-in {PREFIX}_app cannot be made.*administrator"):
        apply(connection, passwords={"app": "another"}, prefix=PREFIX)
    with pytest.raises(BadInput, match="'root' is no log-in"):
        apply(connection, passwords={"root": "x"}, prefix=PREFIX)
    with pytest.raises(BadInput, match="has no password"):
        apply(connection, passwords={"app": ""}, prefix=PREFIX)


def test_a_whole_backup_is_the_owners(installed, tmp_path):
    known = connection.settings_dict
    command = [
        str(find_binaries(tmp_path) / "pg_dump"), "--enable-row-security", "-h", known["HOST"], "-p", known["PORT"],
        "-U", known["USER"], "-f", str(tmp_path / "dump.sql"), installed,
    ]  # fmt: skip
    environment = {**os.environ, "PGPASSWORD": known["PASSWORD"]}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "CREATE POLICY is_read ON public.review_scoresheet" in (tmp_path / "dump.sql").read_text()


@pytest.mark.usefixtures("installed")
def test_a_log_in_of_the_new_installation_logs_in_with_its_password_only():
    known = connection.settings_dict
    place = {"host": known["HOST"], "port": known["PORT"], "dbname": known["NAME"], "user": f"{PREFIX}_app"}
    with psycopg.connect(password=PASSWORDS["app"], **place) as opened:
        assert opened.execute("SELECT count(*) FROM journal_entry").fetchone() == (0,)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(password=PASSWORDS["worker"], **place)
