"""Which acts of the filled programme told whom: in the act's own transaction, once, and nobody else."""

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone, translation

from dure.cycle.notifying import preferences
from dure.cycle.notifying.outbox import deliver_due
from dure.cycle.notifying.reminding import remind
from dure.formats.errors import BadInput
from dure.portal.kit.wording.language import in_language
from dure.portal.kit.wording.numbers import instant
from dure.records.allocation.models import AllocationRound
from dure.records.notifications.models import Mail, Notification
from dure.records.parties.models import Person
from dure.records.procurement.models import Award
from notices.inbox import text_of
from world import NOW, apply, finish_second_call, moment


def told(kind, about=None):
    """Who was told something of that kind, by log-in name."""
    found = Notification.objects.filter(kind=kind)
    found = found if about is None else found.filter(about=about)
    return set(found.values_list("person__username", flat=True))


class TestWhatFillingTheProgrammeTold:
    """Read only: one world for all."""

    @pytest.fixture(autouse=True)
    def _filled(self, shared_world):
        self.world = shared_world

    def test_applicants_of_their_checked_applications_grants_and_invoices(self):
        assert told("application_judged", "application/a-lab") == {"lab-1"}
        assert told("grant_given") == {"lab-1", "firm-1", "institute-1"}
        assert told("grant_given", "grant/round-1/a-lab") == {"lab-1"}
        assert told("invoice_issued", f"invoice/{self.world.invoice}") == {"firm-1"}

    def test_a_notice_names_what_was_decided_by_its_title(self):
        visitor = Client()
        visitor.cookies["django_language"] = "ko"
        visitor.force_login(Person.objects.get(username="agency-1"))
        page = visitor.get("/account/notices/").content.decode()
        assert AllocationRound.objects.get(pk="round-1").user_call.title["ko"] in page
        assert "(round-1)" not in page

    def test_those_who_may_answer_of_what_was_filed_and_who_filed_of_the_answer(self):
        waiting = told("decision_waiting", f"entry/{self.world.filed['allocation', 'round-1']}")
        assert "ministry-1" in waiting
        assert "agency-1" not in waiting, "who filed it knows"
        assert told("decision_approved", f"entry/{self.world.filed['allocation', 'round-1']}") == {"agency-1"}
        assert told("decision_refused", f"entry/{self.world.refused}") == {"agency-1"}

    def test_evaluators_of_their_seats(self):
        assert told("panel_seat", "panel/panel-call-2") == {"reviewer-1", "reviewer-2"}

    def test_nobody_twice(self):
        keys = list(Notification.objects.values_list("person", "kind", "about", "cause"))
        assert len(keys) == len(set(keys)) > 50

    def test_those_who_are_to_lose_servers_of_the_notice(self):
        assert told("notice_of_reclaim") == {"firm-1", "institute-1"}


def facts(kind, username):
    return Notification.objects.filter(kind=kind, person__username=username).order_by("id").last().facts


class TestBidders:
    def test_each_hears_its_own_result_and_nothing_of_a_rivals(self, world):
        finish_second_call(world)
        awards = {each.proposal_id: each for each in Award.objects.filter(call="call-2")}
        for provider, rival in (("alpha", "beta"), ("beta", "alpha")):
            amount, about = f"call-2-{provider}" in awards, f"proposal/call-2-{provider}"
            assert told("proposal_selected", about) == ({f"{provider}-1"} if amount else set())
            assert told("proposal_not_selected", about) == (set() if amount else {f"{provider}-1"})
            page = page_of(f"{provider}-1", "/account/notices/")
            assert f"call-2-{provider}" in page
            assert f"call-2-{rival}" not in page
        assert awards, "somebody has amount"
        [lot] = facts("proposal_selected", f"{next(iter(awards)).removeprefix('call-2-')}-1")["lots"]
        assert lot == {"lot": next(iter(awards.values())).lot, "servers": next(iter(awards.values())).servers}

    def test_who_was_not_selected_is_told_and_led_to_the_reasons(self, world):
        finish_second_call(world, award=False)
        given = world.facts("portfolio", "call-2", "2026-07-10")
        [loser] = {each["provider"] for each in given["proposals"]} - {"alpha"}
        given["proposals"] = [each for each in given["proposals"] if each["provider"] == "alpha"]
        world.decide("portfolio", "call-2", "2026-07-10", facts=given)
        assert told("proposal_selected", "proposal/call-2-alpha") == {"alpha-1"}
        assert told("proposal_not_selected") >= {f"{loser}-1"}
        page = page_of(f"{loser}-1", f"/objects/proposal/call-2-{loser}/")
        reasons = f"/decisions/{world.filed['portfolio', 'call-2']}/"
        assert f'href="{reasons}"' in page
        assert page_of(f"{loser}-1", reasons)

    def test_providers_of_their_agreements(self, world):
        assert told("agreement_signed", "agreement/call-1-alpha") == {"alpha-1"}
        assert told("agreement_signed", "agreement/call-1-beta") == {"beta-1"}
        assert told("proposal_selected") == {"alpha-1", "beta-1"}
        assert "alpha" not in page_of("beta-1", "/account/notices/")
        amended = {"agreement": "call-1-alpha", "agreed_on": NOW, "reason": "연장", "ends_on": "2032-01-01"}
        world.act("amend_agreement", NOW, **amended)
        assert told("agreement_amended") == {"alpha-1"}


