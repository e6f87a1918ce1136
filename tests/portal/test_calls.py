"""Open calls are found, and read, by everybody; questions are published with their answers, and a proposal is its owner's."""

import csv
import datetime as dt
import html
import io
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

import factories as make
from dure.portal.subjects.acts.door import OFFERED, refers
from dure.portal.subjects.acts.in_states import KINDS, NOTHING
from dure.portal.subjects.calls.state import of_call
from dure.portal.subjects.programme import pages
from dure.records.journal import queries as journal
from dure.records.notifications.models import Notification
from dure.records.parties.models import Person
from dure.records.procurement import queries as procurement
from portal.api_callers import Caller, token_of
from world import lot

NOW = timezone.now().replace(microsecond=0)
MOST = 15


def moment(days):
    return (NOW + dt.timedelta(days=days)).isoformat()


@pytest.fixture
def open_world(world):
    """Besides its closed calls one call of each kind that is open now, and one for providers that has yet to open."""
    notice = {"budget": 1_000_000_000, "closes_at": moment(9)}
    world.act("open_provider_call", NOW, id="now-1", title={"ko": "공급 공모", "en": "Supply"}, opened_at=moment(-1), **notice)
    world.act("open_provider_call", NOW, id="next-1", title={"ko": "다음", "en": "Next"}, opened_at=moment(2), **notice)
    dates = {"opens_at": moment(-1), "closes_at": moment(8)}
    world.act("open_user_call", NOW, id="use-1", title={"ko": "이용 공모", "en": "Use"}, gpus_offered=64, **dates)
    return world


def visitor(name="", language="en"):
    client = Client()
    client.cookies["django_language"] = language
    if name:
        client.force_login(Person.objects.get(username=name))
    return client


def page(address, name="", language="en", status=200):
    client = visitor(name, language)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
    assert answer.status_code == status, f"{name} at {address}: {answer.status_code}"
    assert len(captured) <= MOST, f"{address}: {len(captured)}"
    return html.unescape(answer.content.decode())


def propose(world, key, by="alpha", call="now-1"):
    given = {"call": call, "id": key, "provider": by, "lots": [lot(by, f"{key}-lot", price=900)]}
    world.act("submit_proposal", NOW, by=f"{by}-1", **given)


