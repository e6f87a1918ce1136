"""An evaluator's assignments, the rounds, and the calls for providers: what each list shows, to whom, and in which order."""

import datetime as dt
import json
import re
from types import SimpleNamespace

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

import factories as make
from dure.formats.kinds import Reason
from dure.portal.kit.lists.asked import Asked
from dure.portal.kit.lists.bound import Bound, Found
from dure.portal.subjects.applications.lists import OWN as OWN_APPLICATIONS
from dure.portal.subjects.buildout.lists import CLUSTERS, DELIVERIES
from dure.portal.subjects.evaluation.assignments import ASSIGNMENTS
from dure.portal.subjects.evaluation.proposals import CALLS
from dure.portal.subjects.metering.usage import OWN_USAGE
from dure.portal.subjects.portfolio.agreements import AGREEMENTS, AWARDS
from dure.portal.subjects.rounds.all_rounds import ROUNDS
from dure.portal.subjects.settlement.lists import OWN_INVOICES, OWN_LINES
from dure.portal.subjects.settlement.statements import STATEMENTS
from dure.records.allocation import actions as allocation
from dure.records.allocation import queries as allocation_queries
from dure.records.allocation import solves
from dure.records.demand.models import Application
from dure.records.procurement import queries as procurement
from dure.records.review import access
from dure.records.review import actions as review
from dure.records.review import queries as review_queries

pytestmark = pytest.mark.django_db
CRITERIA = [{"id": "effect", "weight": "60", "kind": "judged"}, {"id": "capability", "weight": "40", "kind": "judged"}]
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


def walked(declared, rows, desk, sort):
    """The keys of all pages, one after the other."""
    keys, place = [], ""
    while True:
        asked = Asked.of(declared, QueryDict(f"{declared.key}-sort={sort}{place}"))
        page = Found(Bound(declared, rows, desk), asked).page
        keys.append([row["pk"] for row in page.rows])
        if not page.next:
            return keys
        place = f"&{declared.key}-after={page.next}"


def statements(who, address):
    with CaptureQueriesContext(connection) as captured:
        assert who.get(address).status_code == 200
    return len(captured.captured_queries)


# Calls that are open


def test_what_a_call_did_not_announce_is_unknown_and_not_nothing():
    for gpus in (0, 96):
        make.user_call(id=f"open-{gpus}", closes_at=timezone.now() + dt.timedelta(days=9), gpus_offered=gpus)
    person = make.person("applicant", organisation=make.organisation())
    rows = rows_at(visitor(person), "/applicant/", "open-calls")
    assert sorted((row["gpus"] for row in rows), key=str) == [96, None]


# What an evaluator is to judge


def seated(me, other=None, **fields):
    return make.panel(criteria=CRITERIA, seats={"e1": me, "e2": other}, **fields)


def scored(panel, item, evaluator="e1", effect="50"):
    points = {"effect": effect, "capability": "30.5"}
    return review.submit_score_sheet(panel=panel, evaluator=evaluator, item=item, points=points, at=make.START)


@pytest.fixture
def me():
    return make.person("reviewer", username="me")


@pytest.fixture
def panels(me):
    """Four applications in each state, a locked panel, and a panel of proposals; another evaluator has scored everything."""
    other, hidden = make.person("reviewer"), make.organisation(name={"ko": "숨은대학교", "en": "Hidden University"})
    call, past = make.user_call(id="users-now"), make.user_call(id="users-past")
    for key in ("due", "given", "recused", "twice"):
        make.application(call, hidden, id=key, title=f"과제 {key}")
    for key in ("judged", "left"):
        make.application(past, hidden, id=key, title=f"지난 과제 {key}")
    now = seated(me, other, panel_id="panel-now", kind="application", subject=call.pk)
    before = seated(me, other, panel_id="panel-past", kind="application", subject=past.pk)
    for panel, item in ((now, "given"), (now, "twice"), (now, "twice"), (before, "judged")):
        scored(panel, item)
    for panel, item in ((now, "due"), (now, "recused"), (before, "left")):
        scored(panel, item, "e2", effect="7")
    review.recuse(panel=now, evaluator="e1", item="recused", reason="이해관계", at=make.START)
    review.lock_panel(panel=before, at=make.days(1))
    tender = make.call(id="tender")
    make.proposal(tender, make.organisation(kind="company", name={"ko": "두레클라우드", "en": "Dure Cloud"}), id="offer")
    seated(me, other, panel_id="panel-tender", kind="proposal", subject=tender.pk)
    return now


