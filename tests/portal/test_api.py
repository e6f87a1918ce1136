"""The API: each error its problem, nothing done twice or half, and what is not yours does not exist."""

import datetime as dt
import json
import re
import threading

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openapi_spec_validator import validate

import factories as make
from dure.cycle.commands import registry
from dure.cycle.commands.registry import COMMANDS
from dure.portal.api.columns import struct
from dure.portal.api.openapi import document
from dure.portal.api.pages import ROUTES
from dure.portal.api.problems import KINDS
from dure.portal.api.tables import RESOURCES
from dure.records.journal.models import Act
from dure.records.parties import actions as parties
from dure.records.parties.models import Organisation, Token
from portal.api_callers import Caller, checked, people, token_of
from portal.serving import PATIENCE

ORGANISATION = {"id": "org-a", "name": {"ko": "기관"}, "kind": "university"}


@pytest.fixture
def who(db):  # noqa: ARG001 - people are records
    return people()


class TestCommands:
    def test_a_command_is_done_and_answers_with_its_act(self, who):
        answer = who.by_agency.act("register_organisation", ORGANISATION)
        act = Act.objects.get()
        assert answer.status_code == 200
        assert answer.value == {"result": "org-a", "act": act.pk, "about": "organisation/org-a", "version": act.pk}
        assert answer.headers["ETag"] == f'"{act.pk}"'
        assert (act.via, act.person) == ("api", who.agency)

    def test_a_double_submission_is_one_act(self, who):
        answers = [who.by_agency.act("register_organisation", ORGANISATION, Idempotency_Key="k-1") for _ in range(2)]
        assert [answer.status_code for answer in answers] == [200, 200]
        assert answers[0].content == answers[1].content
        assert [answer.headers.get("Idempotency-Replayed") for answer in answers] == [None, "true"]
        other = who.by_agency.act("register_organisation", {**ORGANISATION, "id": "org-b"}, Idempotency_Key="k-1")
        assert (other.status_code, other.value["code"]) == (422, "key_reused")
        assert Act.objects.count() == 1

    def test_in_two_tabs_the_second_hears_what_changed(self, who):
        person = {"person": who.applicant.uid}
        shown = who.by_agency.get(f"/api/v1/people/{who.applicant.uid}").headers["ETag"]
        first = who.by_agency.act("set_address", {**person, "email": "a@example.org"}, If_Match=shown)
        second = who.by_agency.act("set_address", {**person, "email": "b@example.org"}, If_Match=shown)
        assert (first.status_code, second.status_code, second.value["code"]) == (200, 409, "stale")
        assert [act["command"] for act in second.value["values"]["acts"]] == ["set_address"]
        again = who.by_agency.act("set_address", {**person, "email": "b@example.org"}, If_Match=first.headers["ETag"])
        assert again.status_code == 200

    def test_a_version_that_never_was_is_refused(self, who):
        given = {"person": who.applicant.uid, "email": "a@example.org"}
        answer = who.by_agency.act("set_address", given, If_Match='"999999999"')
        assert (answer.status_code, answer.value["code"], Act.objects.count()) == (409, "no_version", 0)

    def test_an_etag_that_is_none_is_refused(self, who):
        for tag in ("57", '"a"', '"1","2"', '"-1"'):
            answer = who.by_agency.act("register_organisation", ORGANISATION, If_Match=tag)
            assert (answer.status_code, answer.value["code"]) == (422, "bad_header"), tag
        assert who.by_agency.act("register_organisation", ORGANISATION, If_Match="*").status_code == 200

    @pytest.mark.parametrize("key", ["", "a b", "x" * 161, "é"])
    def test_a_key_that_is_none_is_refused(self, who, key):
        answer = who.by_agency.act("register_organisation", ORGANISATION, Idempotency_Key=key)
        assert (answer.status_code, answer.value["code"]) == (422, "bad_header")

    def test_the_table_says_what_a_caller_may(self, who):
        for caller, may in ((who.by_agency, True), (who.by_applicant, False), (Caller(), None)):
            table = {row["name"]: row for row in caller.get("/api/v1/commands").value["commands"]}
            assert set(table) == {row.name for row in COMMANDS}
            assert table["register_organisation"]["may"] is may

    def test_every_command_has_a_schema(self):
        for row in COMMANDS:
            answer = checked(Client().get(f"/api/v1/commands/{row.name}/schema"))
            assert answer.value["$schema"].endswith("2020-12/schema")
        assert checked(Client().get("/api/v1/commands/no-such/schema")).value["code"] == "unknown_command"


