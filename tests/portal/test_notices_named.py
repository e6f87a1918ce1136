"""Of several notices to one grant each has its own ground, its own answer and its own appeal; none is guessed."""

import datetime as dt
import html
import re
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

import factories as make
from dure.formats.errors import BadInput
from dure.portal.kit.wording import numbers
from dure.portal.subjects.acts.refusing import in_words
from dure.records.allocation.models import Grant, Lease
from dure.records.operation.models import Notice
from dure.records.parties.models import Person
from world import NOW, grant, moment

FIRST, SECOND = "2026-04-30", "2026-06-02"
HELD = grant("a-institute")


@pytest.fixture(autouse=True)
def _on_the_day(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: moment(NOW))


@pytest.fixture
def twice(world):
    """The institute's servers were found idle, and its use off purpose: two notices wait."""
    make.notice(Grant.objects.get(pk=HELD), sent_on=dt.date.fromisoformat(SECOND), because="off_purpose")
    return world


def refusal(act, *arguments, **given):
    with pytest.raises(BadInput) as refused:
        act(*arguments, **given)
    return refused.value


def read(name, address):
    client = Client()
    client.force_login(Person.objects.get(username=name))
    client.cookies["django_language"] = "en"
    answer = client.get(address)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def offered(page):
    """The days that the form lists."""
    found = re.search(r'<select id="f-notice".*?</select>', page, re.DOTALL)
    return set(re.findall(r'value="([^"]+)"', found[0])) if found else None


def linked(page, act):
    """The queries of the page's links to that act."""
    return set(re.findall(rf'href="/acts/{act}/\?([^"]+)"', page))


def named(*days):
    return {urlencode({"grant": HELD, "notice": day}) for day in days}


def test_a_notice_of_idleness_is_none_of_off_purpose_use(world):
    """As the records tell a reclaim: a ground that arises while a notice is open gets a notice of its own, beside it."""
    finding = {"confirmed_on": "2026-04-20", "share": "0.5", "evidence": "채굴"}
    world.act("confirm_off_purpose", "2026-06-01", grant=HELD, **finding)  # before the notice of idleness was sent
    facts = world.facts("reclaim", "round-1", SECOND, by="operator-1")
    assert [each["because"] for each in facts["notices"] if each["lease"] == HELD] == ["below_floor"]
    made = world.decide("reclaim", "round-1", SECOND, by="operator-1", approved_by="agency-1")
    proposed = next(each for each in made["proposals"] if each["lease"] == HELD)
    assert (proposed["action"], proposed["because"]) == ("notice", "off_purpose")
    waiting = [(each.sent_on.isoformat(), each.because, each.answered_on) for each in Notice.objects.filter(grant=HELD)]
    assert waiting == [(FIRST, "below_floor", None), (SECOND, "off_purpose", None)]


def test_a_grant_gets_one_notice_a_day(world):
    finding = {"confirmed_on": "2026-05-20", "share": "0.5", "evidence": "채굴"}
    world.act("confirm_off_purpose", "2026-06-01", grant=HELD, **finding)
    entries = [world.file("reclaim", "round-1", SECOND, by="operator-1") for _ in range(2)]
    world.approve(entries[0], SECOND, by="agency-1")
    error = refusal(world.approve, entries[1], SECOND, by="agency-1")
    assert error.code == "noticed_today"
    with override("ko"):
        assert "다른 날 승인하십시오" in in_words(error)


def test_an_answer_is_to_the_notice_that_it_names(twice):
    given = {"by": "institute-1", "grant": HELD, "answer": "소명"}
    several = refusal(twice.act, "answer_notice", NOW, **given)
    assert (several.code, several.detail) == ("which_notice", {"days": [FIRST, SECOND]})
    with override("ko"):
        said = in_words(several)
    assert FIRST in said
    assert SECOND in said
    assert refusal(twice.act, "answer_notice", NOW, **given, notice="2026-05-05").code == "no_notice"
    twice.act("answer_notice", NOW, **given, notice=FIRST)
    assert refusal(twice.act, "answer_notice", NOW, **given, notice=FIRST).code == "no_notice", "it is answered"
    assert [each.answer for each in Notice.objects.filter(grant=HELD)] == ["소명", ""]
    twice.act("answer_notice", NOW, **{**given, "answer": "다른 소명"})
    assert [each.answer for each in Notice.objects.filter(grant=HELD)] == ["소명", "다른 소명"], "the only one that waited"


