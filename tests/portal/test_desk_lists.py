"""The calls for providers: what the list shows, to whom, and in which order."""

import datetime as dt

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
from dure.records.procurement import queries as procurement

pytestmark = pytest.mark.django_db
MOST = 15


def visitor(person):
    made = Client()
    made.cookies["django_language"] = "en"
    made.force_login(person)
    return made


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