class TestReports:
    def test_holders_hear_that_a_report_is_asked_for_and_by_when(self, world):
        assert told("report_asked") == {"lab-1", "firm-1", "institute-1"}
        assert told("report_asked", "grant/round-1/a-lab") == {"lab-1"}
        notice = Notification.objects.get(kind="report_asked", person__username="firm-1")
        assert (notice.facts, instant(notice.until)[:10]) == ({"due_on": "2026-06-15"}, "2026-06-15")
        assert "2026년 6월 15일(월)까지" in page_of("firm-1", "/account/notices/")
        world.act("ask_for_reports", NOW, round="round-1", due_on="2026-12-15")
        assert Notification.objects.filter(kind="report_asked", person__username="firm-1").count() == 2

    def test_the_first_page_says_what_is_due_until_it_is_done(self, world, monkeypatch):
        monkeypatch.setattr(timezone, "now", lambda: moment(NOW))
        grant = "/objects/grant/round-1/a-firm/"
        page = page_of("firm-1", "/applicant/")
        assert "성과 보고 기한" in page
        assert f'href="{grant}"' in page
        assert "2026년 6월 15일" in page
        assert f"/objects/invoice/{world.invoice}/" in page, "invoices to pay"
        assert "기한 지남" in page, "the invoice is overdue"
        assert "성과 보고 기한" not in page_of("lab-1", "/applicant/"), "it has handed in its report"
        world.act("submit_report", NOW, by="firm-1", grant="round-1/a-firm", due_on="2026-06-15", text="보고")
        assert "성과 보고 기한" not in page_of("firm-1", "/applicant/")

    def test_the_page_of_an_application_leads_to_its_grants_and_to_the_acts(self, world, monkeypatch):
        monkeypatch.setattr(timezone, "now", lambda: moment(NOW))
        page = page_of("firm-1", "/applicant/applications/a-firm/")
        assert 'href="/objects/grant/round-1/a-firm/"' in page
        of_grant = page_of("firm-1", "/objects/grant/round-1/a-firm/")
        for act in ("submit_report", "return_servers", "report_achievement"):
            assert f"/acts/{act}/?grant=round-1%2Fa-firm" in of_grant, act
        assert "/acts/withdraw_application/" not in page, "its call has closed"
        apply(world, "users-2", "b-firm", "firm", NOW)
        assert "/acts/withdraw_application/?application=b-firm" in page_of("firm-1", "/applicant/applications/b-firm/")


def page_of(username, path):
    visitor = Client()
    visitor.cookies["django_language"] = "ko"
    visitor.force_login(Person.objects.get(username=username))
    answer = visitor.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


