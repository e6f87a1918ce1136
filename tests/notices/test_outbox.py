"""The outbox and a real SMTP server: sent once, tried again when it is worth it, given up when it is not."""

import datetime as dt
import socket
import threading

import pytest
from django.db import connection, connections
from django.utils import timezone

import factories as make
from database import refused
from dure.cycle.installing.examining import checkup
from dure.cycle.notifying import letters
from dure.cycle.notifying.outbox import PAUSES, Delivered, deliver_due
from dure.cycle.notifying.server import MailServer, from_environment
from dure.cycle.notifying.telling import Notice, tell
from dure.cycle.people.secrets import new_secret
from dure.formats.errors import BadInput
from dure.records.notifications import actions
from dure.records.notifications.models import Mail, Notification
from notices.inbox import served, text_of

pytestmark = pytest.mark.django_db
SMTP = "django.core.mail.backends.smtp.EmailBackend"
NOW = dt.datetime(2026, 6, 10, 1, tzinfo=dt.UTC)


def told(kind="decision_refused", at=NOW, email="kim@agency.example", **fields):
    """Somebody who has been told something that goes at once; returns the mail."""
    person = make.person("agency", email=email)
    subject = {"decision": "budget", "subject": "2026"} if kind.startswith("decision") else {}
    tell([Notice(kind, [person], "entry/1", subject, **fields)], cause="test", at=at)
    return Mail.objects.filter(person=person).first()


def test_a_mail_is_sent_once_with_the_id_that_it_was_made_with(inbox):
    mail = told()
    assert deliver_due(NOW) == Delivered(sent=1)
    assert deliver_due(NOW) == Delivered()
    (sender, receivers, message) = inbox.taken[0]
    assert (sender, receivers, len(inbox.taken)) == ("dure@agency.example", ["kim@agency.example"], 1)
    assert message["Message-ID"] == mail.message_id
    assert message["From"] == "두레 <dure@agency.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    mail.refresh_from_db()
    assert (mail.sent_at, mail.attempts, mail.fault) == (NOW, 1, "")
    refused("stays so", "UPDATE notifications_mail SET sent_at = NULL")
    refused("keeps .* as they are", "UPDATE notifications_mail SET message_id = 'x'")


def test_without_a_server_everything_waits(settings):
    settings.DURE_MAIL = MailServer()
    mail = told()
    assert deliver_due(NOW) == Delivered(waiting=1)
    mail.refresh_from_db()
    assert (mail.attempts, mail.sent_at) == (0, None)


@pytest.mark.parametrize("step", ["RCPT", "DATA"])
def test_greylisting_is_answered_by_coming_again(inbox, step):
    mail = told()
    inbox.answers = [(step, "450 4.2.0 Greylisted, come again in 5 minutes")]
    assert deliver_due(NOW) == Delivered(later=1, waiting=1)
    assert deliver_due(NOW) == Delivered(waiting=1), "not before its time"
    mail.refresh_from_db()
    assert mail.fault.startswith("450 4.2.0 Greylisted")
    assert deliver_due(NOW + dt.timedelta(minutes=1)) == Delivered(sent=1)
    assert [each["Message-ID"] for each in inbox.messages] == [mail.message_id]


@pytest.mark.parametrize("step", ["RCPT", "DATA"])
def test_what_is_refused_for_good_is_given_up(inbox, step):
    mail, other = told(at=NOW - dt.timedelta(minutes=1)), told(email="lee@agency.example")
    inbox.answers = [(step, "550 5.1.1 No such user here")]
    assert deliver_due(NOW) == Delivered(sent=1, given_up=1)
    mail.refresh_from_db()
    assert (mail.given_up_at, mail.fault) == (NOW, "550 5.1.1 No such user here")
    assert len(inbox.to(other.to)) == 1, "the others go out by the same connection"
    assert deliver_due(NOW + dt.timedelta(days=9)) == Delivered()


@pytest.mark.parametrize("step", ["RCPT", "DATA", "AFTER"])
def test_a_server_that_hangs_up_in_the_middle_gets_the_same_mail_again(inbox, step):
    mail = told()
    inbox.answers = [(step, "hang up")]
    assert deliver_due(NOW) == Delivered(later=1, waiting=1)
    assert deliver_due(NOW + dt.timedelta(minutes=1)) == Delivered(sent=1)
    assert {each["Message-ID"] for each in inbox.messages} == {mail.message_id}, "a receiver takes it once"


