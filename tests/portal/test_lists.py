"""Lists of records: narrowed, sorted, turned over and handed out in SQL, alike on screen, in files and on paper."""

import csv
import datetime as dt
import io
import json
import re

import openpyxl
import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

import factories as make
from dure.portal.kit.downloads import as_csv
from dure.portal.kit.lists.asked import Asked
from dure.portal.kit.lists.bound import Bound, Found
from dure.portal.kit.shown import Column, Table
from dure.portal.kit.stored import StoredRows
from dure.portal.subjects.applications.lists import APPLICATIONS, STATES
from dure.portal.subjects.applications.result import answer
from dure.records.allocation import queries as allocation
from dure.records.demand.models import Application
from dure.records.parties.models import SavedView

pytestmark = pytest.mark.django_db
HOSTILE = ("=1+1", "@SUM(A1)", "+1", "-1", '<script>alert("x")</script>', 'a "quoted", text', "줄\n바꿈", "\t=1")


def found(query="", rows=None, declared=APPLICATIONS):
    rows = allocation.with_results(Application.objects.all()) if rows is None else rows
    return Found(Bound(declared, rows, "agency"), Asked.of(declared, QueryDict(query)))


def keys(query="", **given):
    return [row["pk"] for row in found(query, **given).page.rows]


def visitor(*desks, organisation=None):
    made = Client()
    made.cookies["django_language"] = "en"
    made.force_login(make.person(*desks, organisation=organisation))
    return made


@pytest.fixture
def sixty():
    call = make.user_call()
    named = {"kangwon": "강원대학교", "seoul": "서울 연구소", "alpha": "Alpha Labs"}  # a search also looks at ids
    organisations = [make.organisation(id=key, name={"ko": name}) for key, name in named.items()]
    return [
        make.application(
            call, organisations[n % 3], id=f"app-{n:03d}", title=f"언어 모델 {n}", servers=1 + n % 4,
            sector=("academia", "research")[n % 2], at=make.days(-20) + dt.timedelta(minutes=n % 7),
        )
        for n in range(60)
    ]  # fmt: skip


def test_filters_hold_together(sixty):
    wanted = [each.pk for each in sixty if each.sector == "research" and 2 <= each.servers <= 3 and "1" in each.title]
    assert keys("applications-sector=research&applications-servers_min=2&applications-servers_max=3&applications-q=1") == wanted
    assert keys("applications-state=chosen") == []
    assert len(keys("applications-state=undecided&applications-submitted_after=2026-01-01")) == 25
    assert keys("applications-submitted_before=2026-01-01") == []


def test_a_filter_that_makes_no_sense_is_said_and_left_out(sixty):
    made = found("applications-servers_min=many&applications-sector=nowhere&applications-sort=nothing&applications-after=forged")
    assert set(made.errors) == {"servers", "sector"}
    assert [row["pk"] for row in made.page.rows] == [each.pk for each in sixty[:25]]


@pytest.mark.parametrize("sort", ["servers", "-servers", "granted", "-granted", "organisation", "-submitted_at", "-id"])
def test_every_order_turns_over_all_rows_once_and_back(sixty, sort):
    """Equal and empty values included: of equals the key decides, so that nothing comes twice and nothing is left out."""
    make.grant(application_=sixty[7], on=make.servers(count=2))
    make.grant(application_=sixty[9], on=make.servers(count=1))
    walked, pages, place = [], [], ""
    while True:
        page = found(f"applications-sort={sort}{place}").page
        walked += [row["pk"] for row in page.rows]
        pages.append(page)
        if not page.next:
            break
        place = f"&applications-after={page.next}"
    assert sorted(walked) == [each.pk for each in sixty]
    assert len(pages) == 3
    back = found(f"applications-sort={sort}&applications-before={pages[2].previous}").page
    assert [row["pk"] for row in back.rows] == [row["pk"] for row in pages[1].rows]
    first = found(f"applications-sort={sort}&applications-before={back.previous}").page
    assert ([row["pk"] for row in first.rows], first.previous) == (walked[:25], "")
    if sort.endswith("granted"):
        assert set(walked[:2]) == {sixty[7].pk, sixty[9].pk}, "empty values come last either way"
    if sort == "-servers":
        amounts = {each.pk: each.servers for each in sixty}
        assert [amounts[key] for key in walked] == sorted(amounts.values(), reverse=True)