class TestQuestions:
    @pytest.fixture(autouse=True)
    def _asked(self, open_world):
        self.world = open_world
        self.number = open_world.act("ask_question", NOW, by="lab-1", call="now-1", question="전력은\n얼마입니까?")

    def answer(self):
        self.world.act("answer_question", NOW, question=self.number, answer="공고문 3쪽에 있습니다.")

    def test_before_the_answer_it_is_the_askers_and_the_offices(self):
        for name in ("lab-1", "agency-1", "ministry-1", "auditor-1"):
            assert "얼마입니까?" in page("/calls/now-1/", name), name
            assert "얼마입니까?" in page(f"/objects/question/{self.number}/", name), name
        assert "/acts/answer_question/" in page(f"/objects/question/{self.number}/", "agency-1")
        for name in ("", "alpha-1", "firm-1", "reviewer-1"):
            assert "얼마입니까?" not in page("/calls/now-1/", name), name
        for name in ("alpha-1", "firm-1", "reviewer-1"):
            page(f"/objects/question/{self.number}/", name, status=404)
        for key in ("x", "0", "9" * 30, "²"):
            page(f"/objects/question/{key}/", "agency-1", status=404)

    def test_once_answered_everybody_reads_it_and_nobody_learns_who_asked(self):
        self.answer()
        asker = Person.objects.get(username="lab-1").name["ko"]
        for name in ("", "alpha-1", "firm-1", "reviewer-1"):
            for address in ("/calls/now-1/", *([f"/objects/question/{self.number}/"] if name else [])):
                read = page(address, name)
                assert "얼마입니까?" in read, name
                assert "공고문 3쪽에 있습니다." in read, name
                assert asker not in read, name
        assert "공고문 3쪽에 있습니다." in page("/objects/call/now-1/", "alpha-1")
        assert "/acts/answer_question/" not in page(f"/objects/question/{self.number}/", "agency-1"), "it was answered"

    def test_the_asker_comes_from_the_act_to_the_question_and_the_call(self):
        assert f"/objects/question/{self.number}/" in page("/calls/now-1/", "lab-1")
        assert "/calls/now-1/" in page(f"/objects/question/{self.number}/", "lab-1")
        assert "Supply" in page("/objects/call/now-1/", "lab-1"), "what was done leads there"

    def test_the_agency_is_told_of_the_question(self):
        told = Notification.objects.filter(kind="question_asked", about=f"question/{self.number}")
        assert set(told.values_list("person__username", flat=True)) == {"agency-1", "agency-2"}
        assert "얼마입니까?" in page("/account/notices/", "agency-2")

    def test_the_asker_is_told_of_the_answer(self):
        self.answer()
        told = Notification.objects.filter(kind="question_answered", about=f"question/{self.number}")
        assert list(told.values_list("person__username", "about")) == [("lab-1", f"question/{self.number}")]
        read = page("/account/notices/", "lab-1")
        assert "얼마입니까?" in read
        opened = visitor("lab-1").get(reverse("notification", kwargs={"pk": told.get().pk}))
        assert opened.headers["Location"] == f"/objects/question/{self.number}/"
        assert "전력은" in page("/account/notices/", "lab-1", "ko")

    def test_open_data_holds_what_was_answered(self):
        address = "/open-data/questions.csv"
        assert address in page("/open-data/")
        assert "얼마입니까?" not in page(address)
        self.answer()
        rows = list(csv.DictReader(io.StringIO(page(address).removeprefix("\ufeff"))))
        assert [row["Answer"] for row in rows if row["Call"] == "now-1"] == ["공고문 3쪽에 있습니다."]
        assert not any("lab" in value for row in rows for value in row.values())

    def test_the_api_reads_them(self):
        def read(name):
            found = Caller(token_of(Person.objects.get(username=name), read=True)).get("/api/v1/questions?call=now-1")
            assert found.status_code == 200
            return [(each["id"], each["answer"]) for each in found.value["items"]]

        assert read("alpha-1") == []
        assert read("lab-1") == read("agency-1") == [(self.number, "")]
        self.answer()
        assert read("alpha-1") == [(self.number, "공고문 3쪽에 있습니다.")]
        answer = Caller(token_of(Person.objects.get(username="alpha-1"), read=True)).get(f"/api/v1/questions/{self.number}")
        assert answer.status_code == 200
        assert "lab" not in str(answer.value)

    def test_the_form_of_an_answer_offers_what_waits(self):
        assert f'value="{self.number}"' in page("/acts/answer_question/", "agency-1")
        self.answer()
        assert f'value="{self.number}"' not in page("/acts/answer_question/", "agency-1")

    def test_a_published_reason_for_a_later_deadline_is_on_the_page(self):
        later = {"call": "now-1", "closes_at": moment(20)}
        self.world.act("extend_provider_call", NOW, **later, reason="질의가 많아서")
        assert "질의가 많아서" not in page("/calls/now-1/"), "it does not hold yet"
        self.world.act("confirm_extension", NOW, by="agency-2", **later)
        assert "질의가 많아서" in page("/calls/now-1/")


@pytest.mark.usefixtures("world")
def test_a_stage_shows_its_newest_decisions_and_leads_to_all_of_them(monkeypatch):
    stage, seqs = max(approved_of_stages().items(), key=lambda item: len(item[1]))
    assert len(seqs) > 1
    whole = page(f"/stages/{stage}/")
    assert [int(seq) for seq in re.findall(r'id="h-(\d+)"', whole)] == seqs
    assert "approved decisions of this stage" not in whole
    monkeypatch.setattr(pages, "MOST_SHOWN", 1)
    short = page(f"/stages/{stage}/")
    assert [int(seq) for seq in re.findall(r'id="h-(\d+)"', short)] == seqs[:1]
    assert f"All {len(seqs)} approved decisions of this stage" in short
    listed = page(re.search(r'href="(/open-data/[^"]+)"[^>]*>All', short)[1])
    assert {int(seq) for seq in re.findall(r"/decisions/(\d+)/", listed)} == set(seqs)


def approved_of_stages():
    """By stage its approved recommendations, the last to be approved first."""
    found = {}
    for entry in journal.entries(kind="recommendation").filter(answer__kind="approval").order_by("-answer__seq"):
        found.setdefault(entry.stage, []).append(entry.seq)
    return found