BAD_BODIES = {
    "unknown field": ({**ORGANISATION, "colour": "red"}, 422, "invalid"),
    "missing field": ({"id": "org-a"}, 422, "invalid"),
    "wrong type": ({**ORGANISATION, "id": 7}, 422, "invalid"),
    "a list": ([ORGANISATION], 422, "invalid"),
    "null": (None, 422, "invalid"),
    "not JSON": (b"{", 400, "bad_json"),
    "nothing": (b" ", 400, "bad_json"),
    "not UTF-8": (b'{"id": "\xff"}', 400, "bad_json"),
    "NaN": (b'{"id": NaN}', 400, "bad_json"),
    "a float": (b'{"id": 1.5}', 400, "bad_json"),
    "a huge number": (b'{"id": ' + b"9" * 100_000 + b"}", 400, "bad_json"),
    "a key twice": (b'{"id": "a", "id": "b"}', 400, "bad_json"),
    "a million brackets": (b"[" * 1_000_000, 400, "bad_json"),
    "a million objects": (b'{"a":' * 1_000_000, 400, "bad_json"),
    "a closed million": (b"[" * 1_000_000 + b"]" * 1_000_000, 400, "bad_json"),
    "NUL": ({**ORGANISATION, "name": {"ko": "a\0"}}, 422, "hidden_character"),
    "bidi": ({**ORGANISATION, "name": {"ko": "\u202eabc"}}, 400, "bad_json"),
    "half a surrogate": (b'{"id": "\\ud800"}', 400, "bad_json"),
    "a NUL in a key": ({"a\0": 1}, 422, "hidden_character"),
}


class TestBadInput:
    @pytest.mark.parametrize(("body", "status", "code"), BAD_BODIES.values(), ids=BAD_BODIES)
    def test_bad_bodies_get_their_problem_and_leave_nothing(self, who, body, status, code):
        raw = body if isinstance(body, bytes) else json.dumps(body)
        answer = who.by_agency.send("/api/v1/commands/register_organisation", raw)
        assert (answer.status_code, answer.value["code"]) == (status, code)
        assert not Act.objects.exists()
        assert not Organisation.objects.filter(pk="org-a").exists()

    def test_a_korean_reader_is_told_in_korean(self, who):
        korean = Caller(token_of(who.agency, "register_organisation"), "ko")
        for name, (body, _status, _code) in BAD_BODIES.items():
            raw = body if isinstance(body, bytes) else json.dumps(body)
            said = korean.send("/api/v1/commands/register_organisation", raw).value
            for member in ("title", "what", "detail"):
                assert re.search("[가-힣]", said[member]), (name, member, said)
                assert not re.search(r"[a-z]{2,} [a-z]{2,}", said[member]), (name, member, said)

    @pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""])
    def test_only_json_is_read(self, who, kind):
        answer = who.by_agency.send("/api/v1/commands/register_organisation", json.dumps(ORGANISATION), content_type=kind)
        assert (answer.status_code, answer.value["code"]) == (415, "content_type")

    def test_100_megabytes_are_refused_before_a_byte_is_read(self, who):
        class Stream:
            asked = 0

            def read(self, size=-1):
                self.asked += 1
                return b"x" * max(size, 0)

            readline = read

        stream = Stream()
        token = who.by_agency.headers["Authorization"]
        given = {"wsgi.input": stream, "CONTENT_LENGTH": str(100 * 2**20), "HTTP_AUTHORIZATION": token}
        answer = checked(Client().post("/api/v1/commands/register_organisation", content_type="application/json", **given))
        assert (answer.status_code, answer.value["code"], stream.asked) == (413, "too_large", 0)
        given = {"wsgi.input": stream, "CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked", "HTTP_AUTHORIZATION": token}
        answer = checked(Client().post("/api/v1/commands/register_organisation", content_type="application/json", **given))
        assert (answer.status_code, answer.value["code"], stream.asked) == (411, "length_required", 0)

    def test_wrong_methods_and_addresses(self, who):
        for path in ("/api/v1/organisations", "/api/v1/commands/add_person", "/api/openapi.json", "/api/v1/acts/1"):
            answer = checked(who.by_agency.client.delete(path, headers=who.by_agency.headers))
            assert (answer.status_code, answer.value["code"]) == (405, "method_not_allowed")
            assert answer.headers["Allow"] in {"GET, HEAD", "POST"}
        for path in ("/api/v1/", "/api/v1/weather", "/api/v1/organisations/", "/api/v1/é", "/api/v1/organisations/%00"):
            assert who.by_agency.get(path).status_code == 404, path

    def test_a_fault_of_ours_shows_no_traceback(self, who, monkeypatch, caplog):
        monkeypatch.setattr("dure.portal.api.carrying_out.run", lambda *_a, **_k: 1 / 0)
        answer = who.by_agency.client.post(
            "/api/v1/commands/register_organisation", ORGANISATION, content_type="application/json", headers=who.by_agency.headers
        )
        assert (answer.status_code, answer.json()["code"]) == (500, "broken")
        assert b"ZeroDivision" not in answer.content
        assert "ZeroDivisionError" in caplog.text or not caplog.records

    def test_words_are_the_readers(self):
        korean = Caller(language="ko").get("/api/v1/organisations")
        english = Caller(language="en").get("/api/v1/organisations")
        for member in ("title", "what", "todo"):
            assert any("가" <= char <= "힣" for char in korean.value[member])
        assert english.value["title"].isascii()
        assert (korean.headers["Content-Language"], english.headers["Content-Language"]) == ("ko", "en")


