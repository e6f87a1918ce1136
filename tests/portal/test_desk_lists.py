"""The rounds, and the calls for providers: what each list shows, to whom, and in which order."""

import datetime as dt
import json

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

import factories as make
from dure.portal.kit.lists.asked import Asked
from dure.portal.kit.lists.bound import Bound, Found
from dure.portal.subjects.evaluation.proposals import CALLS
from dure.portal.subjects.rounds.all_rounds import ROUNDS, with_results
from dure.records.allocation import actions as allocation
from dure.records.allocation import queries as allocation_queries
from dure.records.allocation import solves
from dure.records.procurement import queries as procurement

pytestmark = pytest.mark.django_db
MOST = 15


def visitor(person):
    made = Client()
    made.cookies["django_language"] = "en"
    made.force_login(person)
    return made


def rows_at(who, address, key, query=""):
    """Every row of the list as its JSON file gives it."""
    answer = who.get(f"{address}?{key}-format=json&{key}-rows=all&{query}")
    assert answer.status_code == 200
    return json.loads(b"".join(answer.streaming_content))


def walked(declared, rows, desk, sort, enrich=None):
    """The keys of all pages, one after the other."""
    keys, place = [], ""
    while True:
        asked = Asked.of(declared, QueryDict(f"{declared.key}-sort={sort}{place}"))
        page = Found(Bound(declared, rows, desk, enrich), asked).page
        keys.append([row["pk"] for row in page.rows])
        if not page.next:
            return keys
        place = f"&{declared.key}-after={page.next}"


def statements(who, address):
    with CaptureQueriesContext(connection) as captured:
        assert who.get(address).status_code == 200
    return len(captured.captured_queries)


# Rounds

MADE = {"grants": [{"application": "a"}, {"application": "a"}, {"application": "b"}], "gap": "0.125"}
FACTS = {"stage": "allocation", "version": 1, "applications": [{"id": each} for each in "abcd"]}


def filed_for(round_, answer=None):
    facts = {**FACTS, "number": make.number()}
    if answer == "approval":
        return make.approved("allocation", round_.pk, facts=facts, recommendation=MADE)
    return make.filed("allocation", round_.pk, facts=facts, recommendation=MADE)


@pytest.fixture
def rounds():
    """One round in each state; the refused and the solving one had been filed before."""
    call = make.user_call(title_ko="첫 공모", title_en="First call")
    made = {key: make.round_(id=key, start_on=make.MONDAY + dt.timedelta(weeks=n), user_call=call if n < 2 else None)
            for n, key in enumerate(("unfiled", "pending", "approval", "refusal", "solving"))}  # fmt: skip
    filed_for(made["approval"])
    filed_for(made["approval"], "approval")
    filed_for(made["pending"], "approval")
    filed_for(made["pending"])
    refused = filed_for(made["refusal"])
    make.journal.refuse(entry=refused, refused_by=make.the("ministry"), note="아니요", at=make.START)
    filed_for(made["solving"], "approval")
    solves.ask(round=made["solving"], by=make.the("agency"), at=make.START)
    make.grant(made["approval"], on=make.servers(count=3))
    make.grant(made["approval"], on=make.servers(count=2))
    waiting = [make.application().pk for _ in range(3)]
    allocation.set_waiting_list(round=made["approval"], applications=waiting, entry=make.approved())
    allocation.leave_waiting_list(round=made["approval"], application=waiting[0], at=make.START)
    return made


def rounds_found(query=""):
    rows = allocation_queries.with_figures(allocation_queries.rounds())
    asked = Asked.of(ROUNDS, QueryDict(query))
    return {row["pk"]: row for row in Found(Bound(ROUNDS, rows, "agency", with_results), asked).page.rows}


@pytest.mark.usefixtures("rounds")
def test_a_round_says_how_far_it_is_and_what_came_of_it():
    found = rounds_found()
    assert {key: row["state"] for key, row in found.items()} == {key: key for key in found}
    assert list(found) == ["solving", "refusal", "approval", "pending", "unfiled"], "the last first"
    approved, unfiled = found["approval"], found["unfiled"]
    assert [approved[key] for key in ("applications", "served", "gap", "servers", "waiting")] == [4, 2, "0.125", 5, 2]
    assert [unfiled[key] for key in ("applications", "served", "gap", "servers", "waiting")] == [None, None, None, 0, 0]
    for desk in ("agency", "operator"):
        text = visitor(make.the(desk)).get(f"/{desk}/rounds/").content.decode()
        assert f'href="/{desk}/rounds/pending/"' in text
        assert "First call" in text
        assert "Waiting for approval" in text
    assert visitor(make.the("auditor")).get("/agency/rounds/").status_code == 404