class TestOpenCalls:
    def test_the_public_is_led_to_them(self, open_world):
        assert open_world
        for address, shown, hidden in (
            ("/", ("Supply", "Use"), ("Next",)),
            ("/stages/call/", ("Supply",), ("Use", "Next")),
            ("/stages/application/", ("Use",), ("Supply", "Next")),
            ("/calls/", ("Supply", "Use", "Next"), ()),
        ):
            read = page(address)
            for title in shown:
                assert f">{title}</a>" in read, (address, title)
            for title in hidden:
                assert f">{title}</a>" not in read, (address, title)
        for address in ("/", "/stages/call/"):
            assert "/calls/now-1/" in page(address)
            assert "budget KRW 1 billion" in page(address)
        assert timezone.localtime(NOW + dt.timedelta(days=9)).strftime("%Y-%m-%d %H:%M") in page("/stages/call/")
        assert "Announced" in page("/calls/")

    @pytest.mark.usefixtures("world")
    def test_where_none_is_open_the_pages_say_so(self):
        assert "No call is open at this stage now" in page("/stages/call/")
        assert "지금 이 단계에서 진행 중인 공모가 없습니다" in page("/stages/application/", language="ko")
        assert "Open now" not in page("/")
        assert "No call is open now" in page("/calls/")
        assert "No call for providers is open now" in page("/provider/", "alpha-1")
        assert "No user call is open now" in page("/applicant/", "lab-1")
        assert "Open until" not in page("/stages/")

    def test_desks_list_them_with_the_deadline(self, open_world):
        propose(open_world, "alpha-1")
        for desk, name, key in (("provider", "alpha-1", "/calls/now-1/"), ("applicant", "lab-1", "/user-calls/use-1/")):
            read = page(f"/{desk}/", name)
            assert "Open calls" in read
            assert key in read

    @pytest.mark.parametrize("key", ["/calls/now-1/", "/user-calls/use-1/"])
    def test_a_call_has_a_page_that_everybody_reads(self, open_world, key):
        assert open_world
        anyone = page(key)
        assert "What the call asks" in anyone
        assert f"/login/?next={key}" in anyone
        assert "Deadline" in anyone
        korean = page(key, language="ko")
        assert "공모 요건" in korean
        assert not re.search(r">(Deadline|What the call asks|Questions and answers)<", korean)

    def test_whoever_is_signed_in_sees_what_they_may_do(self, open_world):
        propose(open_world, "alpha-1")
        provider, applicant = page("/calls/now-1/", "alpha-1"), page("/user-calls/use-1/", "lab-1")
        assert "/acts/ask_question/?call=now-1" in provider
        assert "/acts/submit_proposal/?call=now-1" in provider
        assert "/objects/proposal/alpha-1/" in provider
        assert "/acts/submit_application/?call=use-1" in applicant
        assert "/objects/proposal/alpha-1/" not in page("/calls/now-1/", "beta-1") + page("/calls/now-1/", "agency-1")
        assert "/acts/submit_proposal/" not in page("/calls/call-1/", "alpha-1"), "it has closed"

    def test_what_is_not_there_has_no_page(self, world):
        assert world
        for address in ("/calls/nothing/", "/user-calls/call-1/", "/calls/users-1/"):
            page(address, status=404)

    def test_the_first_page_forgets_a_call_at_its_deadline(self, open_world, monkeypatch):
        """No act is recorded then; the kept page must go all the same."""
        assert open_world
        assert ">Use</a>" in page("/")
        agency = page("/", "agency-1")
        assert ">Use</a>" in agency
        with CaptureQueriesContext(connection) as captured:
            visitor().get("/")
        assert len(captured) == 1, "it is kept"
        monkeypatch.setattr(timezone, "now", lambda: NOW + dt.timedelta(days=8, hours=1))
        assert ">Use</a>" not in page("/")
        assert ">Supply</a>" in page("/")
        monkeypatch.setattr(timezone, "now", lambda: NOW + dt.timedelta(days=10))
        assert ">Supply</a>" not in page("/")