def mine(me, query=""):
    rows = review_queries.with_progress(access.visible_assignments(me))
    return Found(Bound(ASSIGNMENTS, rows, "reviewer"), Asked.of(ASSIGNMENTS, QueryDict(query))).page.rows


def items(me, query=""):
    return [row["item"] for row in mine(me, query)]


@pytest.mark.usefixtures("panels")
def test_an_evaluator_sees_each_item_by_name_with_its_state(me):
    text = visitor(me).get("/reviewer/").content.decode()
    listed = {row["item"]: row for row in rows_at(visitor(me), "/reviewer/", "assignments")}
    assert {key: row["state"] for key, row in listed.items()} == {
        "due": "To be scored", "offer": "To be scored", "given": "Sheet handed in", "twice": "Sheet handed in",
        "recused": "Stepped back", "judged": "Locked",
    }, "of a locked panel only what was handed in is left"  # fmt: skip
    assert listed["due"]["title"] == "과제 due"
    assert listed["offer"]["title"] == "Dure Cloud"
    assert listed["given"]["points"] == "80.5"
    assert listed["due"]["points"] is None, "the other evaluator's points are not this one's"
    assert listed["recused"]["points"] is None
    assert 'href="/reviewer/panels/panel-now/due/"' in text
    assert ("숨은" in text, "Hidden" in text) == (False, False), "who applied is not shown"
    plain = re.sub(r"\s*<[^>]+>\s*", "|", text)
    for label, figure in (("Assigned to me", 6), ("Still to be scored", 2), ("Can still be changed", 4)):
        assert re.search(rf"{label}\|+{figure}\|", plain), label


@pytest.mark.usefixtures("panels")
def test_assignments_are_filtered_searched_and_sorted(me):
    assert set(items(me)[:2]) == {"due", "offer"}, "what is to be done comes first"
    assert set(items(me, "assignments-state=given")) == {"given", "twice"}
    assert items(me, "assignments-state=recused") == ["recused"]
    assert items(me, "assignments-state=locked") == ["judged"]
    assert items(me, "assignments-panel=tender") == ["offer"]
    assert set(items(me, "assignments-state=due&assignments-panel=now")) == {"due"}
    assert items(me, "assignments-submitted_after=2026-03-03") == []
    assert items(me, "assignments-q=두레클") == items(me, "assignments-q=offer") == ["offer"]
    assert items(me, "assignments-q=ㅈㄴ") == ["judged"], "initial consonants of a title"
    assert items(me, "assignments-q=숨은대") == items(me, "assignments-q=hidden") == [], "no search tells who applied"
    for sort in ("points", "-points"):
        assert set(items(me, f"assignments-sort={sort}")[:3]) == {"given", "twice", "judged"}, "no points come last"


def test_nobody_sees_anothers_seat(me, panels):
    stranger = make.person("reviewer")
    official = make.person("agency")
    every = "&".join(f"assignments-chosen={seat.pk}/due" for seat in review_queries.seats(panels))
    assert rows_at(visitor(stranger), "/reviewer/", "assignments", every) == []
    assert rows_at(visitor(stranger), "/reviewer/", "assignments", "assignments-panel=panel") == []
    chosen = f"/reviewer/?assignments-format=json&assignments-rows=chosen&{every}"
    assert len(json.loads(b"".join(visitor(me).get(chosen).streaming_content))) == 1
    assert visitor(stranger).get("/reviewer/panels/panel-now/due/").status_code == 404
    assert "panel-now" not in visitor(stranger).get("/reviewer/").content.decode()
    assert visitor(official).get("/reviewer/").status_code == 404
    assert not access.visible_assignments(official)