def test_rows_that_come_in_between_shift_nothing(sixty):
    first = found().page
    make.application(sixty[0].user_call, id="app-000a")
    second = found(f"applications-after={first.next}").page
    assert [row["pk"] for row in second.rows] == [each.pk for each in sixty[25:50]]
    back = found(f"applications-before={second.previous}").page
    assert "app-000a" in [row["pk"] for row in back.rows]


def test_initial_consonants_find_titles_and_organisations(sixty):
    ours = {each.pk for each in sixty if each.organisation.name["ko"] == "강원대학교"}
    assert set(keys("applications-q=ㄱㅇㄷ")) <= ours
    assert len(keys("applications-q=ㄱㅇㄷ")) == 20
    assert len(keys("applications-q=강원대")) == 20
    assert len(keys("applications-q=ㅇㅇ ALPHA")) == 20
    assert keys("applications-q=ㅎㅎㅎ") == keys("applications-q=100%") == keys("applications-q=_") == []


@pytest.mark.usefixtures("sixty")
def test_counting_stops_where_it_costs(monkeypatch):
    assert found().counted == (60, False)
    monkeypatch.setattr("dure.portal.kit.lists.keyset.COUNTED", 40)
    assert found().counted == (40, True)


def shown_rows(text):
    body = re.search(r"<tbody>(<tr>.*?)</tbody>", text, re.DOTALL).group(1)
    return [
        re.findall(r'<td class="k-[^"]*" data-label="[^"]*"><span class="in">(.*?)</span></td>', row, re.DOTALL)
        for row in body.split("</tr>")
        if row.strip()
    ]


@pytest.mark.usefixtures("sixty")
def test_files_hold_exactly_what_is_on_screen():
    agency = visitor("agency")
    asked = "?applications-sector=academia&applications-sort=-servers&" + "&".join(
        f"applications-cols={key}" for key in ("id", "title", "servers", "submitted_at", "state")
    )
    screen = [
        [re.sub(r"<[^>]+>", "", each) for each in row]
        for row in shown_rows(agency.get(f"/agency/applications/{asked}").content.decode())
    ]
    assert len(screen) == 25
    file = agency.get(f"/agency/applications/{asked}&applications-format=csv")
    text = b"".join(file.streaming_content).decode()
    assert text.startswith("\ufeff")
    assert text.count("\r\n") == 26
    lines = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert lines[0] == ["No.", "Title", "Servers asked", "State", "Submitted"]
    assert [line[:4] for line in lines[1:]] == [row[:4] for row in screen]
    book = agency.get(f"/agency/applications/{asked}&applications-format=xlsx&applications-rows=all")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(book.streaming_content))).active
    cells = list(sheet.iter_rows(min_row=2))
    assert len(cells) == 30
    for row, line in zip(cells, screen, strict=False):
        assert [row[0].value, row[1].value, str(row[2].value), row[3].value] == line[:4]
        assert isinstance(row[2].value, int)
        assert f"{row[4].value:%Y-%m-%d %H:%M} KST" == line[4]
    listed = json.loads(
        b"".join(agency.get(f"/agency/applications/{asked}&applications-format=json&applications-rows=all").streaming_content)
    )
    assert [each["id"] for each in listed] == [row[0].value for row in cells]
    assert list(listed[0]) == ["id", "title", "servers", "state", "submitted_at"]


