"""Logging in by name and password: one answer for all that is wrong, a limit of attempts, and what is asked of a password."""

import http.server
import re
import threading

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client

import factories as make
from dure.cycle.installing.examining import identities
from dure.formats.errors import BadInput
from dure.portal.settings.log_in import identity_provider
from people.providers import configure
from people.steps import PASSWORD, browser, grow_old, inputs, log_in, person
from people.test_invitations import invited

pytestmark = pytest.mark.django_db


def test_a_name_and_a_password_lead_to_the_desk_or_to_the_page_that_was_asked_for():
    ministry = person("ministry")
    assert log_in(browser(), ministry)["Location"] == "/ministry/"
    asked = browser()
    assert asked.get("/acts/")["Location"] == "/login/?next=/acts/"
    sent = asked.post("/login/?next=/ministry/", {"username": ministry.username, "password": PASSWORD, "next": "/acts/"})
    assert sent["Location"] == "/acts/"
    elsewhere = {"username": ministry.username, "password": PASSWORD, "next": "https://elsewhere.example/"}
    assert browser().post("/login/", elsewhere)["Location"] == "/ministry/"


def without_what_differs(page, name):
    return page.content.decode().replace(name, "NAME").replace(inputs(page)["csrfmiddlewaretoken"], "TOKEN")


def test_an_unknown_name_a_wrong_password_and_a_person_without_password_get_the_same_answer():
    known, nameless = person("agency"), make.person("agency", username="no-password")
    answers = set()
    for name in (known.username, "nobody-here", nameless.username):
        page = browser().post("/login/", {"username": name, "password": "wrong wrong wrong"})
        assert page.status_code == 403
        assert "Name or password is not right." in page.content.decode()
        answers.add(without_what_differs(page, name))
    assert len(answers) == 1


def test_the_sixth_attempt_at_a_name_is_refused_whether_or_not_somebody_has_it():
    known, answers = person("agency"), []
    for name in (known.username, "nobody-here"):
        for _ in range(5):
            assert browser().post("/login/", {"username": name, "password": "wrong wrong wrong"}).status_code == 403
        page = browser().post("/login/", {"username": name, "password": PASSWORD})
        assert "There were too many attempts." in page.content.decode()
        answers.append(without_what_differs(page, name))
    assert answers[0] == answers[1]
    assert log_in(browser(), person("agency"))["Location"] == "/agency/", "others are not held up"