def test_a_proposal_is_sealed_until_its_call_has_closed(me):
    now = timezone.now()
    tender = make.call(id="open-tender", opened_at=now - dt.timedelta(days=1), closes_at=now + dt.timedelta(days=1))
    make.proposal(tender, id="sealed", at=now)
    panel = seated(me, kind="proposal", subject=tender.pk)
    assert mine(me) == []
    assert visitor(me).get(f"/reviewer/panels/{panel.pk}/sealed/").status_code == 404
    assert "sealed" not in visitor(me).get(f"/acts/declare_conflict/?panel={panel.pk}").content.decode()
    assert access.visible_assignments(me, now=now + dt.timedelta(days=2)).get().item == "sealed"


def test_a_new_version_takes_the_place_of_a_proposal_unless_it_was_scored(me):
    tender, provider = make.call(), make.organisation(kind="company")
    panel = seated(me, kind="proposal", subject=tender.pk)
    make.proposal(tender, provider, id="first")
    make.proposal(tender, provider, id="second")
    assert items(me) == ["second"]
    scored(panel, "first")
    assert items(me) == ["second", "first"]


@pytest.mark.usefixtures("panels")
def test_a_sheet_is_headed_by_the_name_of_its_item(me):
    who = visitor(me)
    assert "<h1>과제 due</h1>" in who.get("/reviewer/panels/panel-now/due/").content.decode()
    assert "<h1>Dure Cloud</h1>" in who.get("/reviewer/panels/panel-tender/offer/").content.decode()
    recused = who.get("/reviewer/panels/panel-now/recused/").content.decode()
    assert "You have stepped back from this item" in recused
    assert 'name="points-' not in recused
    assert "was locked" in who.get("/reviewer/panels/panel-past/judged/").content.decode()


@pytest.mark.usefixtures("panels")
def test_forms_offer_items_by_name(me):
    text = visitor(me).get("/acts/declare_conflict/?panel=panel-now").content.decode()
    assert "과제 due · due" in text
    assert "Dure Cloud · offer" in text
    assert ("숨은" in text, "Hidden" in text) == (False, False)
    official = visitor(make.person("agency")).get("/acts/declare_conflict/?panel=panel-now").content.decode()
    assert "과제 due · Hidden University · due" in official


@pytest.mark.parametrize("sort", ["state", "-state", "title", "-points", "submitted_at", "panel"])
def test_every_order_of_assignments_turns_over_all_rows_once(me, sort):
    call = make.user_call()
    for n in range(60):
        make.application(call, id=f"app-{n:02d}", title=f"과제 {n % 7}")
    for kind in ("first", "second"):
        panel = seated(me, panel_id=kind, kind="application", subject=call.pk)
        for n in range(0, 60, 3):
            scored(panel, f"app-{n:02d}", effect=str(n % 5))
    rows = review_queries.with_progress(access.visible_assignments(me))
    pages = walked(ASSIGNMENTS, rows, "reviewer", sort)
    assert [len(page) for page in pages] == [25, 25, 25, 25, 20]
    assert len({key for page in pages for key in page}) == 120, "an item that two panels judge is two assignments"


def test_assignments_cost_the_same_however_many_there_are(me):
    call = make.user_call()
    panel = seated(me, kind="application", subject=call.pk)
    who, organisation = visitor(me), make.organisation()
    for n in range(40):
        make.application(call, organisation, id=f"app-{n:03d}")
    scored(panel, "app-000")
    before = statements(who, "/reviewer/")
    for n in range(40, 200):
        make.application(call, organisation, id=f"app-{n:03d}")
        if n % 2:
            scored(panel, f"app-{n:03d}")
    assert statements(who, "/reviewer/") == before <= MOST
    assert len(rows_at(who, "/reviewer/", "assignments")) == 200
    assert statements(who, f"/reviewer/panels/{panel.pk}/app-150/") <= MOST