def test_the_next_page_and_the_chosen_rows_are_files_too(sixty):
    agency = visitor("agency")
    following = re.search(
        r'href="(\?[^"]*applications-after=[^"]+)" rel="next"', agency.get("/agency/applications/").content.decode()
    )
    address = following.group(1).replace("&amp;", "&")
    page = json.loads(b"".join(agency.get(f"/agency/applications/{address}&applications-format=json").streaming_content))
    assert [each["id"] for each in page] == [each.pk for each in sixty[25:50]]
    wanted = "?applications-format=json&applications-rows=chosen&applications-chosen=app-003&applications-chosen=app-041"
    chosen = json.loads(b"".join(agency.get(f"/agency/applications/{wanted}").streaming_content))
    assert [each["id"] for each in chosen] == ["app-003", "app-041"]


@pytest.mark.usefixtures("sixty")
@pytest.mark.parametrize("asked", ["format=csv", "format=json", "format=csv&applications-rows=all", "print=1"])
def test_a_stream_that_is_read_after_the_request_speaks_the_readers_language(asked):
    answer = visitor("agency").get(f"/agency/applications/?applications-{asked}")
    with override("ko"):  # as of the next request in that thread, or of none
        text = b"".join(answer.streaming_content).decode()
    assert "Undecided" in text
    assert "미결정" not in text


def test_people_act_for_organisations_by_their_english_names():
    for number, english in enumerate(("Alpha Labs", "")):
        make.person("applicant", organisation=make.organisation(name={"ko": f"기관 {number}", "en": english}))
    rows = shown_rows(visitor("agency").get("/agency/people/").content.decode())
    assert {"Alpha Labs", "기관 1"} <= {cell for row in rows for cell in row}


@pytest.mark.parametrize(("servers", "said"), [(1, "1 server is granted."), (2, "2 servers are granted.")])
def test_an_applications_page_counts_servers_and_names_its_organisation(servers, said):
    mine = make.organisation(name={"ko": "강원대학교", "en": "Kangwon University"})
    application = make.application(organisation_=mine, servers=servers)
    page = visitor("applicant", organisation=mine).get(f"/applicant/applications/{application.pk}/").content.decode()
    assert "<dd>Kangwon University</dd>" in page
    with override("en"):
        assert answer(None, None, [], servers, decided=True) == (said, "good")


def test_a_long_table_of_a_decision_speaks_the_readers_language():
    class Late(StoredRows):
        def __iter__(self):
            yield {"state": str(STATES["undecided"])}

    rows = Late(1, "t", keys=["state"], length=1, opening=[], choices=[])
    with override("en"):
        answer = as_csv(Table("t", "T", [Column("state", "State")], rows), name="x")
    with override("ko"):
        assert b"".join(answer.streaming_content).decode() == "\ufeffState\r\nUndecided\r\n"