class TestActs:
    def test_roles(self, world):
        world.act("give_role", NOW, person="nobody", desk="operator")
        waits = told("role_to_confirm")
        assert {"agency-2", "ministry-1"} <= waits
        assert waits.isdisjoint({"agency-1", "nobody"})
        world.act("confirm_role", NOW, by="ministry-1", person="nobody", desk="operator")
        assert "nobody" in told("role_given")
        world.act("end_role", NOW, person="auditor-1", desk="auditor")
        assert told("role_ended") == {"auditor-1"}

    @pytest.mark.parametrize(
        ("language", "subject", "said"),
        [
            ("ko", "[두레] 계정이 종료되었습니다", "전문기관 담당자 {by}님이 {at}에 회원님의 계정(lab-1)을 종료했습니다."),
            ("en", "[dure] Your account was closed", "{by} of the agency closed your account lab-1 on {at}."),
        ],
    )
    def test_the_owner_of_an_account_gets_a_mail_when_it_is_closed(self, world, inbox, language, subject, said):
        person, at = Person.objects.get(username="lab-1"), moment(NOW)
        Person.objects.filter(pk=person.pk).update(email="lab@lab.example")
        preferences.prefer(person, at=at, language=language, hour=8, zone="Asia/Seoul", ways={})
        world.act("close_account", NOW, person="lab-1")
        assert deliver_due(at).given_up == 0
        [message] = inbox.to("lab@lab.example")
        closer = Person.objects.get(username="agency-1")
        assert message["Subject"] == subject
        with translation.override(language):
            by = in_language(closer.name)
            wanted = said.format(by=by, at=instant(at))
        assert wanted in text_of(message).splitlines()
        assert ("전문기관에 문의하십시오" if language == "ko" else "ask the agency") in text_of(message)
        assert message["List-Unsubscribe"] is None, "it cannot be turned off"

    @pytest.mark.parametrize("language", ["ko", "en"])
    def test_the_owner_of_an_account_gets_a_mail_when_it_is_merged_into_another(self, world, inbox, language):
        person, at = Person.objects.get(username="lab-1"), moment(NOW)
        Person.objects.filter(pk=person.pk).update(email="lab@lab.example")
        preferences.prefer(person, at=at, language=language, hour=8, zone="Asia/Seoul", ways={})
        world.act("propose_person_merger", NOW, person="lab-1", into="firm-1", reason="한 사람의 두 계정")
        assert not Mail.objects.filter(kind="account_closed").exists(), "a proposal closes nothing"
        world.act("confirm_person_merger", NOW, by="ministry-1", person="lab-1")
        assert deliver_due(at).given_up == 0
        [message] = inbox.to("lab@lab.example")
        assert message["Subject"] == ("[두레] 계정이 종료되었습니다" if language == "ko" else "[dure] Your account was closed")
        assert "lab-1" in text_of(message)
        assert "firm-1" in text_of(message)
        assert "of the agency" not in text_of(message), "an official of the ministry may confirm it, too"

    def test_an_account_without_an_address_is_closed_without_a_mail(self, world):
        Person.objects.filter(username="lab-1").update(email="")
        world.act("close_account", NOW, person="lab-1")
        assert not Mail.objects.filter(kind="account_closed").exists()
        assert not Person.objects.get(username="lab-1").is_active

    def test_a_later_deadline(self, world):
        later = {"call": "call-2", "closes_at": "2026-07-10T10:00:00+09:00"}
        world.act("extend_provider_call", NOW, **later, reason="질의가 많아서")
        assert "agency-2" in told("extension_to_confirm")
        world.act("confirm_extension", NOW, by="agency-2", **later)
        assert told("deadline_moved", "call/call-2") == {"alpha-1", "beta-1"}

    def test_what_is_refused_tells_nobody(self, world):
        before = Notification.objects.count()
        with pytest.raises(BadInput), transaction.atomic():
            world.act("give_role", NOW, person="nobody", desk="applicant")
        assert Notification.objects.count() == before

    def test_those_who_have_left_are_told_nothing(self, world):
        world.act("close_account", NOW, person="agency-2")
        world.act("extend_provider_call", NOW, call="call-2", closes_at="2026-07-10T10:00:00+09:00", reason="x")
        assert "agency-2" not in told("extension_to_confirm")

    def test_after_a_merger_the_people_of_both_are_told(self, world):
        world.act("propose_merger", NOW, organisation="shop", into="lab", reason="같은 기관")
        world.act("confirm_merger", NOW, by="agency-2", organisation="shop")
        remind(moment(NOW))
        assert told("grant_ending", "grant/round-1/a-lab") == {"lab-1", "shop-1"}
        assert told("grant_ending", "grant/round-1/a-firm") == {"firm-1"}

    def test_reminders_are_made_once(self, world):
        remind(moment("2026-05-30"))
        assert told("invoice_due", f"invoice/{world.invoice}") == {"firm-1"}
        assert told("invoice_overdue") == set()
        remind(moment(NOW))
        assert told("invoice_overdue") == {"firm-1"}
        assert remind(moment(NOW)) == 0

    def test_open_papers_once_the_call_has_closed(self, world):
        assert world
        remind(moment(NOW))
        assert told("panel_papers") == set(), "before that nobody knows who has bid"
        remind(moment("2026-07-05"))
        assert told("panel_papers", "panel/panel-call-2") == {"reviewer-1", "reviewer-2"}
