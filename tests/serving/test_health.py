"""What programs ask: lives, ready, counts; and what a person sees when the database has gone."""

import json
import re

import pytest
from django.db import ProgrammingError, connection
from django.db.backends.signals import connection_created
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver

from dure.portal.health.readiness import known, standing
from dure.portal.kit.observing.counts import REGISTRY
from serving.conftest import SECRET, TOKEN

WRONG_HOST = {"Host": "10.0.0.7:8000"}  # how a probe of Kubernetes calls it


@pytest.fixture(scope="module", autouse=True)
def loaded():
    """What is loaded once, by the first request."""
    assert get_resolver().url_patterns
    assert known()


def test_it_lives_and_is_ready(portal):
    assert portal.ask("/health/live", headers=WRONG_HOST)[::2] == (200, b'{"live":true}')
    status, headers, body = portal.ask("/health/ready", headers=WRONG_HOST)
    assert (status, json.loads(body)) == (200, {"ready": True, "database": "reachable", "migrations": "current"})
    assert headers["cache-control"] == "no-store"
    assert "set-cookie" not in headers


def test_without_a_database_it_lives_but_is_not_ready(without_database):
    assert without_database.ask("/health/live")[0] == 200
    status, _headers, body = without_database.ask("/health/ready")
    assert (status, json.loads(body)) == (503, {"ready": False, "database": "unreachable", "migrations": "unknown"})


def test_without_a_database_a_person_reads_a_page_with_a_number(without_database):
    """The page asks no database itself."""
    headers = {"Host": "localhost", "X-Forwarded-Proto": "https", "X-Request-ID": "0123456789abcdef", "Cookie": "sessionid=x"}
    status, answered, body = without_database.ask("/?token=canary-of-a-query", headers=headers)
    text = body.decode()
    assert (status, answered["x-request-id"]) == (500, "0123456789abcdef")
    assert "<code>0123456789abcdef</code>" in text
    assert SECRET not in text
    found = [json.loads(line) for line in without_database.said().splitlines() if "0123456789abcdef" in line]
    assert {line["event"] for line in found} == {"Internal Server Error: /", "request"}
    assert "canary" not in without_database.said()
    assert any("OperationalError" in line.get("exception", "") for line in found)
    counted = without_database.ask("/metrics")[2].decode()
    assert value(counted, 'dure_database_errors_total{sqlstate_class="connection"}') >= 1
    assert value(counted, "dure_database_up") == 0


def value(text, name):
    found = re.search(rf"^{re.escape(name)} ([\d.]+)$", text, flags=re.MULTILINE)
    return float(found.group(1)) if found else 0


class TestMetrics:
    def test_requests_are_counted_over_all_workers(self, portal):
        name = 'dure_requests_total{route="public:stages",status="200"}'
        before = value(portal.ask("/metrics")[2].decode(), name)
        for _ in range(12):  # over connections of their own, so that both workers answer some
            assert portal.ask("/stages/", headers={"Host": "localhost", "X-Forwarded-Proto": "https"})[0] == 200
        text = portal.ask("/metrics")[2].decode()
        assert value(text, name) == before + 12
        assert value(text, 'dure_request_seconds_count{route="public:stages"}') == before + 12
        assert value(text, "dure_database_up") == 1
        assert re.search(r"^dure_journal_head 0\.0$", text, flags=re.MULTILINE)

    @pytest.mark.parametrize(
        ("headers", "status"),
        [
            ({}, 404),
            ({"Authorization": f"Bearer {TOKEN}"}, 200),
            ({"Authorization": f"bearer {TOKEN}"}, 200),
            ({"Authorization": f"Bearer {TOKEN}x"}, 404),
            ({"Authorization": "Bearer "}, 404),
            ({"Authorization": "Basic x"}, 404),
        ],
    )
    def test_from_another_machine_only_with_the_token(self, portal, headers, status):
        """The proxy says where the request comes from."""
        assert portal.ask("/metrics", headers={"X-Forwarded-For": "198.51.100.7", **headers})[0] == status

    @pytest.mark.django_db
    def test_a_proxy_that_nobody_told_us_of_is_not_this_machine(self, settings):
        """Without the variable, all the world would come from the loopback address."""
        settings.DURE_TRUSTED_PROXIES, settings.DURE_METRICS_TOKEN = [], ""
        assert Client().get("/metrics").status_code == 200
        assert Client().get("/metrics", headers={"X-Forwarded-For": "198.51.100.7"}).status_code == 404
        assert Client().get("/metrics", headers={"Authorization": "Bearer "}, REMOTE_ADDR="198.51.100.7").status_code == 404


@pytest.mark.django_db
class TestErrorsOfTheDatabase:
    def counted(self, state):
        return REGISTRY.get_sample_value("dure_database_errors_total", {"sqlstate_class": state}) or 0

    def test_each_is_counted_once_by_its_class(self):
        before = self.counted("42")
        with pytest.raises(ProgrammingError), connection.cursor() as cursor:
            cursor.execute("SELECT nothing FROM nowhere")
        assert self.counted("42") == before + 1

    def test_watching_leaves_the_wrappers_of_others_alone(self):
        """Also where the connection is made while another wrapper is on."""
        asked = []

        def other(execute, *statement):
            asked.append(statement[0])
            return execute(*statement)

        watching = connection.execute_wrappers[:]
        connection.execute_wrappers.clear()
        try:
            with connection.execute_wrapper(other):
                connection_created.send(sender=type(connection), connection=connection)
                with connection.cursor() as cursor:
                    cursor.execute("SELECT 1")
            with connection.cursor() as cursor:
                cursor.execute("SELECT 2")
            assert asked == ["SELECT 1"]
            assert len(connection.execute_wrappers) == 1
        finally:
            connection.execute_wrappers[:] = watching


@pytest.mark.django_db
class TestReadiness:
    def test_it_costs_one_statement(self):
        standing()
        with CaptureQueriesContext(connection) as asked:
            assert Client().get("/health/ready").status_code == 200
        assert len(asked) == 1

    def migrations(self, statement):
        with connection.cursor() as cursor:
            cursor.execute(statement)
        answer = Client().get("/health/ready")
        return answer.status_code, answer.json()["migrations"]

    def test_a_missing_migration(self):
        assert self.migrations("DELETE FROM django_migrations WHERE app = 'outcomes'") == (503, "missing")

    def test_a_newer_one_does_not_take_this_version_out_of_service(self):
        later = "INSERT INTO django_migrations (app, name, applied) VALUES ('journal', '9999_later', now())"
        assert self.migrations(later) == (200, "newer")

    def test_an_empty_database(self):
        assert self.migrations("ALTER TABLE django_migrations RENAME TO elsewhere") == (503, "none")