# Rounds

MADE = {"method": "best_value", "objective": 7, "bound": 8, "gap": "0.125", "idle_gpu_weeks": 0, "sector_use": {}, "reasons": []}


def filed_for(round_, answer=None):
    facts = {"number": make.number()}
    if answer == "approval":
        return make.approved("allocation", round_.pk, facts=facts, recommendation=MADE)
    return make.filed("allocation", round_.pk, facts=facts, recommendation=MADE)


def plan_of(round_, left_out, **changes):
    """An approved plan of the round that gave these applications nothing."""
    reasons = [Reason(item=each, code="no_capacity") for each in left_out]
    made = SimpleNamespace(**{**MADE, "reasons": reasons, **changes})
    return allocation.record_plan(round=round_, made=made, applications=len(left_out), entry=filed_for(round_, "approval"))


@pytest.fixture
def rounds():
    """One round in each state; the refused and the solving one had been filed before."""
    call = make.user_call(title={"ko": "첫 공모", "en": "First call"})
    made = {key: make.round_(id=key, start_on=make.MONDAY + dt.timedelta(weeks=n), user_call=call if n < 2 else None)
            for n, key in enumerate(("unfiled", "pending", "approval", "refusal", "solving"))}  # fmt: skip
    filed_for(made["approval"])
    plan_of(made["approval"], left_out=[make.application(call).pk for _ in range(2)])
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
    return {row["pk"]: row for row in Found(Bound(ROUNDS, rows, "agency"), asked).page.rows}


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


def test_a_round_planned_twice_counts_every_application_once():
    round_, first, second, third = make.round_(id="twice"), *(make.application() for _ in range(3))
    plan_of(round_, left_out=[second.pk, third.pk])
    make.grant(round_, first)
    plan_of(round_, left_out=[third.pk, second.pk], gap="0.25")
    make.grant(round_, second)  # less than it asked for, which has a reason
    found = rounds_found()["twice"]
    assert [found[key] for key in ("applications", "served", "gap", "servers")] == [3, 2, "0.25", 4]


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
    pages = walked(ROUNDS, allocation_queries.with_figures(allocation_queries.rounds()), "agency", "-start")
    assert [key for page in pages for key in page] == [f"r-{n:03d}" for n in reversed(range(200))]
    assert len(rows_at(who, "/agency/rounds/", "rounds")) == 200


# Calls for providers


@pytest.fixture
def calls():
    """A call that has closed with two proposals, one that takes proposals and has one, and one that has not opened."""
    now, day = timezone.now(), dt.timedelta(days=1)
    closed = make.call(id="closed", title={"ko": "지난 공모", "en": "Past call"})
    provider = make.organisation(kind="company")
    for _version in range(2):
        make.proposal(closed, provider)
    make.proposal(closed)
    taking = make.call(id="open", title={"ko": "이번 공모"}, opened_at=now - day, closes_at=now + day)
    make.proposal(taking, at=now)
    make.call(id="unopened", title={"ko": "다음 공모"}, opened_at=now + day, closes_at=now + 2 * day)
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


# What a list says where nothing stands in it


OWN = (AGREEMENTS, AWARDS, CLUSTERS, DELIVERIES, OWN_APPLICATIONS, OWN_INVOICES, OWN_LINES, OWN_USAGE, STATEMENTS, ASSIGNMENTS)


@pytest.mark.parametrize("declared", OWN, ids=lambda each: each.key)
def test_an_empty_list_of_ones_own_claims_nothing_about_others(declared):
    """It knows the reader's rows alone: a month may be settled, and a grant metered, without one of them."""
    with override("en"):
        assert re.search(r"\byou(rs?)?\b", str(declared.empty), re.IGNORECASE)