@pytest.mark.usefixtures("rounds")
def test_rounds_are_filtered_searched_and_sorted():
    for state in ("unfiled", "pending", "approval", "refusal", "solving"):
        assert list(rounds_found(f"rounds-state={state}")) == [state]
    assert list(rounds_found("rounds-servers_min=1")) == ["approval"]
    assert list(rounds_found("rounds-q=첫&rounds-sort=start")) == ["unfiled", "pending"]
    assert list(rounds_found("rounds-start_after=2026-03-20&rounds-sort=start")) == ["refusal", "solving"]
    assert next(iter(rounds_found("rounds-sort=-servers"))) == "approval"
    assert list(rounds_found("rounds-cols=id&rounds-sort=id")) == ["approval", "pending", "refusal", "solving", "unfiled"]


def test_rounds_cost_the_same_however_many_there_are():
    who = visitor(make.the("agency"))
    for n in range(200):
        opened = make.round_(id=f"r-{n:03d}")
        if n % 10 == 0:
            filed_for(opened)
    assert statements(who, "/agency/rounds/") <= MOST
    pages = walked(ROUNDS, allocation_queries.with_figures(allocation_queries.rounds()), "agency", "-start", with_results)
    assert [key for page in pages for key in page] == [f"r-{n:03d}" for n in reversed(range(200))]
    assert len(rows_at(who, "/agency/rounds/", "rounds")) == 200


# Calls for providers


@pytest.fixture
def calls():
    """A call that has closed with two proposals, one that takes proposals and has one, and one that has not opened."""
    now, day = timezone.now(), dt.timedelta(days=1)
    closed = make.call(id="closed", title_ko="지난 공모", title_en="Past call")
    provider = make.organisation(kind="company")
    for _version in range(2):
        make.proposal(closed, provider)
    make.proposal(closed)
    taking = make.call(id="open", title_ko="이번 공모", opened_at=now - day, closes_at=now + day)
    make.proposal(taking, at=now)
    make.call(id="unopened", title_ko="다음 공모", opened_at=now + day, closes_at=now + 2 * day)
    make.call(id="empty", opened_at=make.days(-50))


def calls_found(query=""):
    rows = procurement.with_figures(procurement.calls(), timezone.now())
    return {row["pk"]: row for row in Found(Bound(CALLS, rows, "agency"), Asked.of(CALLS, QueryDict(query))).page.rows}


@pytest.mark.usefixtures("calls")
def test_calls_show_their_state_and_no_number_of_proposals_before_they_close():
    found = calls_found()
    assert list(found) == ["unopened", "open", "closed", "empty"]
    assert {key: row["state"] for key, row in found.items()} == {
        "unopened": "unopened", "open": "open", "closed": "closed", "empty": "closed",
    }  # fmt: skip
    assert {key: row["offers"] for key, row in found.items()} == {"unopened": None, "open": None, "closed": 2, "empty": 0}
    text = visitor(make.the("agency")).get("/agency/calls/").content.decode()
    assert 'href="/agency/calls/closed/"' in text
    assert "Past call" in text
    assert visitor(make.the("operator")).get("/agency/calls/").status_code == 404


@pytest.mark.usefixtures("calls")
def test_calls_are_filtered_searched_and_sorted():
    assert list(calls_found("calls-state=open")) == ["open"]
    assert list(calls_found("calls-state=closed&calls-sort=offers")) == ["empty", "closed"]
    assert list(calls_found("calls-state=unopened")) == ["unopened"]
    assert list(calls_found("calls-offers_min=0")) == ["closed", "empty"], "no filter tells of a call that is open"
    assert list(calls_found("calls-sort=-offers"))[:2] == ["closed", "empty"]
    assert list(calls_found("calls-q=지난")) == list(calls_found("calls-q=past call")) == ["closed"]


def test_calls_cost_the_same_however_many_there_are():
    who = visitor(make.the("agency"))
    for n in range(200):
        make.call(id=f"call-{n:03d}")
    assert statements(who, "/agency/calls/") <= MOST
    pages = walked(CALLS, procurement.with_figures(procurement.calls(), timezone.now()), "agency", "closes_at")
    assert [key for page in pages for key in page] == [f"call-{n:03d}" for n in range(200)]