class TestWhoMay:
    def test_without_a_token_or_a_session_nothing_is_read_or_done(self):
        for answer in (Caller().get("/api/v1/organisations"), Caller().act("register_organisation", ORGANISATION)):
            assert (answer.status_code, answer.value["code"]) == (401, "unauthenticated")
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")

    def test_a_desk_that_may_not_gets_403_whatever_it_asks_about(self, who):
        answers = [
            who.by_applicant.act("end_role", {"person": person, "desk": "agency"}) for person in (who.agency.uid, "nobody-at-all")
        ]
        assert {(answer.status_code, answer.value["code"]) for answer in answers} == {(403, "not_permitted")}
        assert answers[0].content == answers[1].content

    def test_not_yours_and_not_there_are_the_same_bytes(self, who):
        theirs = Token.objects.get(person=who.other).pk
        acts = [who.by_applicant.act("revoke_token", {"token": token}) for token in (theirs, "0" * 16)]
        reads = [who.by_applicant.get(f"/api/v1/organisations/{key}") for key in (who.other_org.pk, "nothing-of-mine")]
        for one, other in (acts, reads):
            assert one.status_code == 404
            del one.headers["X-Request-ID"], other.headers["X-Request-ID"]  # drawn for each request
            assert (one.content, dict(one.headers)) == (other.content, dict(other.headers))
        assert who.by_other.act("revoke_token", {"token": theirs}).status_code == 200

    def test_an_unknown_id_is_named_to_whoever_sees_all(self, who):
        answer = who.by_agency.act(
            "pay_commitment", {"commitment": "none", "reference": "r", "amount": 1, "paid_on": "2026-03-02"}
        )
        assert (answer.status_code, answer.value["code"]) == (404, "unknown_id")
        assert "none" in answer.value["what"]

    @pytest.mark.parametrize("state", ["expired", "revoked", "unknown", "no form", "owner gone", "no bearer"])
    def test_a_token_that_is_not_valid_opens_nothing(self, who, state):
        token = token_of(who.agency, days=1, made_days_ago=2 if state == "expired" else 0)
        given = {"unknown": "dure_" + "A" * 43, "no form": "x"}.get(state, token)
        if state == "revoked":
            parties.revoke_token(
                token=Token.objects.order_by("made_at").last(), at=Token.objects.order_by("made_at").last().made_at
            )
        if state == "owner gone":
            type(who.agency).objects.filter(pk=who.agency.pk).update(is_active=False)
        caller = Caller(given)
        if state == "no bearer":
            caller.headers["Authorization"] = f"Basic {token}"
        for path in ("/api/v1/organisations", "/api/v1/commands"):
            answer = caller.get(path)
            assert (answer.status_code, answer.value["code"]) == (401, "unauthenticated")

    def test_a_token_does_what_its_scope_says(self, who):
        reader, actor = Caller(token_of(who.agency)), Caller(token_of(who.agency, "register_organisation", read=False))
        assert reader.get("/api/v1/organisations").status_code == 200
        assert reader.act("register_organisation", ORGANISATION).value["code"] == "out_of_scope"
        assert actor.get("/api/v1/organisations").value["code"] == "out_of_scope"
        assert actor.act("register_organisation", ORGANISATION).status_code == 200
        assert actor.act("add_person", {}).value["code"] == "out_of_scope"

    def test_a_token_makes_no_token_and_its_owner_by_session_does(self, who):
        until = (dt.datetime.now(dt.UTC) + dt.timedelta(days=5)).isoformat()  # noqa: TID251 - the API asks the clock
        asked = {"digest": "a" * 64, "name": "x", "expires_at": until}
        assert who.by_agency.act("make_token", asked).value["code"] == "out_of_scope"
        browser = Caller()
        browser.client.force_login(who.applicant)
        refused = browser.act("make_token", asked)
        assert (refused.status_code, refused.value["code"]) == (403, "csrf")
        browser.client.get("/account/")
        csrf = browser.client.cookies["csrftoken"].value
        assert browser.act("make_token", asked, X_CSRFToken=csrf).value["result"] == "a" * 16
        assert "a" * 16 in {each["id"] for each in browser.get("/api/v1/tokens").value["items"]}