def test_hostile_cells_are_text_everywhere():
    call, organisation = make.user_call(), make.organisation()
    for n, title in enumerate(HOSTILE):
        make.application(call, organisation, id=f"h-{n}", title=title)
    agency = visitor("agency")
    page = agency.get("/agency/applications/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    text = b"".join(agency.get("/agency/applications/?applications-format=csv").streaming_content).decode()
    titles = [line[1] for line in csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))][1:]
    assert titles == [f"'{title}" if title[0] in "=@+-\t" else title for title in HOSTILE]
    file = agency.get("/agency/applications/?applications-format=xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(file.streaming_content))).active
    assert [cell.value for cell in sheet["B"]][1:] == list(HOSTILE)
    assert sum(cell.data_type == "f" for row in sheet.iter_rows() for cell in row) == 0
    printed = b"".join(agency.get("/agency/applications/?applications-print=1").streaming_content).decode()
    assert "<script>alert" not in printed


@pytest.mark.usefixtures("sixty")
def test_print_shows_every_row():
    printed = b"".join(
        visitor("agency").get("/agency/applications/?applications-print=1&applications-sector=academia").streaming_content
    )
    assert printed.decode().count("<tr><td") == 30


def test_an_applicant_sees_its_own_rows_only(sixty):
    mine = sixty[0].organisation
    applicant = visitor("applicant", organisation=mine)
    chosen = "&".join(f"applications-chosen={each.pk}" for each in sixty)
    for query in (
        "",
        "?applications-format=json&applications-rows=all",
        "?applications-print=1",
        "?applications-q=언어",
        f"?applications-format=json&applications-rows=chosen&{chosen}",
    ):
        answer = applicant.get(f"/applicant/{query}")
        text = b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()
        theirs = [each.pk for each in sixty if each.organisation_id != mine.pk and f'"{each.pk}"' in text]
        assert not theirs, query
    assert visitor("applicant", organisation=mine).get("/agency/applications/").status_code == 404


def test_views_are_saved_shared_and_forgotten(sixty):
    agency = visitor("agency")
    given = {
        "list": "applications",
        "query": "applications-sector=academia&applications-sort=-servers&applications-after=x",
        "name": "학계",
    }
    saved = agency.post("/agency/applications/", given)
    view = SavedView.objects.get()
    assert saved["Location"].endswith(f"?applications-view={view.pk}")
    assert "after" not in view.query
    page = agency.get(saved["Location"]).content.decode()
    assert "학계" in page
    assert "research" not in {row[3] for row in shown_rows(page)}
    other = visitor("agency")
    assert "no such view" in other.get(saved["Location"]).content.decode()
    agency.post("/agency/applications/", {**given, "shared": "on"})
    view = SavedView.objects.get()
    assert view.shared
    asked = f"?applications-view={view.pk}&applications-format=json&applications-rows=all"
    rows = json.loads(b"".join(other.get(f"/agency/applications/{asked}").streaming_content))
    assert len(rows) == 30
    mine = sixty[1].organisation
    own = visitor("applicant", organisation=mine).get(f"/applicant/{asked}")
    assert {each["id"] for each in json.loads(b"".join(own.streaming_content))} <= {
        e.pk for e in sixty if e.organisation_id == mine.pk
    }
    other.post("/agency/applications/", {"list": "applications", "forget": view.pk})
    assert SavedView.objects.count() == 1, "nobody forgets another's view"
    agency.post("/agency/applications/", {"list": "applications", "forget": view.pk})
    assert SavedView.objects.count() == 0


PAGES = (
    ("agency", "/agency/applications/"), ("agency", "/agency/grants/"), ("agency", "/agency/waiting/"),
    ("agency", "/agency/invoices/"), ("agency", "/agency/usage/"), ("agency", "/agency/panels/"), ("agency", "/agency/register/"),
    ("agency", "/agency/organisations/"), ("agency", "/agency/people/"), ("operator", "/operator/servers/"),
    ("operator", "/operator/register/"), ("auditor", "/auditor/"), ("auditor", "/auditor/acts/"), ("auditor", "/auditor/people/"),
    ("ministry", "/ministry/"), ("applicant", "/applicant/"), ("applicant", "/applicant/usage/"),
    ("applicant", "/applicant/invoices/"), ("agency", "/agency/calls/"), ("agency", "/agency/rounds/"),
    ("operator", "/operator/rounds/"),
)  # fmt: skip


def statements(who, address):
    with CaptureQueriesContext(connection) as captured:
        answer = who.get(address)
    assert answer.status_code == 200, address
    return len(captured.captured_queries)


def test_one_row_and_three_cost_the_same_statements():
    mine = make.organisation()
    visitors = {desk: visitor(desk, organisation=mine if desk == "applicant" else None) for desk, _address in PAGES}

    def fill():
        invoice = make.invoice(make.grant(application_=make.application(organisation_=mine)))
        make.panel()
        make.proposal()
        return invoice

    fill()
    once = {address: statements(visitors[desk], address) for desk, address in PAGES}
    fill()
    fill()
    thrice = {address: statements(visitors[desk], address) for desk, address in PAGES}
    assert thrice == once
    assert max(once.values()) <= 15, once


def test_an_empty_list_says_what_will_come():
    text = visitor("agency").get("/agency/applications/").content.decode()
    assert "Applications appear here as soon as they are submitted" in text
    assert 'type="search"' not in text
    assert "Nothing matches" in visitor("agency").get("/agency/applications/?applications-q=zzz").content.decode()
