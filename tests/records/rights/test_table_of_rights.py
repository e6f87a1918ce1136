"""The table of rights is whole, and the database gives each log-in exactly what it says."""

import psycopg
import pytest
from django.apps import apps
from django.db import connection
from psycopg import sql

from dure.records.journal.fields import KEPT_FROM, SecretField
from dure.records.rights.applying import apply, close_again, remarks, rights_of
from dure.records.rights.table import LOGINS, TABLES
from logins import PREFIX, address, let_in, logged_in

pytestmark = pytest.mark.usefixtures("bounded")
FRAMEWORKS = {
    "auth_group", "auth_group_permissions", "auth_permission", "django_content_type", "django_migrations",
    "django_session", "log_in_attempt", "account_emailaddress", "account_emailconfirmation", "mfa_authenticator",
    "socialaccount_socialaccount", "socialaccount_socialapp", "socialaccount_socialapp_sites", "socialaccount_socialtoken",
    "usersessions_usersession",
    "procrastinate_events", "procrastinate_jobs", "procrastinate_periodic_defers", "procrastinate_workers",
}  # fmt: skip


def columns():
    """By table or view of our schema, its columns."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, array_agg(a.attname::text) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
            "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v') AND a.attnum > 0 AND NOT a.attisdropped "
            "GROUP BY c.relname"
        )
        return {table: set(names) for table, names in cursor.fetchall()}


def test_every_table_and_every_column_is_listed_once():
    found = columns()
    assert set(found) - FRAMEWORKS == set(TABLES), "a table is missing in records/rights/table.py, or is there no more"
    for table, of in TABLES.items():
        assert len(of.columns) == len(set(of.columns)), table
        assert set(of.columns) == found[table], f"{table}: list each column in records/rights/table.py"
        assert set(of.hidden.split()) <= found[table]
        assert set(of.sealed.split()) <= found[table]
        assert set(of.metering.split()) <= found[table]


def test_what_is_sealed_is_a_secret_field_and_the_other_way_round():
    secrets = {
        (model._meta.db_table, field.column)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, SecretField)
    }
    assert secrets == {(table, name) for table, of in TABLES.items() for name in of.sealed.split()}
    assert len(secrets) == 6
    assert set(KEPT_FROM) == {f"_{login}" for login in LOGINS if login != "app"}


def granted(login):
    """What PostgreSQL itself says that the log-in may do, by table and column."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, right_, array_agg(a.attname::text ORDER BY a.attname) FROM pg_class c "
            "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
            "CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']) right_ "
            "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v') "
            "AND has_column_privilege(%s, c.oid, a.attnum, right_) GROUP BY 1, 2",
            [f"{PREFIX}_{login}"],
        )
        found = {(table, right): set(names) for table, right, names in cursor.fetchall()}
        cursor.execute(
            "SELECT c.relname, right_ FROM pg_class c CROSS JOIN unnest(ARRAY['DELETE', 'TRUNCATE', 'TRIGGER']) right_ "
            "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v') "
            "AND has_table_privilege(%s, c.oid, right_)",
            [f"{PREFIX}_{login}"],
        )
        return found | {key: set() for key in cursor.fetchall()}


@pytest.mark.parametrize("login", LOGINS)
def test_the_database_gives_what_the_table_says_and_nothing_else(login):
    known = columns()
    expected = {
        (table, right): (set(names) or known[table]) if right != "DELETE" else set()
        for table, rights in rights_of(login, known).items()
        for right, names in rights.items()
    }
    assert granted(login) == expected


@pytest.mark.parametrize("login", LOGINS)
def test_numbers_are_taken_ahead_of_people_alone_and_by_the_app(login):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, right_ FROM pg_class c JOIN pg_depend d ON d.objid = c.oid AND d.deptype = 'i' "
            "CROSS JOIN unnest(ARRAY['USAGE', 'UPDATE']) right_ "
            "WHERE c.relkind = 'S' AND has_sequence_privilege(%s, c.oid, right_)",
            [f"{PREFIX}_{login}"],
        )
        assert cursor.fetchall() == ([("parties_person_id_seq", "USAGE")] if login == "app" else [])