class TestReading:
    def test_pages_follow_each_other_in_sql_and_lose_nothing(self, who):
        for _ in range(7):
            make.organisation(kind="company")
        seen, path = [], "/api/v1/organisations?limit=3"
        while path:
            answer = who.by_agency.get(path)
            seen += [item["id"] for item in answer.value["items"]]
            path = answer.value["next"]
            assert (path is None) == ("Link" not in answer.headers)
            if len(seen) == 3:
                make.organisation(id=f"{seen[-1]}-between")  # what comes in later places shows later, and nothing moves
        expected = list(Organisation.objects.order_by("id").values_list("id", flat=True))
        assert seen == expected

    def test_a_page_costs_the_same_for_any_number_of_rows(self, who):
        def cost():
            with CaptureQueriesContext(connection) as captured:
                who.by_agency.get("/api/v1/organisations?limit=200")
            return len(captured)

        few = cost()
        for _ in range(20):
            make.organisation()
        assert cost() == few

    def test_filters_and_ranges(self, who):
        make.organisation(kind="company")
        found = who.by_agency.get("/api/v1/organisations?kind=company").value["items"]
        assert [item["kind"] for item in found] == ["company"]
        who.by_agency.act("register_organisation", ORGANISATION)
        act = who.by_agency.get("/api/v1/acts?command=register_organisation").value["items"][0]
        assert (act["about"], act["via"]) == ("organisation/org-a", "api")
        at = act["at"].replace("+", "%2B")
        assert len(who.by_agency.get(f"/api/v1/acts?at_from={at}").value["items"]) == 1
        assert who.by_agency.get(f"/api/v1/acts?at_before={at}").value["items"] == []

    def test_an_unchanged_answer_is_304(self, who):
        for path in ("/api/v1/organisations", f"/api/v1/organisations/{who.org.pk}", "/api/openapi.json", "/api/v1/commands"):
            tag = who.by_agency.get(path).headers["ETag"]
            again = who.by_agency.get(path, If_None_Match=f'"x", W/{tag}')
            assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
        who.by_agency.act("register_organisation", ORGANISATION)
        tag = who.by_agency.get("/api/v1/organisations").headers["ETag"]
        assert tag != who.by_applicant.get("/api/v1/organisations").headers["ETag"]

    @pytest.mark.parametrize(
        "query",
        ["limit=0", "limit=201", "limit=x", "limit=-1", "limit=1&limit=2", "cursor=x", "cursor=W10", "cursor=%00", "colour=red",
         "kind=%00", "kind=%ff%fe", "kind=%E2%80%AEx", "cursor=WyJhY3RzIiwxXQ", "cursor=WyJvcmdhbmlzYXRpb25zIiwxXQ",
         "cursor=" + "W1tb" * 500],
    )  # fmt: skip
    def test_parameters_that_cannot_be_understood(self, who, query):
        answer = who.by_agency.get(f"/api/v1/organisations?{query}")
        if query == "kind=%ff%fe":  # read as U+FFFD by Django: nobody has that kind
            assert answer.value["items"] == []
        else:
            assert (answer.status_code, answer.value["code"]) == (422, "bad_parameter")

    @pytest.mark.parametrize("query", ["at_from=yesterday", "at=2026-03-02", "at_from=0001-01-01T00:00:00%2B23:00", "person=%00"])
    def test_instants_that_are_none(self, who, query):
        assert who.by_agency.get(f"/api/v1/acts?{query}").value["code"] == "bad_parameter"

    @pytest.mark.parametrize("key", ["99999999999999999999999", "x", "-1", "1.5", "9223372036854775807"])
    def test_numbers_that_are_no_id(self, who, key):
        assert who.by_agency.get(f"/api/v1/acts/{key}").value["code"] == "not_found"

    @pytest.mark.parametrize("resource", RESOURCES, ids=[resource.noun for resource in RESOURCES])
    def test_every_resource_reads_for_every_desk(self, who, resource):
        everybody = make.person("ministry", "agency", "operator", "auditor")
        for token in (token_of(everybody), token_of(who.applicant), token_of(make.person())):
            answer = Caller(token).get(f"/api/v1/{resource.noun}?limit=200")
            assert answer.status_code == 200
            for item in answer.value["items"]:
                assert set(item) == {field.name for field in resource.fields}
                one = Caller(token).get(f"/api/v1/{resource.noun}/{item['id']}")
                assert one.value == item

    def test_officials_do_not_see_acts_that_are_sealed(self, who, monkeypatch):
        row = COMMANDS[0]._replace(name="submit_proposal", by=(COMMANDS[0].by[0]._replace(desk="provider"),))
        monkeypatch.setattr("dure.portal.api.tables.people.COMMANDS", (*COMMANDS, row))
        who.by_agency.act("register_organisation", ORGANISATION)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = 'replica'")
            cursor.execute("UPDATE journal_act SET command = 'submit_proposal', person_id = %s", [who.other.pk])
        assert who.by_agency.get("/api/v1/acts").value["items"] == []
        assert len(who.by_other.get("/api/v1/acts").value["items"]) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["organisations/%0Aa", "documents/%0A/content", "nothing/%0A", "organisations/%C2%85"])
