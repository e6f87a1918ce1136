"""The calendar file, as a calendar program reads it: at a secret address, in UTC, with lines folded and texts escaped."""

import datetime as dt

import icalendar
import pytest
from django.test import Client
from django.utils import timezone

import factories as make
from dure.cycle.notifying.duties import Duty, duties_of
from dure.portal.subjects.notifications.calendar import calendar_of
from dure.records.notifications.models import Preference
from dure.records.parties.models import Person
from people.steps import browser, log_in, person
from world import NOW, grant, moment

NOW_UTC = dt.datetime(2026, 6, 10, 1, tzinfo=dt.UTC)
NASTY = "한글 이름, 세미콜론; 역슬래시\\ 그리고 아주 긴 제목" * 5


def events(content):
    """What a program reads, by UID."""
    return {str(each["UID"]): each for each in icalendar.Calendar.from_ical(content).walk("VEVENT")}


@pytest.mark.django_db
class TestTheFile:
    def test_lines_are_folded_by_bytes_and_texts_come_back_whole(self):
        call = make.call(title={"ko": NASTY}, closes_at=make.days(9, NOW_UTC), opened_at=make.days(-1, NOW_UTC))
        who = make.person("provider", organisation=make.organisation())
        content = calendar_of(who, [Duty("call_closes", f"call/{call.pk}", call.closes_at)], now=NOW_UTC)
        assert all(len(line) <= 75 for line in content.split(b"\r\n"))
        assert b"\n" not in content.replace(b"\r\n", b"")
        (found,) = events(content).values()
        assert str(found["SUMMARY"]).startswith(f"마감: {NASTY}")
        assert found["DTSTART"].dt == call.closes_at.astimezone(dt.UTC)
        assert found["DTSTAMP"].dt == NOW_UTC

    def test_whole_days_and_stable_uids(self):
        who = make.person("applicant", organisation=make.organisation())
        duty = Duty("invoice_due", "invoice/2026/1/org", dt.date(2026, 7, 31))
        first, later = (events(calendar_of(who, [duty._replace(at=day)], now=NOW_UTC)) for day in (duty.at, dt.date(2026, 8, 1)))
        assert list(first) == list(later) == ["invoice_due-invoice-2026-1-org@localhost.invalid"]
        (found,) = first.values()
        assert (found["DTSTART"].dt, found["DTEND"].dt) == (dt.date(2026, 7, 31), dt.date(2026, 8, 1))

    def test_no_line_can_be_slipped_in(self):
        who = make.person("applicant", organisation=make.organisation())
        content = calendar_of(who, [Duty("grant_ends", "role/x\r\nATTACH:file:///etc/passwd", NOW_UTC)], now=NOW_UTC)
        assert b"\r\nATTACH" not in content
        assert len(events(content)) == 1

    def test_an_empty_calendar_is_one(self):
        content = calendar_of(make.person("auditor"), [], now=NOW_UTC)
        calendar = icalendar.Calendar.from_ical(content)
        assert (calendar["VERSION"], calendar["METHOD"], list(calendar.walk("VEVENT"))) == ("2.0", "PUBLISH", [])


@pytest.mark.django_db
class TestItsAddress:
    def made(self, visitor):
        page = visitor.post("/account/notices/calendar/", {"do": "open"}).content.decode()
        return page.split('value="http://testserver')[1].split('"')[0]

    def test_it_is_the_persons_alone_and_can_be_ended(self):
        visitor, who = browser(), person("agency")
        call = make.call(closes_at=make.days(9, timezone.now()), opened_at=make.days(-1, timezone.now()))
        log_in(visitor, who)
        first = self.made(visitor)
        answer = Client().get(first)
        assert answer.status_code == 200
        assert answer["Content-Type"] == "text/calendar; charset=utf-8"
        assert f"call_closes-call-{call.pk}@localhost.invalid" in events(answer.content)
        assert first.split("/")[2].removesuffix(".ics") not in str(Preference.objects.values().get())
        second = self.made(visitor)
        assert (Client().get(first).status_code, Client().get(second).status_code) == (404, 200)
        visitor.post("/account/notices/calendar/", {"do": "close"})
        assert Client().get(second).status_code == 404

    def test_a_closed_account_has_none(self):
        visitor, who = browser(), person("agency")
        log_in(visitor, who)
        address = self.made(visitor)
        who.is_active = False
        who.save()
        assert Client().get(address).status_code == 404
        assert Client().get("/calendar/x.ics").status_code == 404


def test_what_is_due_at_each_desk(shared_world):
    at = moment(NOW)

    def due(name):
        return {(each.what, each.about) for each in duties_of(Person.objects.get(username=name), now=at, on=at.date())}

    assert shared_world
    assert ("call_closes", "call/call-2") in due("alpha-1")
    assert ("user_call_closes", "user_call/users-2") in due("lab-1")
    assert not {what for what, _about in due("lab-1")} & {"call_closes"}
    assert {about for what, about in due("lab-1") if what == "grant_ends"} == {"grant/round-1/a-lab"}
    assert {what for what, _about in due("firm-1")} == {"invoice_due", "grant_ends", "report_due", "user_call_closes"}
    assert not {what for what, _about in due("alpha-1")} & {"invoice_due", "grant_ends"}
    assert due("reviewer-1") == set()


def test_a_notice_that_an_upheld_appeal_has_settled_is_not_to_be_answered(world):
    at, given = moment("2026-05-02"), {"grant": grant("a-institute")}

    def due():
        holder = Person.objects.get(username="institute-1")
        return [each.about for each in duties_of(holder, now=at, on=at.date()) if each.what == "answer_notice"]

    assert due() == [f"grant/{grant('a-institute')}"]
    world.act("open_appeal", at, by="institute-1", **given, text="이의")
    assert due() == [f"grant/{grant('a-institute')}"], "an appeal that is not decided settles nothing"
    world.act("close_appeal", at, **given, upheld=True, finding="맞습니다.")
    assert due() == []


@pytest.mark.django_db
def test_two_notices_of_a_grant_are_two_events_and_a_deadline_that_moves_is_one():
    days = (dt.date(2026, 3, 1), dt.date(2026, 4, 1))
    duties = [Duty("answer_notice", "grant/g", day) for day in days] + [Duty("call_closes", "call/c", day) for day in days]
    found = [each.split("@")[0] for each in events(calendar_of(make.person("agency"), duties, now=NOW_UTC))]
    assert found == ["answer_notice-grant-g-2026-03-01", "answer_notice-grant-g-2026-04-01", "call_closes-call-c"]