def test_a_server_that_is_not_there_costs_one_mail_one_attempt(settings):
    settings.EMAIL_BACKEND = SMTP
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # and does not listen
        settings.DURE_MAIL = MailServer("127.0.0.1", held.getsockname()[1], tls="none", sender="dure@agency.example")
        for number in range(3):
            told(email=f"{number}@agency.example")
        assert deliver_due(NOW) == Delivered(later=1, waiting=3)
    assert sorted(Mail.objects.values_list("attempts", flat=True)) == [0, 0, 1]


def test_a_server_that_says_nothing_is_left_after_its_time(settings):
    settings.EMAIL_BACKEND = SMTP
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        settings.DURE_MAIL = MailServer("127.0.0.1", port, tls="none", sender="dure@agency.example", seconds=1)
        mail = told()
        assert deliver_due(NOW) == Delivered(later=1, waiting=1)
    mail.refresh_from_db()
    assert "timed out" in mail.fault


def test_after_the_last_pause_a_mail_is_given_up(inbox):
    mail, now = told(), NOW
    for minutes in (*PAUSES, None):
        inbox.answers = [("DATA", "451 4.3.0 Try again")]
        done = deliver_due(now)
        assert done == (Delivered(later=1, waiting=1) if minutes else Delivered(given_up=1))
        now += dt.timedelta(minutes=minutes or 0)
    mail.refresh_from_db()
    assert (mail.attempts, mail.given_up_at) == (len(PAUSES) + 1, now)
    assert inbox.taken == []


def test_a_claim_whose_process_died_is_taken_up_later(inbox):
    mail = told()
    Mail.objects.filter(pk=mail.pk).update(claimed_at=NOW, attempts=1, due_at=NOW + dt.timedelta(minutes=10))
    assert deliver_due(NOW + dt.timedelta(minutes=9)) == Delivered(waiting=1)
    assert deliver_due(NOW + dt.timedelta(minutes=10)) == Delivered(sent=1)
    assert len(inbox.taken) == 1


class TestTwoProcesses:
    """Each with a connection of its own; they begin at the same moment."""

    pytestmark = pytest.mark.django_db(transaction=True)

    def test_no_mail_is_sent_twice(self, settings):
        with served(settings) as inbox:
            for number in range(12):
                told(email=f"{number}@agency.example")
            start, done = threading.Barrier(3), []

            def work():
                try:
                    start.wait()
                    done.append(deliver_due(NOW))
                finally:
                    connections.close_all()

            workers = [threading.Thread(target=work) for _each in range(3)]
            for each in workers:
                each.start()
            for each in workers:
                each.join()
            assert sum(each.sent for each in done) == 12
            ids = [each["Message-ID"] for each in inbox.messages]
            assert len(ids) == len(set(ids)) == 12


def test_urgent_mails_go_first(inbox):
    told(at=NOW - dt.timedelta(hours=1))
    person = make.person("applicant", organisation=make.organisation(), email="pay@lab.example")
    tell([Notice("invoice_overdue", [person], "invoice/1", {"amount": 1000, "due_on": "2026-06-01"})], cause="test", at=NOW)
    deliver_due(NOW)
    assert [receivers for _sender, receivers, _message in inbox.taken] == [["pay@lab.example"], ["kim@agency.example"]]


@pytest.mark.parametrize(
    "address", ["", "nobody", "a@b.example\nBcc: all@b.example", "a@b.example, c@d.example", "a b@c.example", "\u202ea@b.example"]
)
def test_no_mail_is_made_to_what_is_no_address(address):
    person = make.person("agency", email=address)
    tell([Notice("decision_refused", [person], "entry/1", {"decision": "budget", "subject": "1"})], cause="test", at=NOW)
    assert (Notification.objects.count(), Mail.objects.count()) == (1, 0), "the notice stands on the pages"
    assert letters.post("invitation", "invitation/1", to=address, language="ko", at=NOW) is None


def test_no_header_is_injected_by_what_people_called_something(inbox):
    person = make.person("agency", email="kim@agency.example")
    facts = {"decision": "budget\r\nBcc: all@b.example", "subject": "\r\n\r\n<script>"}
    tell([Notice("decision_refused", [person], "entry/1", facts)], cause="test", at=NOW)
    assert deliver_due(NOW) == Delivered(sent=1)
    message = inbox.messages[0]
    assert (message["Bcc"], inbox.taken[0][1]) == (None, ["kim@agency.example"])
    assert "<script>" not in message.get_body(("html",)).get_content()