def test_whatever_it_is_called_what_is_not_there_is_a_problem(who, address):
    answer = who.by_agency.get(f"/api/v1/{address}")
    assert (answer.status_code, answer.value["code"]) == (404, "not_found")


class TestTheDocument:
    @pytest.mark.long  # a second per ten paths
    @pytest.mark.django_db
    def test_all_of_it_is_valid(self):
        validate(document())

    def test_its_kinds_of_path_are_valid(self):
        paths = document()["paths"]
        kinds = ["/api/v1/commands/give_role", "/api/v1/commands", "/api/v1/imports/{name}", "/api/v1/acts", "/api/v1/acts/{id}",
                 "/api/v1/exports/acts", "/api/v1/jobs/{id}", "/api/v1/jobs/{id}/result", "/api/v1/jobs/{id}/faults"]  # fmt: skip
        needed = (
            "Problem",
            "GiveRole",
            "GiveRoleDone",
            "CommandList",
            "Listed",
            "Report",
            "Made",
            "Fault",
            "Stop",
            "ActsPage",
            "ActsRecord",
            "JobState",
            "Failure",
        )
        schemas = {name: document()["components"]["schemas"][name] for name in needed}
        components = {**document()["components"], "schemas": schemas}
        validate({**document(), "paths": {path: paths[path] for path in kinds}, "components": components})

    def test_it_lists_everything_once(self):
        made = json.loads(checked(Client().get("/api/openapi.json")).content)
        assert made["openapi"].startswith("3.1")
        posts = {path.rpartition("/")[2] for path in made["paths"] if path.startswith("/api/v1/commands/")} - {"schema"}
        assert posts == {row.name for row in COMMANDS}
        assert all(f"/api/v1/{resource.noun}" in made["paths"] for resource in RESOURCES)
        ids = [
            operation["operationId"]
            for path in made["paths"].values()
            for verb, operation in path.items()
            if verb != "parameters"
        ]
        assert len(ids) == len(set(ids))

    def test_examples_are_what_the_commands_take(self):
        import msgspec

        for row in COMMANDS:
            body = document()["paths"][f"/api/v1/commands/{row.name}"]["post"]["requestBody"]["content"]["application/json"]
            assert isinstance(msgspec.convert(body["example"], row.command), row.command)

    def test_each_field_of_a_record_says_what_it_means(self):
        for resource in RESOURCES:
            for name, schema in document()["components"]["schemas"][struct(resource.noun).__name__]["properties"].items():
                assert schema.get("description"), f"{resource.noun}.{name}"

    def test_a_new_row_of_the_table_is_in_the_document_and_at_the_door(self, who, monkeypatch):
        row = next(row for row in COMMANDS if row.name == "register_organisation")._replace(name="enter_organisation")
        for module in ("carrying_out", "openapi"):
            monkeypatch.setattr(f"dure.portal.api.{module}.COMMANDS", (*COMMANDS, row))
        monkeypatch.setitem(registry.BY_NAME, row.name, row)
        assert "/api/v1/commands/enter_organisation" in document.__wrapped__()["paths"]
        caller = Caller(token_of(who.agency, row.name))
        assert caller.act(row.name, ORGANISATION).value["result"] == "org-a"

    @pytest.mark.django_db
    def test_people_find_every_command_and_code_on_the_page(self):
        page = Client().get("/api/", headers={"Accept-Language": "en"}).content.decode()
        assert all(f'id="command-{row.name}"' in page for row in COMMANDS)
        assert all(f'id="{code}"' in page for code in KINDS)

    def test_every_address_of_the_api_is_a_route(self):
        assert reverse("api:command", args=["x"]) == "/api/v1/commands/x"
        assert all(route.relation == "anyone" for route in ROUTES)