def test_it_is_applied_again_without_change(bounded):
    before = {login: granted(login) for login in LOGINS}
    assert let_in(bounded.book) == [f"{PREFIX}_{login}" for login in LOGINS]
    assert apply(connection, prefix=PREFIX) == [f"{PREFIX}_{login}" for login in LOGINS]
    assert {login: granted(login) for login in LOGINS} == before
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM journal_authority")
        assert cursor.fetchone()[0] > 20


def test_what_was_granted_by_hand_is_taken_back():
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT UPDATE ON journal_entry TO {PREFIX}_app; GRANT pg_read_all_data TO {PREFIX}_auditor")
        cursor.execute(
            f"GRANT UPDATE (amount) ON funding_payment TO {PREFIX}_app; GRANT TEMP ON DATABASE {name()} TO {PREFIX}_app"
        )
    apply(connection, prefix=PREFIX)
    assert ("journal_entry", "UPDATE") not in granted("app")
    assert ("funding_payment", "UPDATE") not in granted("app")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_has_role(%s, 'pg_read_all_data', 'MEMBER')", [f"{PREFIX}_auditor"])
        assert cursor.fetchone() == (False,)
        cursor.execute("SELECT has_database_privilege(%s, current_database(), 'TEMP')", [f"{PREFIX}_app"])
        assert cursor.fetchone() == (False,)


def name():
    return connection.settings_dict["NAME"]


@pytest.mark.parametrize("login", LOGINS)
def test_a_log_in_is_nothing_but_a_log_in(login):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolcanlogin, rolinherit OR rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls, "
            "(SELECT count(*) FROM pg_auth_members WHERE member = r.oid) FROM pg_roles r WHERE rolname = %s",
            [f"{PREFIX}_{login}"],
        )
        assert cursor.fetchone() == (True, False, 0)
    with logged_in(login) as opened:
        assert opened.execute("SELECT session_user::text, current_user::text").fetchone() == (f"{PREFIX}_{login}",) * 2


def test_remarks_name_other_databases_that_are_open_to_everybody():
    said = [each for each in remarks(connection, prefix=PREFIX) if "may connect to the database" in each]
    others = [each.partition("the database ")[2].partition(":")[0] for each in said]
    assert others
    assert len(set(others)) == len(others), "one statement mends it for all log-ins"
    assert all(f"{PREFIX}_{login}" in said[0] for login in LOGINS)
    assert remarks(connection, prefix="dure_absent")[0] == "The log-in dure_absent_app is missing: make it with its password."


def test_settings_that_a_log_in_gave_itself_are_named_and_forgotten():
    read_only = "SHOW default_transaction_read_only"
    with psycopg.connect(**address("app"), autocommit=True) as opened:
        opened.execute("ALTER ROLE current_user SET default_transaction_read_only = on")
        opened.execute(sql.SQL("ALTER ROLE current_user IN DATABASE {} SET work_mem = '1MB'").format(sql.Identifier(name())))
    said = f"The log-in {PREFIX}_app has settings of its own (default_transaction_read_only=on, work_mem=1MB)"
    assert any(each.startswith(said) for each in remarks(connection, prefix=PREFIX))
    with logged_in("app") as opened:
        assert opened.execute(read_only).fetchone() == ("on",)
    close_again(connection, prefix=PREFIX)
    assert not any("settings of its own" in each for each in remarks(connection, prefix=PREFIX))
    with logged_in("app") as opened:
        assert opened.execute(read_only).fetchone() == ("off",)


def test_what_was_given_to_everybody_again_is_named_and_taken_back():
    with connection.cursor() as cursor:
        cursor.execute("GRANT EXECUTE ON FUNCTION lo_create(oid) TO PUBLIC")
    assert any("may store large objects" in each for each in remarks(connection, prefix=PREFIX))
    apply(connection, prefix=PREFIX)
    assert not any("may store large objects" in each for each in remarks(connection, prefix=PREFIX))


def test_functions_look_for_tables_in_our_schema_only():
    """Where `pg_temp` is not named it comes first, and a temporary table would stand for one of ours."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.proname FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang "
            "WHERE p.pronamespace = 'public'::regnamespace AND l.lanname IN ('plpgsql', 'sql') AND p.prokind = 'f' "
            "AND p.proname <> 'words_for_search' AND NOT coalesce(p.proconfig, '{}') @> ARRAY['search_path=public, pg_temp']"
        )
        assert cursor.fetchall() == []