def test_a_judgement_is_of_the_answer_that_it_names(twice):
    for day in (FIRST, SECOND):
        twice.act("answer_notice", NOW, by="institute-1", grant=HELD, answer="소명", notice=day)
    assert refusal(twice.act, "judge_answer", NOW, grant=HELD, accepted=True).code == "which_notice"
    assert linked(read("agency-1", "/agency/notices/"), "judge_answer") >= named(FIRST, SECOND)
    assert linked(read("ministry-1", "/ministry/notices/"), "judge_answer") == set(), "another desk judges"
    assert linked(read("agency-1", f"/objects/grant/{HELD}/"), "judge_answer") == named(FIRST, SECOND)
    assert offered(read("agency-1", f"/acts/judge_answer/?{urlencode({'grant': HELD})}")) == {FIRST, SECOND}
    twice.act("judge_answer", NOW, grant=HELD, accepted=True, notice=FIRST)
    assert [each.answer_accepted for each in Notice.objects.filter(grant=HELD)] == [True, None]
    assert refusal(twice.act, "judge_answer", NOW, grant=HELD, accepted=True, notice=FIRST).code == "no_notice"
    assert linked(read("agency-1", f"/objects/grant/{HELD}/"), "judge_answer") == named(SECOND)


def test_an_appeal_is_against_the_notice_that_it_names(twice):
    given = {"by": "institute-1", "grant": HELD, "text": "이의"}
    assert refusal(twice.act, "open_appeal", NOW, **given).code == "which_notice"
    assert linked(read("institute-1", f"/objects/grant/{HELD}/"), "open_appeal") == named(FIRST, SECOND)
    twice.act("open_appeal", NOW, **given, notice=FIRST)
    twice.act("close_appeal", NOW, grant=HELD, upheld=False, finding="아닙니다.")
    assert refusal(twice.act, "open_appeal", NOW, **given, notice=FIRST).code == "no_notice", "one for each"
    twice.act("open_appeal", NOW, **given)
    assert [each.appeals.count() for each in Notice.objects.filter(grant=HELD)] == [1, 1]
    against = re.findall(r'data-label="Notice".*?>([^<>]+)<', read("agency-1", "/agency/notices/"))
    with override("en"):
        assert {numbers.date(dt.date.fromisoformat(day)) for day in (FIRST, SECOND)} <= set(against)


@pytest.mark.usefixtures("twice")
def test_the_page_of_a_grant_tells_its_notices_apart():
    page = read("institute-1", f"/objects/grant/{HELD}/")
    assert linked(page, "answer_notice") == named(FIRST, SECOND)
    for ground in ("30 April 2026", "2 June 2026"):
        assert f"Answer a notice · {ground} · " in page
    form = read("institute-1", f"/acts/answer_notice/?{urlencode({'grant': HELD, 'notice': SECOND})}")
    assert offered(form) == {FIRST, SECOND}
    assert re.search(rf'value="{SECOND}"[^>]*selected', form)
    assert offered(read("lab-1", "/acts/answer_notice/")) is None


@pytest.mark.usefixtures("world")
def test_the_only_notice_is_named_by_its_link_all_the_same():
    page = read("institute-1", f"/objects/grant/{HELD}/")
    assert linked(page, "answer_notice") == named(FIRST)
    assert ">Answer a notice</a>" in page


@pytest.mark.usefixtures("twice")
def test_the_grant_says_which_notices_were_sent():
    page = read("institute-1", f"/objects/grant/{HELD}/")
    happened = page[page.index('id="h-events"') :]
    assert happened.count("A notice was sent: ") == 2
    assert "Reclaimed" not in page


@pytest.mark.usefixtures("world")
def test_the_grant_says_what_was_reclaimed_and_by_which_decisions():
    lost = make.grant()  # of two servers, from 2 to 30 March
    one, another = Lease.objects.filter(grant=lost).order_by("id")
    first, second = reclaimed(one, on="2026-03-12"), reclaimed(another, on="2026-03-20")
    page = read("agency-1", f"/objects/grant/{lost.pk}/")
    assert page.index("1 of its servers, on 12 March 2026") < page.index("1 of its servers, on 20 March 2026")
    happened = page[page.index('id="h-events"') :]
    assert happened.index(f'href="/decisions/{second}/"') < happened.index(f'href="/decisions/{first}/"'), "the last first"
    assert happened.count("Reclaimed: 1 server<") == 2


def reclaimed(lease, *, on):
    """Take that server back on that day by an approved entry, whose number is returned."""
    entry = make.approved("reclaim", subject=f"taken-{on}")
    ended = lease.during.__class__(lease.during.lower, moment(on))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = 'replica'")
        cursor.execute(
            "UPDATE allocation_lease SET during = %s, ended_because = 'reclaimed', entry_id = %s WHERE id = %s",
            [ended, entry.pk, lease.pk],
        )
        cursor.execute("SET LOCAL session_replication_role = 'origin'")
    return entry.pk


def test_an_appeal_names_its_notice(twice):
    twice.act("open_appeal", moment(NOW), by="institute-1", grant=HELD, notice=SECOND, text="이의")
    page = read("institute-1", f"/objects/grant/{HELD}/")
    assert f"{numbers.date(moment(NOW).date())}, against the notice of {SECOND}: 이의" in page