@pytest.mark.django_db(transaction=True)
def test_two_requests_at_once_with_one_key_are_one_act():
    who, answers, gate = people(), [], threading.Barrier(2)

    def send():
        gate.wait(timeout=PATIENCE)
        answers.append(Caller(token).act("register_organisation", ORGANISATION, Idempotency_Key="once"))
        connections.close_all()

    token = token_of(who.agency, "register_organisation")
    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=PATIENCE)
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].content == answers[1].content
    assert Act.objects.count() == 1


@pytest.mark.django_db
class TestGrants:
    def test_a_grant_says_what_is_held_at_this_moment_beside_what_was_granted(self):
        """Before its first week, in it and after its last."""
        today = timezone.localdate()
        monday = today - dt.timedelta(days=today.weekday())
        for number, (week, held) in enumerate(((-1, 2), (1, 0), (-10, 0))):
            round_ = make.round_(start_on=monday + dt.timedelta(weeks=week))
            grant = make.grant(round_, on=make.servers(count=2), from_week=0, to_week=4)
            caller = Caller(token_of(make.the("agency", number + 11)))
            row = caller.get(f"/api/v1/grants/{grant.pk.replace('/', '%2F')}").value
            assert (row["held"], row["servers"]) == (held, 2)
        schema = document()["components"]["schemas"]
        assert any("held" in each.get("properties", {}) for each in schema.values())
