"""Every kind of mail in both languages, as it arrives: what it says, why it came, and how to get no more of them."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.utils import timezone

import factories as make
from dure.cycle.notifying import letters, preferences
from dure.cycle.notifying.kinds import BY_KEY, KINDS
from dure.cycle.notifying.outbox import Delivered, deliver_due
from dure.cycle.notifying.telling import Notice, tell
from dure.cycle.people.secrets import new_secret
from dure.formats.errors import BadInput
from dure.portal.subjects.notifications.texts import LONGEST_REASON, TEXTS
from dure.records.notifications.models import Mail, Notification
from dure.records.parties import actions as parties
from notices.inbox import html_of, text_of
from people.test_registrations import request_of

pytestmark = pytest.mark.django_db
MORNING = dt.datetime(2026, 6, 10, 9, tzinfo=make.SEOUL)
UNTIL = dt.datetime(2026, 7, 1, 18, tzinfo=make.SEOUL)
LEFT_OVER = re.compile(r"%\(|\{\{|\{%|None|&[a-z]+;|&#")
DECISION, DEADLINE = {"decision": "budget", "subject": "kr"}, {"closes_at": UNTIL.isoformat()}
INVOICE = {"amount": 1234567, "due_on": "2026-07-01"}
FACTS = {
    "role_given": {"desk": "auditor", "organisation": ""},
    "role_ended": {"desk": "auditor", "organisation": ""},
    "role_to_confirm": {"desk": "operator", "to": "김운영"},
    "renewal_to_confirm": {"to": "김운영"},
    "registration_asked": {"name": "남원대학교"},
    "application_judged": {"eligible": True},
    "grant_given": {"servers": 4, "from": MORNING.isoformat(), "to_day": UNTIL.isoformat()},
    "notice_of_reclaim": {"because": "below_floor"},
    "answer_judged": {"accepted": False},
    **dict.fromkeys(("decision_waiting", "decision_approved", "decision_refused"), DECISION),
    **dict.fromkeys(("invoice_issued", "invoice_due", "invoice_overdue"), INVOICE),
    "panel_papers": {"papers": 7},
    "proposal_checked": {"gate": "fail", "because": "재무제표가 없습니다."},
    **dict.fromkeys(("extension_to_confirm", "deadline_moved"), DEADLINE),
    "bulk_reading": {"people": 1200},
    "log_in_on_new_device": {"device": "Firefox, Linux", "network": "203.0.113.0/24", "at": MORNING.isoformat()},
    "address_changed": {"by": "성춘향", "at": MORNING.isoformat()},
    "log_in_changed": {"change": "The passkey is added.", "at": MORNING.isoformat()},
}
ABOUT = {"decision_waiting": "entry/7", "decision_approved": "entry/7", "decision_refused": "entry/7"}


def reader(language="ko", ways=None, **fields):
    """Somebody who wants mails in that language, at eight in the morning in Seoul."""
    person = make.person("agency", email="kim@agency.example", **fields)
    ways = {each.key: "at_once" for each in KINDS} if ways is None else ways
    preferences.prefer(person, at=MORNING, language=language, hour=8, zone="Asia/Seoul", ways=ways)
    return person


def told(person, kind, *, cause="test", at=MORNING):
    """That person is told something of that kind."""
    tell([Notice(kind, [person], ABOUT.get(kind, f"grant/{kind}"), FACTS.get(kind, {}), until=UNTIL)], cause=cause, at=at)


def stop_of(message):
    """The path of the address by which mails like this are stopped."""
    return message["List-Unsubscribe"].strip(" <>").removeprefix("https://dure.example")


def test_every_kind_has_its_text():
    assert set(TEXTS) == set(BY_KEY)


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("kind", sorted(BY_KEY))
def test_each_kind_arrives(inbox, kind, language):
    person = reader(language)
    told(person, kind)
    assert deliver_due(MORNING) == Delivered(sent=1)
    message = inbox.messages[0]
    text, html = text_of(message), html_of(message)
    if language == "ko":  # but for names and addresses nothing stands in another language
        assert re.findall(r"\b[A-Za-z]+ [a-z]+\b", re.sub(r"https?://\S+", "", text)) == []
    assert message["Subject"].startswith("[두레] " if language == "ko" else "[dure] ")
    assert bool(re.search("[가-힣]{2}", message["Subject"][4:])) == (language == "ko")
    assert not LEFT_OVER.search(text), text
    assert f"https://dure.example/account/notices/{Notification.objects.get().pk}/" in text
    assert person.username in text, "why one gets it"
    stop = message["List-Unsubscribe"].strip(" <>")
    assert stop in text
    assert stop in html
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message.get_content_type() == "multipart/alternative"
    assert f'<html lang="{language}">' in html
    assert "<script" not in html
    assert message["From"] == "두레 <dure@agency.example>"
    assert all(part.get_content_charset() == "utf-8" for part in message.iter_parts())
    assert message.defects == []


@pytest.mark.parametrize(
    ("language", "said"),
    [("ko", "서류 검토에서 부적합 판정을 받았습니다. 사유: "), ("en", "its documents failed the check. Reason: ")],
)
def test_a_failed_check_says_its_reason_as_plain_text_on_one_line(inbox, language, said):
    person = reader(language)
    because = "<script>alert(1)</script>\r\nBcc: all@agency.example %(gate)s " + "재무제표가 없습니다. " * 100
    facts = {"gate": "fail", "because": because}
    tell([Notice("proposal_checked", [person], "proposal/p-1", facts)], cause="act 1", at=MORNING)
    assert deliver_due(MORNING) == Delivered(sent=1)
    message = inbox.messages[0]
    text, markup = text_of(message), html_of(message)
    line = next(each for each in text.splitlines() if said in each)
    reason = line.partition(said)[2]
    assert reason.startswith("<script>alert(1)</script> Bcc: all@agency.example %(gate)s 재무제표가 없습니다.")
    assert len(reason) == LONGEST_REASON
    assert reason.endswith("…")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; Bcc: " in markup
    assert "<script" not in markup
    assert message["Bcc"] is None
    visitor = Client()
    visitor.cookies["django_language"] = language
    visitor.force_login(person)
    page = visitor.get("/account/notices/").content.decode()
    assert f"{said}&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page


@pytest.mark.parametrize("facts", [{"gate": "pass", "because": "x"}, {"gate": "fail"}, {"gate": "fail", "because": " "}])
def test_a_check_without_a_reason_says_none(inbox, facts):
    tell([Notice("proposal_checked", [reader("en")], "proposal/p-1", facts)], cause="act 1", at=MORNING)
    assert deliver_due(MORNING) == Delivered(sent=1)
    found = "passed" if facts["gate"] == "pass" else "failed"
    assert f"Proposal p-1: its documents {found} the check." in text_of(inbox.messages[0]).splitlines()


@pytest.mark.parametrize("language", ["ko", "en"])
def test_an_invitation_brings_its_link(inbox, language):
    secret, now = new_secret(), timezone.now()
    made = parties.invite(
        digest=secret.digest, name={"ko": "김초대", "en": "Kim"}, email="kim@lab.example", desk="auditor",
        invited_by=make.person("agency"), made_at=now, expires_at=now + dt.timedelta(days=7),
    )  # fmt: skip
    letters.post("invitation", f"invitation/{made.pk}", to=made.email, language=language, at=now, secret=secret.token)
    assert deliver_due(now) == Delivered(sent=1)
    text = text_of(inbox.messages[0])
    assert f"https://dure.example/invitation/{secret.token}/" in text
    assert ("김초대" if language == "ko" else "Kim") in text
    assert inbox.messages[0]["List-Unsubscribe"] is None
    parties.withdraw_invitation(invitation=made, at=now)
    letters.post("invitation", f"invitation/{made.pk}", to=made.email, language=language, at=now, secret=secret.token)
    assert deliver_due(now) == Delivered(given_up=1), "a link that opens nothing is not sent"


@pytest.mark.parametrize("language", ["ko", "en"])
def test_letters_on_a_registration(inbox, book, language):
    number = request_of(book, language=language)
    make.person("agency")
    for letter in ("registration_confirmed", "registration_refused"):
        letters.post(letter, f"registration/{number}", to="kim@namwon.example", language=language, at=timezone.now())
    assert deliver_due(timezone.now()) == Delivered(sent=3)
    assert len({message["Subject"] for message in inbox.messages}) == 3
    for message in inbox.messages:
        assert ("남원대학교" if language == "ko" else "Namwon University") in text_of(message)
        assert not LEFT_OVER.search(text_of(message))
    link = re.search(r"https://dure\.example(/register/dure_\S+/)", text_of(inbox.messages[0]))[1]
    assert Client().get(link).status_code == 200


class TestTheMailOfTheDay:
    def test_it_brings_everything_new_together_once_a_day(self, inbox):
        person = reader(ways={})
        for cause in "abc":
            told(person, "decision_waiting", cause=cause)
        told(person, "decision_refused")
        assert deliver_due(MORNING) == Delivered(sent=2)
        digest = next(each for each in inbox.messages if "3" in each["Subject"])
        assert text_of(digest).count("https://dure.example/account/notices/") == 4, "three, and the list of all"
        told(person, "decision_waiting", cause="later")
        assert deliver_due(MORNING + dt.timedelta(hours=9)) == Delivered(), "no second one on that day"
        assert deliver_due(MORNING + dt.timedelta(hours=24)) == Delivered(sent=1)

    def test_it_waits_for_the_persons_hour_in_the_persons_zone(self, inbox):
        person = reader(ways={})
        preferences.prefer(person, at=MORNING, language="ko", hour=8, zone="Europe/Berlin", ways={})
        told(person, "decision_waiting")
        assert deliver_due(MORNING) == Delivered(), "two at night in Berlin"
        assert deliver_due(dt.datetime(2026, 6, 10, 5, 59, tzinfo=dt.UTC)) == Delivered()
        assert deliver_due(dt.datetime(2026, 6, 10, 6, tzinfo=dt.UTC)) == Delivered(sent=1)
        assert len(inbox.taken) == 1

    def test_what_was_read_meanwhile_is_not_in_it(self, inbox):
        person = reader(ways={})
        told(person, "decision_waiting")
        preferences.mark_read(person, at=MORNING)
        assert deliver_due(MORNING) == Delivered()
        assert inbox.taken == []

    def test_somebody_who_never_said_gets_it_in_the_first_language(self, inbox):
        person = make.person("agency", email="kim@agency.example")
        told(person, "decision_waiting")
        assert deliver_due(MORNING) == Delivered(sent=1)
        assert "새 알림 1건" in inbox.messages[0]["Subject"]

    def test_two_calls_make_one(self, inbox):
        person = reader(ways={})
        told(person, "decision_waiting")
        deliver_due(MORNING)
        Notification.objects.create(
            person=person, kind="decision_waiting", about="entry/9", facts=FACTS["decision_waiting"], cause="z", made_at=MORNING,
            way="digest",
        )  # fmt: skip
        deliver_due(MORNING)
        assert Mail.objects.filter(kind="digest").count() == len(inbox.taken) == 1


class TestStopping:
    @pytest.mark.parametrize(("kind", "way"), [("decision_refused", "portal"), ("invoice_overdue", "digest")])
    def test_the_link_stops_mails_of_its_kind_without_a_log_in(self, inbox, kind, way):
        person = reader()
        told(person, kind)
        deliver_due(MORNING)
        visitor = Client(enforce_csrf_checks=True)
        stop = stop_of(inbox.messages[0])
        assert visitor.get(stop).status_code == 200
        assert preferences.usual(person).ways[kind] == "at_once", "programs open links by themselves"
        assert visitor.post(stop, {"List-Unsubscribe": "One-Click"}).status_code == 200
        assert preferences.usual(person).ways[kind] == way
        told(person, kind, cause="again")
        assert Notification.objects.filter(way=way).count() == 1
        assert Mail.objects.count() == 1, "urgent ones come in the mail of the day, others on the pages alone"

    def test_the_link_of_the_mail_of_the_day_stops_that(self, inbox):
        person = reader(ways={})
        told(person, "decision_waiting")
        deliver_due(MORNING)
        Client().post(stop_of(inbox.messages[0]))
        ways = preferences.usual(person).ways
        assert ways["decision_waiting"] == "portal"
        assert "invoice_overdue" not in ways
        told(person, "decision_waiting", cause="later")
        assert deliver_due(MORNING + dt.timedelta(days=1)) == Delivered()

    @pytest.mark.parametrize("secret", ["x", "WyJ4Il0:1abcde:abc", "a:b:c"])
    def test_a_made_up_link_stops_nothing(self, secret):
        assert Client().get(f"/mail/stop/{secret}/").status_code == 404

    def test_a_link_for_one_person_stops_nothing_of_another(self, inbox):
        first, second = reader(), make.person("agency", email="lee@agency.example")
        told(first, "decision_refused")
        told(second, "decision_refused")
        deliver_due(MORNING)
        Client().post(stop_of(inbox.to("kim@agency.example")[0]))
        assert preferences.usual(second).ways == {}

    def test_an_urgent_kind_cannot_be_silenced(self):
        person = reader()
        with pytest.raises(BadInput):
            preferences.prefer(person, at=MORNING, language="ko", hour=8, zone="Asia/Seoul", ways={"invoice_overdue": "portal"})
        assert {each.key for each in KINDS if "portal" not in each.ways} == {each.key for each in KINDS if each.urgent}
