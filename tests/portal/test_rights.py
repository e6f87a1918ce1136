"""Pages are asked here as where dure is installed: by a log-in that may do what the app does, and nothing else."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from django.db import connection
from django.test import Client

import factories as make
from logins import APP, PREFIX
from serving.running import until


def who():
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_user::text, current_user::text")
        return cursor.fetchone()


def asked_as(client, address):
    """By which log-ins the statements of that page were carried out."""
    found = set()

    def look(execute, *statement):
        if not found:
            found.add("")
            found.update(who())
        return execute(*statement)

    with connection.execute_wrapper(look):
        assert client.get(address).status_code == 200
    return found - {""}


@pytest.mark.django_db
def test_a_request_is_the_apps_and_what_a_test_prepares_is_the_owners():
    client, before = Client(), who()
    client.force_login(make.person("agency"))
    assert asked_as(client, "/agency/") == {APP}
    assert who() == before
    assert APP not in before


@pytest.mark.usefixtures("world")
def test_in_a_world_with_real_commits_too():
    assert asked_as(Client(), "/calls/") == {APP}
    assert APP not in who()


def users(database):
    """Who is connected to that database, and whether they wait for a lock."""
    with psycopg.connect(database) as owner:
        return owner.execute(
            "SELECT usename::text, wait_event_type = 'Lock' FROM pg_stat_activity "
            "WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        ).fetchall()


def test_the_server_and_its_worker_connect_as_log_ins_of_their_own(visitors, served_database):
    until(lambda: f"{PREFIX}_worker" in dict(users(served_database)), "the worker is connected")
    with ThreadPoolExecutor() as others, psycopg.connect(served_database) as owner:
        owner.execute("LOCK procurement_call")
        asked = others.submit(visitors[""].ask, "/calls/")
        waiting = until(lambda: [name for name, waits in users(served_database) if waits], "the page waits")
        owner.rollback()
        assert asked.result().status == 200
    assert waiting == [APP]