class TestProposals:
    @pytest.fixture(autouse=True)
    def _proposed(self, open_world):
        self.world = open_world
        propose(open_world, "alpha-1")
        propose(open_world, "alpha-2")

    def test_a_provider_has_a_list_of_its_versions(self):
        listed = page("/provider/proposals/?proposals-sort=submitted_at", "alpha-1")
        assert "My proposals" in listed
        assert "/objects/proposal/alpha-1/" in listed
        assert "Replaced by a later version" in listed
        assert "Handed in, sealed" in listed
        assert "Selected for an award" in listed, "of the first call"
        assert "/objects/proposal/alpha-1/" not in page("/provider/proposals/", "beta-1")
        assert "/provider/proposals/" in page("/provider/", "alpha-1")

    def test_until_the_deadline_it_is_its_owners_alone(self):
        read = page("/objects/proposal/alpha-2/", "alpha-1")
        assert "alpha-2-lot" in read
        assert "sealed" in read
        for name in ("agency-1", "ministry-1", "auditor-1", "operator-1", "beta-1", "lab-1", "reviewer-1", "nobody"):
            page("/objects/proposal/alpha-2/", name, status=404)

    def test_from_the_deadline_on_offices_read_it_and_rivals_do_not(self):
        for name in ("alpha-1", "agency-1", "ministry-1", "auditor-1"):
            assert "call-1-alpha-lot" in page("/objects/proposal/call-1-alpha/", name), name
        for name in ("beta-1", "operator-1", "lab-1", "reviewer-1"):
            page("/objects/proposal/call-1-alpha/", name, status=404)

    def test_what_was_done_leads_to_it(self):
        answer = visitor("alpha-1").get("/objects/proposal/alpha-2/")
        done = re.search(r"/acts/done/\d+/", answer.content.decode())
        assert done
        assert "/objects/proposal/alpha-2/" in page(done[0], "alpha-1")


class TestForms:
    def offered(self, command, name, field="call"):
        read = page(f"/acts/{command}/", name)
        found = re.search(rf'<select id="f-{field}".*?</select>', read, re.DOTALL)
        return (found[0] if found else ""), read

    def test_only_calls_that_are_open_are_offered_with_their_deadline(self, open_world):
        assert open_world
        deadline = timezone.localtime(NOW + dt.timedelta(days=9)).strftime("%Y-%m-%d %H:%M")
        for command, name, has, not_ in (
            ("submit_proposal", "alpha-1", {"now-1"}, {"call-1", "call-2", "next-1"}),
            ("ask_question", "alpha-1", {"now-1", "next-1"}, {"call-1", "call-2"}),
            ("extend_provider_call", "agency-1", {"now-1", "next-1"}, {"call-1", "call-2"}),
            ("submit_application", "lab-1", {"use-1"}, {"users-1", "users-2"}),
        ):
            select, _page = self.offered(command, name)
            values = set(re.findall(r'value="([^"]+)"', select))
            assert values == has, command
            assert not values & not_
            if "now-1" in has:
                assert f"until {deadline}" in select, command

    @pytest.mark.usefixtures("world")
    def test_where_none_is_open_the_form_says_so_instead_of_an_empty_list(self):
        for command, name, says in (
            ("submit_proposal", "alpha-1", "No call for providers is open now"),
            ("ask_question", "lab-1", "No call for providers is open or announced now"),
            ("submit_application", "lab-1", "No user call is open now"),
        ):
            select, read = self.offered(command, name)
            assert not select, command
            assert says in read, command
            assert 'name="call"' not in read, command
        assert "지금 진행 중인 이용자 공모가 없어" in page("/acts/submit_application/", "lab-1", "ko")
        named = page("/acts/submit_proposal/?call=call-2", "alpha-1")
        assert "No call for providers is open now" in named
        assert 'value="call-2" selected' in named, "what the address names stays, and is refused in words"

    def test_locked_panels_are_not_offered(self, world):
        assert world
        select, _page = self.offered("lock_panel", "agency-1", "panel")
        assert set(re.findall(r'value="([^"]+)"', select)) & {"panel-call-1"} == set()
        assert "panel-call-2" in select

    def test_what_is_narrowed_is_a_kind_and_says_why_it_is_empty(self):
        for field, kind in OFFERED.items():
            assert kind in KINDS
            assert kind in NOTHING
            assert refers(*field.split(".", 1))


@pytest.mark.django_db
def test_a_call_that_was_decided_without_an_award_is_not_being_judged():
    call = make.call()
    proposal = make.proposal(call)

    def said():
        state = procurement.with_state(procurement.proposals(call), timezone.now()).get(pk=proposal.pk).state
        return state, of_call(procurement.call(call.pk), timezone.now())

    with translation.override("en"):
        assert said() == ("judged", ("It has closed; the proposals are being judged.", "wait"))
        assert procurement.open_proposals([proposal.pk]) == [proposal.pk]
        entry = make.approved("portfolio", subject=call.pk)
        assert said() == ("not_awarded", ("It has closed; no proposal received an award.", "plain"))
    assert proposal in procurement.proposals_of_decided_calls(), "so that pages call it by its provider"
    assert procurement.open_proposals([proposal.pk]) == []
    assert procurement.selections(call.pk) == [entry.pk]