def test_many_attempts_from_one_address_are_refused(settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login": "3/m/ip"}
    for _ in range(3):
        assert browser().post("/login/", {"username": "somebody", "password": "wrong wrong wrong"}).status_code == 403
    page = browser().post("/login/", {"username": "somebody", "password": "wrong wrong wrong"})
    assert page.status_code == 429
    assert "Too many attempts" in page.content.decode()


def test_attempts_are_counted_where_every_process_sees_them():
    browser().post("/login/", {"username": "somebody", "password": "wrong wrong wrong"})
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM log_in_attempt WHERE expires > now()")
        assert cursor.fetchone()[0] >= 2
    assert cache._table == "log_in_attempt"


@pytest.mark.parametrize(
    "weak", ["short", "password1234", "gildong-hong-1", "123456789012"], ids=["short", "common", "like the name", "digits"]
)
def test_a_weak_password_is_refused(weak):
    with pytest.raises(ValidationError):
        validate_password(weak, make.person(username="gildong-hong"))


def test_nobody_registers_by_themselves():
    for address in ("/signup/", "/accounts/signup/", "/account/signup/"):
        assert browser().get(address).status_code == 404


def test_a_session_gets_a_new_key_at_the_log_in():
    visitor, agency = browser(), person("agency")
    visitor.get("/login/")
    visitor.session["planted"] = "yes"
    planted = visitor.session
    planted.save()
    visitor.cookies["sessionid"] = planted.session_key
    log_in(visitor, agency)
    assert visitor.cookies["sessionid"].value != planted.session_key


def test_whoever_is_closed_out_is_out_at_once_and_stays_out():
    agency, visitor = person("agency"), browser()
    log_in(visitor, agency)
    assert visitor.get("/agency/").status_code == 200
    agency.is_active = False
    agency.save(update_fields=["is_active"])
    assert visitor.get("/agency/").status_code == 302
    assert log_in(browser(), agency)["Location"] == "/login/closed/"
    assert "This account is closed" in browser().get("/login/closed/").content.decode()


def test_logging_out_ends_the_session():
    agency, visitor = person("agency"), browser()
    log_in(visitor, agency)
    stolen = Client()
    stolen.cookies["sessionid"] = visitor.cookies["sessionid"].value
    assert stolen.get("/agency/").status_code == 200
    assert visitor.post("/logout/")["Location"] == "/"
    assert stolen.get("/agency/").status_code == 302


class TestSessions:
    def test_each_device_is_listed_and_ended(self):
        agency, here, there = person("agency"), browser(), browser()
        log_in(here, agency, agent="Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")
        log_in(there, agency, agent="Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36")
        page = here.get("/account/sessions/").content.decode()
        assert "Firefox, Linux" in page
        assert "Chrome, Windows" in page
        number = page.split('name="end" value="')[1].split('"')[0]
        assert here.post("/account/sessions/", {"end": number}).status_code == 302
        assert there.get("/account/").status_code == 302
        assert here.get("/account/").status_code == 200

    def test_all_others_end_at_once_and_nobody_elses(self):
        agency, other = person("agency"), person("agency")
        mine, theirs = [browser() for _ in range(3)], browser()
        for each in mine:
            log_in(each, agency)
        log_in(theirs, other)
        mine[0].post("/account/sessions/", {"end": "others"})
        assert [each.get("/account/").status_code for each in (*mine, theirs)] == [200, 302, 302, 200]

    def test_the_session_of_another_person_cannot_be_ended(self):
        agency, other, mine, theirs = person("agency"), person("agency"), browser(), browser()
        log_in(mine, agency)
        log_in(theirs, other)
        from allauth.usersessions.models import UserSession

        mine.post("/account/sessions/", {"end": str(UserSession.objects.get(user=other).pk)})
        assert theirs.get("/account/").status_code == 200

    def test_a_new_password_ends_the_others(self):
        agency, mine, other = person("agency"), browser(), browser()
        log_in(mine, agency)
        log_in(other, agency)
        new = "구월의 새벽 안개 12"
        page = mine.post("/account/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
        assert page["Location"] == "/account/"
        assert [mine.get("/account/").status_code, other.get("/account/").status_code] == [200, 302]
        assert log_in(browser(), agency, password=new).status_code == 302
        assert log_in(browser(), agency).status_code == 403

    def test_the_present_password_is_asked_for(self):
        agency, mine = person("agency"), browser()
        log_in(mine, agency)
        page = mine.post(
            "/account/password/", {"oldpassword": "x", "password1": "새 비밀번호 열두 자", "password2": "새 비밀번호 열두 자"}
        )
        assert "This is not your present password." in page.content.decode()


class TestProof:
    """Acts that ask for it, and what was typed."""

    def test_a_form_comes_back_filled_after_the_proof(self):
        ministry, visitor = person("ministry"), browser()
        log_in(visitor, ministry)
        grow_old(visitor)
        form = inputs(visitor.get("/acts/appropriate/"))
        typed = {**form, "amount": "12345678", "appropriated_on": "2026-01-05"}
        sent = visitor.post("/acts/appropriate/", {**typed, "do": "check"})
        assert sent["Location"].startswith("/account/confirm/?next=%2Facts%2Fappropriate%2F")
        page = visitor.post(sent["Location"], {"password": "wrong wrong", "next": "/acts/appropriate/"})
        assert "This is not your password." in page.content.decode()
        proven = visitor.post(sent["Location"], {"password": PASSWORD, "next": "/acts/appropriate/"})
        assert proven["Location"] == "/acts/appropriate/"
        back = visitor.get(proven["Location"])
        assert "You have confirmed that it is you." in back.content.decode()
        assert (inputs(back)["amount"], inputs(back)["appropriated_on"]) == ("12345678", "2026-01-05")
        again = visitor.post("/acts/appropriate/", {**inputs(back), "do": "check"})
        assert again.status_code == 200, "no second proof"
        assert "12,345,678" in again.content.decode()

    def test_nobody_is_asked_within_the_time_of_the_rule(self):
        visitor = browser()
        log_in(visitor, person("ministry"))
        form = inputs(visitor.get("/acts/appropriate/"))
        sent = visitor.post("/acts/appropriate/", {**form, "amount": "1", "appropriated_on": "2026-01-05", "do": "check"})
        assert sent.status_code == 200


class TestIdentityProviderThatDoesNotAnswer:
    """It is down, or its address is one of something else: a page says so, and another way to log in stays open."""

    @pytest.fixture(params=["nothing listens", "not found", "no JSON", "another JSON"])
    def silent(self, request, settings):
        answers = {"not found": (404, b"{}"), "no JSON": (200, b"<html>"), "another JSON": (200, b"{}")}
        if request.param not in answers:
            configure(settings, "http://127.0.0.1:1/realm")
            yield
            return
        status, body = answers[request.param]

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_said):
                pass

        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            configure(settings, f"http://127.0.0.1:{server.server_port}/realm")
            yield
            server.shutdown()

    @pytest.mark.usefixtures("silent")
    def test_the_log_in_page_says_so(self):
        answer = browser().post("/login/oidc/start/")
        assert answer.status_code == 502
        assert "The identity provider does not answer" in answer.content.decode()

    @pytest.mark.usefixtures("silent")
    def test_the_invitation_stays_open(self):
        link = invited(person("agency"))
        answer = browser().post(link, {"username": "kim-01", "by": "identity"})
        assert answer.status_code == 502
        assert browser().get(link).status_code == 200

    @pytest.mark.usefixtures("silent")
    def test_doctor_names_it(self):
        assert re.search(r"identity provider gives .*/realm/\.well-known/.* DURE_OIDC_URL", identities.remark())

    def test_without_one_nothing_is_said(self):
        assert identities.remark() == ""

    def test_it_needs_the_clients_id(self):
        with pytest.raises(BadInput) as refused:
            identity_provider({"DURE_OIDC_URL": "https://id.example/realm"})
        assert refused.value.where == "DURE_OIDC_CLIENT_ID"