def test_a_mail_that_cannot_be_written_stops_no_other(inbox):
    broken, good = told(), told(email="lee@agency.example")
    Notification.objects.filter(mail=broken).update(mail=None)
    Mail.objects.filter(pk=broken.pk).update(due_at=NOW - dt.timedelta(minutes=1))
    done = deliver_due(NOW)
    assert (done.sent, done.given_up) == (1, 1)
    assert len(inbox.to(good.to)) == 1


def test_secrets_are_forgotten_once_they_are_sent_or_given_up(inbox):
    secret = new_secret().token
    kept = [letters.post("invitation", each, to="a@b.example", language="ko", at=NOW, secret=secret) for each in "12"]
    assert all(each.enclosed and secret not in each.enclosed for each in kept)
    assert deliver_due(NOW).given_up == 2, "there are no such invitations"
    assert set(Mail.objects.values_list("enclosed", flat=True)) == {""}
    assert inbox.taken == []


def test_the_same_thing_is_told_once():
    person = make.person("agency")
    for _time in range(2):
        tell([Notice("decision_waiting", [person, person], "entry/1", {"decision": "budget", "subject": "1"})], cause="c", at=NOW)
    assert Notification.objects.count() == 1


class TestTheEnvironment:
    def test_nothing_is_needed_without_a_host(self):
        assert from_environment({}).host == ""
        assert from_environment({}).domain == "localhost.invalid"

    def test_all_of_it(self, tmp_path):
        (tmp_path / "password").write_text("secret\n")
        found = from_environment(
            {
                "DURE_MAIL_HOST": "mail.example", "DURE_MAIL_TLS": "tls", "DURE_MAIL_FROM": "두레 <dure@agency.example>",
                "DURE_MAIL_USER": "dure", "DURE_MAIL_PASSWORD_FILE": str(tmp_path / "password"),
            }
        )  # fmt: skip
        assert (found.port, found.password, found.domain) == (465, "secret", "agency.example")

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("DURE_MAIL_TLS", "ssl"),
            ("DURE_MAIL_FROM", "nobody"),
            ("DURE_MAIL_FROM", ""),
            ("DURE_MAIL_PORT", "x"),
            ("DURE_MAIL_PORT", "70000"),
            ("DURE_MAIL_PASSWORD_FILE", "/nowhere/x"),
        ],
    )
    def test_what_cannot_be_is_named(self, name, value):
        given = {"DURE_MAIL_HOST": "mail.example", "DURE_MAIL_FROM": "a@b.example", name: value}
        with pytest.raises(BadInput) as error:
            from_environment(given)
        assert error.value.where == name


def test_the_text_is_made_when_it_is_sent(inbox):
    """In the language that the person reads by then."""
    mail = told()
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM notifications_mail t")
        assert "반려" not in cursor.fetchone()[0]
    deliver_due(timezone.now())
    assert "반려되었습니다" in text_of(inbox.to(mail.to)[0])


def test_the_doctor_says_when_mail_does_not_go_out(settings, monkeypatch):
    settings.DURE_MAIL = MailServer()
    monkeypatch.setattr(checkup.timezone, "now", lambda: NOW)
    assert checkup._mail() == "", "an installation that has nothing to send needs no server"
    mail = told()
    assert checkup._mail() == "mail waits (mails: 1), and no server is named: set DURE_MAIL_HOST."
    settings.DURE_MAIL = MailServer(host="mail.example", sender="dure@agency.example")
    assert checkup._mail() == "", "it is tried again first"
    monkeypatch.setattr(checkup.timezone, "now", lambda: NOW + dt.timedelta(hours=3))
    assert checkup._mail() == "mail waits for 3 hours (mails: 1, with a fault: 0): look at the mail server."
    actions.give_up(mail=mail, fault="550 no such user", at=NOW)
    assert checkup._mail().startswith("mail was given up within 7 days (mails: 1)")
    monkeypatch.setattr(checkup.timezone, "now", lambda: NOW + dt.timedelta(days=8))
    assert checkup._mail() == "", "somebody has had a week to read it"