def test_every_list_of_a_tenants_desk_is_looked_at():
    known = {each.key for each in OWN}
    firm = make.organisation()
    for address in ("/provider/", "/applicant/", "/applicant/usage/", "/applicant/invoices/"):
        who = visitor(make.person(address.split("/")[1], organisation=firm))
        shown = set(re.findall(r'id="list-([a-z]+)"', who.get(address).content.decode()))
        assert shown, address
        assert shown <= known, address


# Calls are told apart


def test_applications_are_of_a_call_and_the_figures_follow_it():
    """The column names the call and leads to it; narrowed to one call, the heading counts that call alone."""
    agency, firm = visitor(make.person("agency")), make.organisation()
    first = make.user_call(title={"ko": "봄 공모", "en": "Spring call"})
    second = make.user_call(title={"ko": "가을 공모", "en": "Autumn call"})
    for key, call, servers in (("one", first, 3), ("two", first, 4), ("three", second, 9)):
        make.application(call, firm, id=key, servers=servers)
    granted = make.grant(application_=Application.objects.get(pk="three"))
    rows = rows_at(agency, "/agency/applications/", "applications", f"applications-user_call={first.pk}")
    assert [(row["id"], row["user_call"]) for row in rows] == [("one", "Spring call"), ("two", "Spring call")]
    assert figures_of(agency, "/agency/applications/") == {
        "Applications": ("3", "over 2 calls"), "Servers asked": ("16", "over 2 calls"),
        "Chosen": ("1", "over 2 calls"), "Servers given": (str(granted.servers), "over 2 calls"),
    }  # fmt: skip
    of_first = figures_of(agency, f"/agency/applications/?applications-user_call={first.pk}")
    assert {key: value for key, (value, _note) in of_first.items()} == {
        "Applications": "2", "Servers asked": "7", "Chosen": "0", "Servers given": "0",
    }  # fmt: skip
    assert {note for _value, note in of_first.values()} == {"of the call chosen"}
    wrong = figures_of(agency, "/agency/applications/?applications-user_call=nowhere")
    assert wrong["Applications"] == ("3", "over 2 calls"), "a filter that is left out narrows no figure"
    mine = visitor(make.person("applicant", organisation=firm)).get("/applicant/").content.decode()
    assert f'href="/objects/user_call/{second.pk}/"' in mine
    assert set(re.findall(r"(Spring|Autumn) call</option>", mine)) == {"Spring", "Autumn"}


def figures_of(who, address):
    page = who.get(address).content.decode()
    found = re.findall(r'<dt>([^<]*)</dt><dd class="value">([^<]*)</dd>(?:<dd class="more">([^<]*))?', page)
    return {label: (value, note) for label, value, note in found}


def test_panels_are_filtered_by_the_call_that_they_judge():
    make.panel(kind="application", subject="users-a", panel_id="panel-a")
    make.panel(kind="application", subject="users-b", panel_id="panel-b")
    rows = rows_at(visitor(make.person("agency")), "/agency/panels/", "panels", "panels-subject=users-b")
    assert [row["id"] for row in rows] == ["panel-b"]


def test_agreements_and_awards_are_of_a_call():
    """The column names the call and leads to it; each list can be narrowed to one call."""
    firm = make.organisation(kind="firm")
    for title in ("First call", "Second call"):
        call = make.call(title={"ko": "공모", "en": title})
        make.agreement(make.award(make.proposal(call, firm)))
    firms = visitor(make.person("provider", organisation=firm))
    for key in ("agreements", "awards"):
        assert {row["call"] for row in rows_at(firms, "/provider/proposals/", key)} == {"First call", "Second call"}
        one = rows_at(firms, "/provider/proposals/", key, f"{key}-call={call.pk}")
        assert [row["call"] for row in one] == ["Second call"]
    page = firms.get("/provider/proposals/").content.decode()
    assert page.count(f'<a href="/objects/call/{call.pk}/">Second call</a>') == 2
