"""What pages of panels offer: to the agency who may judge, to an evaluator the own seat and the way to step back."""

import re

import pytest
from django.test import Client

import factories as make
from dure.records.parties import actions as parties
from dure.records.review import access, actions
from dure.records.review import queries as review

pytestmark = pytest.mark.django_db
CRITERIA = [{"id": "effect", "weight": "60", "kind": "judged"}]


def visitor(person, language="ko"):
    made = Client()
    made.cookies["django_language"] = language
    made.force_login(person)
    return made


def page(person, address):
    answer = visitor(person).get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def chosen(text, name):
    """What the select of that name has chosen, or the input holds."""
    inner = re.search(rf'<select[^>]*name="{name}"[^>]*>(.*?)</select>', text, re.DOTALL)
    if inner:
        return re.findall(r'<option value="([^"]*)"[^>]*selected', inner[1])
    return re.findall(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"[^>]*(?:checked)?', text)


@pytest.fixture
def me():
    return make.person("reviewer", username="me")


@pytest.fixture
def panel(me):
    call = make.user_call(id="users-now")
    make.application(call, make.organisation(), id="due", title="과제")
    other = make.person("reviewer", username="other", name={"ko": "다른위원"})
    return make.panel(
        panel_id="panel-now", kind="application", subject=call.pk, criteria=CRITERIA, seats={"k-7": me, "k-8": other}
    )


@pytest.mark.usefixtures("panel")
class TestSteppingBack:
    def test_the_list_shows_the_own_code_and_leads_to_the_act(self, me):
        text = page(me, "/reviewer/")
        assert "k-7" in text
        assert "k-8" not in text
        assert "/acts/declare_conflict/?panel=panel-now&amp;evaluator=k-7&amp;item=due" in text

    def test_the_sheet_shows_the_own_code_and_leads_to_the_act(self, me):
        text = page(me, "/reviewer/panels/panel-now/due/")
        assert "<code>k-7</code>" in text
        assert "/acts/declare_conflict/?panel=panel-now&amp;evaluator=k-7&amp;item=due" in text
        assert "이해충돌 신고" in text

    def test_once_stepped_back_nothing_leads_there(self, me, panel):
        actions.recuse(panel=panel, evaluator="k-7", item="due", reason="이해관계", at=make.START)
        for address in ("/reviewer/", "/reviewer/panels/panel-now/due/"):
            assert "/acts/declare_conflict/?" not in page(me, address)

    @pytest.mark.parametrize("query", ["", "?panel=panel-now", "?panel=panel-now&item=due"])
    def test_the_form_knows_the_own_seat(self, me, query):
        text = page(me, f"/acts/declare_conflict/{query}")
        assert chosen(text, "evaluator") == ["k-7"]
        assert "k-8" not in text

    def test_the_agency_chooses_among_the_seats_of_the_panel(self):
        text = page(make.person("agency"), "/acts/declare_conflict/?panel=panel-now")
        assert "k-7" in text
        assert "k-8" in text


class TestWhoIsOffered:
    @pytest.fixture
    def people(self):
        provider, applicant = make.organisation(kind="company"), make.organisation()
        of_provider, of_applicant = (make.person("reviewer", username=each) for each in ("of-provider", "of-applicant"))
        parties.give_role(person=of_provider, desk="provider", organisation=provider, at=make.START)
        parties.give_role(person=of_applicant, desk="applicant", organisation=applicant, at=make.START)
        make.person("provider", organisation=provider, username="no-reviewer")
        make.person("reviewer", username="apart")

    @pytest.mark.usefixtures("people")
    @pytest.mark.parametrize(
        ("kind", "names"), [("proposal", {"of-applicant", "apart"}), ("application", {"of-provider", "apart"})]
    )
    def test_a_form_offers_who_may_judge_what_is_judged(self, kind, names):
        text = page(make.person("agency"), f"/acts/seat_panel/?kind={kind}&seats.0.key=e1")
        everybody = {"of-provider", "of-applicant", "no-reviewer", "apart"}
        assert {each for each in everybody if each in text} == names
        assert set(access.may_judge(kind).values_list("username", flat=True)) == names

    @pytest.mark.usefixtures("people")
    def test_whoever_replaces_an_evaluator_sees_who_sits_where(self, panel):
        text = page(make.person("agency"), "/acts/replace_evaluator/?panel=panel-now")
        assert "k-8 · 다른위원" in text
        assert "· other</option>" not in text, "who has a seat is not offered another"
        assert "· of-provider</option>" in text
        assert ("of-provider" in text, "of-applicant" in text, "no-reviewer" in text) == (True, False, False)
        actions.replace_evaluator(panel=panel, evaluator="k-8", person=None, code="k-9", at=make.days(1))
        assert [each.code for each in review.seats(panel)] == ["k-7", "k-9"]
        text = page(make.person("agency"), "/acts/replace_evaluator/?panel=panel-now")
        assert "· other</option>" not in text, "nor is who has left one"

    @pytest.mark.usefixtures("people")
    def test_whoever_has_handed_in_a_sheet_is_not_offered_to_be_replaced(self, panel):
        def text():
            return page(make.person("agency"), "/acts/replace_evaluator/?panel=panel-now")

        actions.submit_score_sheet(panel=panel, evaluator="k-8", item="due", points={"effect": "5"}, at=make.days(1))
        assert [each.code for each in review.seats_to_leave(panel)] == ["k-7"]
        assert ("k-7 · " in text(), "k-8" in text()) == (True, False)
        actions.submit_score_sheet(panel=panel, evaluator="k-7", item="due", points={"effect": "5"}, at=make.days(1))
        assert "이 평가위원회의 평가위원은 모두 평가표를 제출하여" in text()
