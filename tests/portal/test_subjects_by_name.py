"""Decisions, drafts and notices name what they are about as people do; ids stand small beside the names, and in files."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

import factories as make
from dure.portal.kit.wording.about import About, abouts, heading, named_in
from dure.portal.subjects.acts.choices import choices, subject_names
from dure.records.journal import actions as journal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("known")]
MOST = 15


@pytest.fixture
def known():
    """One subject of each kind that has a title."""
    users = make.user_call(id="users-a", title={"ko": "이용 공모 가", "en": "Call A"})
    make.call(id="call-b", title={"ko": "사업자 공모 나", "en": "Call B"})
    make.round_(id="round-c", user_call=users)
    make.panel(panel_id="panel-d", kind="proposal", subject="call-b")
    make.panel(panel_id="panel-e", kind="application", subject="users-a")
    return make.servers(count=1)[0].pool


def visitor(*desks, language="en"):
    made = Client()
    made.cookies["django_language"] = language
    made.force_login(make.person(*desks))
    return made


@pytest.mark.parametrize(
    ("decision", "subject", "korean", "english"),
    [
        ("eligibility", "users-a", "이용 공모 가", "Call A"),
        ("portfolio", "call-b", "사업자 공모 나", "Call B"),
        ("allocation", "round-c", "이용 공모 가 · 2026년 3월 2일(월)부터", "Call A · from 2 March 2026"),
        ("evaluation", "panel-d", "사업자 공모 나 · 제안서", "Call B · Proposals"),
        ("evaluation", "panel-e", "이용 공모 가 · 이용 신청", "Call A · Applications"),
    ],
)
def test_a_subject_with_a_title_is_called_by_it(decision, subject, korean, english):
    for language, title in (("ko", korean), ("en", english)):
        with override(language):
            assert abouts([(decision, subject)]) == {(decision, subject): About(title, subject)}


@pytest.mark.parametrize(
    ("decision", "subject", "korean"),
    [
        ("settlement", "2026-04", "2026년 4월"), ("outcomes", "2026-H1", "2026년 상반기"), ("outcomes", "2026", "2026년"),
        ("shares", "2026-02-01", "2026년 2월 1일(일)"), ("budget", "2025-05-08", "2025년 5월 8일(목) 편성"),
        ("settlement", "of-old", "of-old"), ("shares", "2026-13-01", "2026-13-01"), ("allocation", "gone", "gone"),
    ],
)  # fmt: skip
def test_a_date_is_written_out_and_what_has_no_name_stays_an_id(decision, subject, korean):
    with override("ko"):
        assert abouts([(decision, subject)]) == {(decision, subject): About(korean)}


def test_a_pool_is_called_by_its_provider_and_model(known):
    with override("ko"):
        called = abouts([("provisioning", known.pk)])["provisioning", known.pk]
    assert called == About(f"{known.provider.name['ko']} · {known.gpu_model_id}", known.pk)


def test_the_programme_as_a_whole_is_not_named():
    with override("en"):
        assert heading("buildout", About("")) == "Build-out"


def test_all_kinds_of_a_page_are_read_in_one_statement(known):
    of_each = [
        ("eligibility", "users-a"), ("portfolio", "call-b"), ("allocation", "round-c"), ("evaluation", "panel-d"),
        ("provisioning", known.pk), ("settlement", "2026-04"),
    ]  # fmt: skip
    with CaptureQueriesContext(connection) as asked:
        assert len(abouts(of_each)) == len(of_each)
    assert len(asked) == 1


def test_the_list_shows_names_finds_by_name_and_by_id_and_files_keep_the_id():
    make.approved("portfolio", "call-b")
    make.filed("allocation", "round-c")
    make.approved("eligibility", "users-a")
    ministry = visitor("ministry")
    page = ministry.get("/ministry/").content.decode()
    assert ">Selection of providers · Call B</a>" in page
    assert '<code class="small soft">call-b</code>' in page
    assert '>Allocation · Call A · from 2 March 2026</a><br><code class="small soft">round-c</code>' in page
    for word in ("call-b", "나", "Call+B"):
        assert [row["subject"] for row in rows(ministry, f"decided-q={word}")] == ["call-b"], word
    assert rows(ministry, "decided-q=Call+A")[0]["what"] == "Eligibility · Call A"
    csv = b"".join(ministry.get("/ministry/?decided-format=csv&decided-rows=all").streaming_content).decode()
    assert "Selection of providers · Call B,call-b," in csv
    chosen = ministry.get("/ministry/?decided-cols=seq&decided-cols=at").content.decode()
    assert "call-b" not in chosen, "a reader who takes the decision away takes its subject away"


def rows(who, query):
    return json.loads(b"".join(who.get(f"/ministry/?decided-format=json&decided-rows=all&{query}").streaming_content))


def test_more_decisions_cost_no_more_statements():
    ministry = visitor("ministry")

    def cost():
        with CaptureQueriesContext(connection) as asked:
            assert ministry.get("/ministry/").status_code == 200
        return len(asked)

    make.approved("portfolio", "call-b")
    make.filed("allocation", "round-c")
    before = cost()
    for number in range(8):
        users = make.user_call(id=f"more-{number}")
        make.approved("eligibility", users.pk)
        make.filed("allocation", make.round_(user_call=users).pk)
    assert cost() == before <= MOST


def test_the_journal_names_what_answers_are_about():
    make.approved("portfolio", "call-b")
    page = visitor("auditor").get("/auditor/").content.decode()
    assert page.count('<code class="small soft">call-b</code>') == 2, "the recommendation and its approval"


def test_panels_name_their_calls():
    page = visitor("agency").get("/agency/panels/").content.decode()
    assert '<a href="/objects/call/call-b/">Call B</a><br><code class="small soft">call-b</code>' in page
    assert '<option value="users-a">Call A</option>' in page
    assert "Panel: Call B, Proposals" in visitor("agency").get("/objects/panel/panel-d/").content.decode()


def test_drafts_and_notices_name_their_subjects():
    agency = make.person("agency")
    with override("en"):
        found = subject_names(["round/round-c", "month/2026-04", "call/new-one", "day/2026-02-01"], agency)
    assert found == {
        "round/round-c": "Call A · from 2 March 2026", "month/2026-04": "April 2026", "call/new-one": "new-one",
        "day/2026-02-01": "1 February 2026",
    }  # fmt: skip


def test_forms_offer_entries_and_panels_by_name():
    entry = make.filed("allocation", "round-c")
    agency = make.person("agency")
    with override("en"):
        assert dict(choices("pending_entry", agency).options)[str(entry.seq)].startswith(
            f"{entry.seq}. Allocation · Call A · from 2 March 2026 · "
        )
        assert dict(choices("panel", agency).options)["panel-d"] == "Call B · Proposals · panel-d"


def test_a_round_and_the_acts_on_it_are_called_by_its_call():
    page = visitor("agency").get("/agency/rounds/round-c/").content.decode()
    assert "<h1>Call A · from 2 March 2026</h1>" in page
    assert "<code>round-c</code>" in page
    rows = [{"about": "round/round-c"}, {"about": "person/x"}, {"about": "month/2026-04"}, {"about": "records"}, {}]
    with override("en"):
        named_in(rows, "about")
    assert [row.get("named") for row in rows] == ["Round · Call A · from 2 March 2026", None, "Month · April 2026", None, None]


def test_acts_are_listed_by_name_and_files_keep_the_id():
    auditor, who = visitor("auditor"), make.person("agency")
    journal.record_act(
        programme="somewhere", command="solve_round", about="round/round-c", person=who, via="page", given={}, result=1
    )
    page = auditor.get("/auditor/acts/").content.decode()
    assert 'Round · Call A · from 2 March 2026<br><code class="small soft">round/round-c</code>' in page
    listed = json.loads(b"".join(auditor.get("/auditor/acts/?acts-format=json&acts-rows=all").streaming_content))
    assert [(row["about_name"], row["about"]) for row in listed] == [("Round · Call A · from 2 March 2026", "round/round-c")]
