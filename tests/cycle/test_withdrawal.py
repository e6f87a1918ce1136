"""An application that its organisation withdraws before the deadline is judged by nobody and counted nowhere, and stays."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from dure.formats.errors import BadInput
from dure.portal.subjects.programme.brief import figures
from dure.records.allocation import queries as allocation
from dure.records.demand import queries as demand
from dure.records.parties.models import Person
from dure.records.review.models import Assignment
from inputs import application_of
from world import NOW, moment, seat

DEADLINE = "2026-07-03"


@pytest.fixture
def two(world):
    """Two applications to the open call, of which the first is withdrawn."""
    for name, people in (("b-first", ["ghost"]), ("b-second", [])):
        given = {**application_of("users-2", name, "lab"), "people": people}
        world.act("submit_application", NOW, by="lab-1", **given)
    before = figures()["applications"], allocation.application_totals()["applications"]
    world.act("withdraw_application", NOW, by="lab-1", application="b-first")
    assert (figures()["applications"], allocation.application_totals()["applications"]) == tuple(each - 1 for each in before)
    return world


def raw(name, path):
    client = Client()
    client.force_login(Person.objects.get(username=name))
    client.cookies["django_language"] = "ko"
    return client.get(path).content.decode()


def said(name, path):
    return " ".join(re.sub("<[^>]+>", " ", raw(name, path)).split())


def test_it_is_checked_and_judged_by_nobody(two):
    facts = two.facts("eligibility", "users-2", DEADLINE)
    assert [each["id"] for each in facts["applications"]] == ["b-second"]
    seat(two, "panel-users-2", "application", "users-2", DEADLINE)
    assert set(Assignment.objects.filter(seat__panel="panel-users-2").values_list("item", flat=True)) == {"b-second"}
    sheet = {"panel": "panel-users-2", "evaluator": "e1", "item": "b-first", "points": {}}
    with pytest.raises(BadInput):
        two.act("submit_score_sheet", DEADLINE, by="reviewer-1", **sheet)


def test_the_rest_of_the_call_goes_on(two):
    assert demand.application("b-first").withdrawn_at is not None
    two.act("note_obligations", DEADLINE, call="users-2", owing=[])
    two.decide("eligibility", "users-2", DEADLINE)
    assert [each.pk for each in demand.eligible_applications(demand.user_call("users-2"))] == ["b-second"]


@pytest.mark.usefixtures("two")
def test_its_page_and_the_lists_say_so(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: moment(NOW))
    for name, path in (("lab-1", "/objects/application/b-first/"), ("lab-1", "/applicant/applications/b-first/")):
        assert "취하했습니다. 심사 대상이 아닙니다." in said(name, path)
    assert "/acts/withdraw_application/" not in raw("lab-1", "/objects/application/b-first/")
    assert "/acts/withdraw_application/" in raw("lab-1", "/objects/application/b-second/")
    assert "b-first" in said("agency-1", "/agency/applications/?applications-state=withdrawn")
    assert "b-first" not in said("agency-1", "/agency/applications/?applications-state=undecided")
    offered = said("lab-1", "/acts/withdraw_application/")
    assert "b-second" in offered
    assert "b-first" not in offered


def test_after_the_deadline_it_stays(two):
    with pytest.raises(BadInput) as refused:
        two.act("withdraw_application", DEADLINE, by="lab-1", application="b-second")
    assert refused.value.code == "not_now"


@pytest.mark.usefixtures("two")
def test_its_people_get_no_access_and_no_list_counts_it():
    assert "ghost" not in demand.people_by_organisation()["lab"]
    (call,) = demand.with_own(demand.user_calls().filter(pk="users-2"), ["lab"])
    assert (call.application_count, call.servers_asked, call.own) == (1, 1, 1)
