"""Notices, answers and appeals: who may appeal when, who is told, and what the pages of a grant say afterwards."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.utils import timezone

import factories as make
from database import let_it_be
from dure.formats.errors import BadInput
from dure.records.allocation.models import Grant
from dure.records.notifications.models import Notification
from dure.records.parties.models import Person
from world import NOW, grant, moment


def visitor(name):
    client = Client()
    client.force_login(Person.objects.get(username=name))
    client.cookies["django_language"] = "ko"
    return client


def said(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, path
    return " ".join(re.sub("<[^>]+>", " ", answer.content.decode()).split())


def told(kind):
    return set(Notification.objects.filter(kind=kind).values_list("person__username", flat=True))


def refusal(act, *arguments, **given):
    with pytest.raises(BadInput) as refused:
        act(*arguments, **given)
    return refused.value.code


@pytest.fixture(autouse=True)
def _on_the_day(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: moment(NOW))


def test_without_a_notice_nobody_appeals(world):
    given = {"grant": grant("a-lab"), "text": "미리 해 둡니다."}
    assert refusal(world.act, "open_appeal", NOW, by="lab-1", **given) == "not_now"
    world.act("open_appeal", NOW, by="institute-1", **{**given, "grant": grant("a-institute")})


def test_those_who_judge_are_told_and_find_it_in_a_list(world):
    assert told("appeal_opened") == {"agency-1", "agency-2", "ministry-1", "ministry-2"}
    assert told("answer_given") == {"agency-1", "agency-2"}
    for desk in ("agency", "ministry"):
        page = said(visitor(f"{desk}-1"), f"/{desk}/notices/")
        assert "처리할 이의신청 1" in page
        assert "판정할 소명 1" in page
        assert "이의 있습니다." in page
    world.act("close_appeal", NOW, grant=grant("a-firm"), upheld=False, finding="근거가 없습니다.")
    assert told("appeal_closed") == {"firm-1"}
    assert "기각" in said(visitor("agency-1"), "/agency/notices/?appeals-state=dismissed")
    assert "근거가 없습니다." in said(visitor("firm-1"), f"/objects/grant/{grant('a-firm')}/")
    assert "이의신청을 기각했습니다. 근거가 없습니다." in said(visitor("firm-1"), "/account/notices/")


def test_a_grant_whose_servers_were_returned_has_ended(world):
    client, path = visitor("lab-1"), f"/objects/grant/{grant('a-lab')}/"
    assert "까지 이용합니다" in said(client, path)
    world.act("return_servers", NOW, by="lab-1", grant=grant("a-lab"))
    page = said(client, path)
    assert "까지 이용합니다" not in page
    assert "/acts/return_servers/" not in client.get(path).content.decode()
    assert "지금 쓰는 서버 0" in page
    assert "지금 쓰는 서버 0" in said(client, "/applicant/")
    assert refusal(world.act, "return_servers", NOW, by="lab-1", grant=grant("a-lab")) == "nothing_held"


@pytest.mark.usefixtures("world")
def test_a_receipt_says_that_all_servers_are_returned(monkeypatch):
    let_it_be("2026-05-01", "2026-08-01")
    monkeypatch.setattr(timezone, "now", lambda: moment(NOW))
    client, sent = visitor("lab-1"), {"grant": grant("a-lab"), "do": "check"}
    assert "전체" not in client.get("/acts/return_servers/").content.decode()
    assert "전체" in client.post("/acts/return_servers/", sent).content.decode()


def test_one_appeal_for_each_notice_and_none_after_one_was_upheld(world):
    given = {"grant": grant("a-institute"), "text": "이의"}
    world.act("open_appeal", NOW, by="institute-1", **given)
    world.act("close_appeal", NOW, grant=grant("a-institute"), upheld=True, finding="맞습니다.")
    assert refusal(world.act, "open_appeal", NOW, by="institute-1", **given) == "not_now"
    assert refusal(world.act, "answer_notice", NOW, by="institute-1", grant=grant("a-institute"), answer="소명") == "not_now"
    assert "이의신청 인용으로 종결" in said(visitor("agency-1"), "/agency/notices/")
    page = visitor("institute-1").get(f"/objects/grant/{grant('a-institute')}/").content.decode()
    assert "/acts/answer_notice/" not in page
    assert "/acts/open_appeal/" not in page


def test_a_notice_of_the_day_of_the_ruling_can_be_answered_and_appealed_against(world):
    held, at = grant("a-institute"), {"grant": grant("a-institute")}
    world.act("open_appeal", NOW, by="institute-1", **at, text="이의")
    second = make.notice(Grant.objects.get(pk=held), sent_on=moment(NOW).date())
    page = visitor("institute-1").get(f"/objects/grant/{held}/").content.decode()
    assert "/acts/open_appeal/" not in page, "one appeal at a time"
    world.act("close_appeal", NOW, **at, upheld=True, finding="맞습니다.")
    page = visitor("institute-1").get(f"/objects/grant/{held}/").content.decode()
    assert "/acts/answer_notice/" in page
    assert "/acts/open_appeal/" in page
    world.act("answer_notice", NOW, by="institute-1", **at, answer="소명")
    second.refresh_from_db()
    assert second.answer == "소명", "the one that waits, and not the one that is settled"
    world.act("open_appeal", NOW, by="institute-1", **at, text="이의")
    assert second.appeals.count() == 1


def test_who_entered_an_answer_is_told_by_its_day_and_not_by_the_last_act_on_the_grant(world):
    at = {"grant": grant("a-institute")}
    world.act("answer_notice", "2026-06-08", by="agency-1", **at, answer="전화로 들었습니다.")
    make.notice(Grant.objects.get(pk=at["grant"]), sent_on=dt.date(2026, 6, 9))
    world.act("answer_notice", NOW, by="agency-2", **at, answer="다시 들었습니다.")
    assert refusal(world.act, "judge_answer", NOW, by="agency-2", **at, notice="2026-06-09", accepted=False) == "four_eyes"
    world.act("judge_answer", NOW, by="agency-1", **at, notice="2026-06-09", accepted=False)
    assert refusal(world.act, "judge_answer", NOW, by="agency-1", **at, accepted=False) == "four_eyes"
    world.act("judge_answer", NOW, by="agency-2", **at, accepted=False)


def test_who_enters_it_for_the_holder_does_not_judge_it(world):
    at = {"grant": grant("a-institute")}
    world.act("answer_notice", NOW, by="agency-1", **at, answer="전화로 들었습니다.")
    assert refusal(world.act, "judge_answer", NOW, by="agency-1", **at, accepted=False) == "four_eyes"
    world.act("judge_answer", NOW, by="agency-2", **at, accepted=False)
    world.act("open_appeal", NOW, by="agency-1", **at, text="전화로 들었습니다.")
    assert refusal(world.act, "close_appeal", NOW, by="agency-1", **at, upheld=False, finding="아닙니다.") == "four_eyes"
    world.act("close_appeal", NOW, by="ministry-1", **at, upheld=False, finding="아닙니다.")


@pytest.mark.usefixtures("world")
def test_the_provider_of_the_servers_reads_neither_answer_nor_appeal():
    path = f"/objects/grant/{grant('a-firm')}/"
    assert "이의 있습니다." in said(visitor("firm-1"), path)
    for provider in ("alpha-1", "beta-1"):
        answer = visitor(provider).get(path)
        assert answer.status_code == 404 or "이의 있습니다." not in answer.content.decode()
    assert "준비 중이었습니다." not in "".join(visitor(each).get(path).content.decode() for each in ("alpha-1", "beta-1"))
