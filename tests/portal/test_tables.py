"""Many acts from one table, on pages: previewed, carried out as a whole or not at all, and nobody's who may not act."""

import base64
import html
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cycle.test_importing import without_values
from cycle.working.test_workers import installed
from dure.cycle.commands import importing
from dure.cycle.working.doing import do
from dure.formats.sheets import read_sheet
from dure.records.journal.models import Act
from dure.records.parties.models import Organisation
from dure.records.work.models import Job
from people.steps import grow_old
from portal.api_callers import people

pytestmark = pytest.mark.django_db
ADDRESS = "/account/tables/of/register_organisation/"
ROWS = "id,name_ko,kind\nnew-a,가,company\nnew-b,나,academia\n".encode()
HIDDEN = re.compile(r'<input type="hidden" name="(content|name|key)" value="([^"]*)"')


@pytest.fixture
def who(db):  # noqa: ARG001 - people are records
    return people()


@pytest.fixture
def agency(who):
    return opened(who.agency)


@pytest.fixture
def who_else(who):
    return opened(who.applicant)


def opened(person):
    client = Client()
    client.force_login(person, backend="dure.portal.kit.identity.backend.Backend")
    return client


def send(client, rows=ROWS, *, name="rows.csv", address=ADDRESS):
    return client.post(address, {"table": SimpleUploadedFile(name, rows), "do": "preview"})


def carried(answer):
    return {name: html.unescape(value) for name, value in HIDDEN.findall(answer.content.decode())}


def made():
    return Organisation.objects.filter(id__startswith="new-").count()


def test_a_preview_changes_nothing_and_then_all_rows_are_carried_out_once(agency):
    preview = send(agency)
    page = preview.content.decode()
    assert preview.status_code == 200
    assert made() == 0
    assert "new-a" in page
    given = carried(preview)
    assert base64.b64decode(given["content"]) == ROWS
    done = agency.post(ADDRESS, {**given, "do": "apply"})
    again = agency.post(ADDRESS, {**given, "do": "apply"})
    assert (done.status_code, again.status_code, made()) == (200, 200, 2)
    assert 'href="/objects/organisation/new-a/"' in done.content.decode()
    assert [(act.via, act.command) for act in Act.objects.all()] == [("import", "register_organisation")] * 2


def test_faults_are_named_by_row_and_column_and_keep_everything_back(agency):
    answer = send(agency, ROWS + "c,,company\nnew-d,<b>라</b>,nothing\n".encode())
    page = answer.content.decode()
    assert (answer.status_code, made()) == (422, 0)
    found = re.findall(r'<span class="in">(\d+)</span></td><td[^>]*><span class="in"><code>(\w+)</code>', page)
    assert ("4", "name_ko") in found
    assert not carried(answer), "what has a fault is not offered to be carried out"
    forced = agency.post(ADDRESS, {"content": base64.b64encode(ROWS + b"c,,company\n").decode(), "name": "x.csv", "do": "apply"})
    assert (forced.status_code, made()) == (422, 0)


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "Stopped after 2 refused rows; rows 5 to 6 were not tried."),
     ("ko", "거절된 행이 2개가 되어 멈추었습니다. 5행부터 6행까지는 시도하지 않았습니다.")],
)  # fmt: skip
def test_a_page_says_where_a_table_was_left(agency, monkeypatch, language, said):
    monkeypatch.setattr(importing, "MOST_REFUSED", 2)
    agency.cookies["django_language"] = language
    page = send(agency, b"id,name_ko,kind\n" + 5 * "new-a,가,company\n".encode()).content.decode()
    assert said in page


def test_remarks_that_were_passed_over_are_named(agency):
    page = send(agency, "id,name_ko,kind\n# 설명,,\nnew-a,가,company\n# 나,나,company\n".encode()).content.decode()
    assert re.search("주석으로 보고 건너뜀.*?2행", page, re.DOTALL)


def test_a_missing_field_is_named_as_its_own_form_names_it(who):
    columns = "id,call,organisation,sector,title,purpose,models.H200,servers,minimum_servers,weeks,latest_week"
    rows = f"{columns}\na,,o,s,t,p,1,1,1,1,1\n"
    page = send(opened(who.applicant), rows.encode(), address="/account/tables/of/submit_application/").content.decode()
    assert "필수 항목 “이용자 공모”가 없습니다" in page
    assert "필수 항목 “사업자 공모”" not in page


@pytest.mark.parametrize(
    ("rows", "name"),
    [
        (b"", "rows.csv"), (b"colour\nred\n", "rows.csv"), (ROWS, "rows.txt"), (b"PK\x03\x04", "rows.xlsx"),
        (b"id,name_ko,kind\n", "rows.csv"), (b"\xff\xfe", "rows.csv"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_answered_in_a_sentence(agency, rows, name):
    answer = send(agency, rows, name=name)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert not Act.objects.exists()


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "The file is not in UTF-8. Save it as “CSV UTF-8” or as XLSX, and send it again."),
     ("ko", "파일이 UTF-8 형식이 아닙니다. ‘CSV UTF-8’이나 XLSX로 저장하여 다시 보내십시오.")],
)  # fmt: skip
@pytest.mark.parametrize("coding", ["cp949", "utf-16"])
def test_a_table_of_another_coding_is_told_what_to_do(agency, language, said, coding):
    agency.cookies["django_language"] = language
    assert said in html.unescape(send(agency, ROWS.decode().encode(coding)).content.decode())


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["Cell B2 holds a formula, but only plain values are read: replace it with its value.",
                "Cell B3 holds the error #REF!: correct it, or leave the cell empty."]),
        ("ko", ["B2 셀에 수식이 있습니다. 수식은 읽지 않으므로 계산된 값으로 바꾸십시오.",
                "B3 셀에 오류(#REF!)가 있습니다. 바르게 고치거나 셀을 비우십시오."]),
    ],
)  # fmt: skip
def test_a_formula_and_an_error_are_said_with_their_cell(agency, language, said):
    agency.cookies["django_language"] = language
    page = html.unescape(send(agency, without_values(), name="rows.xlsx").content.decode())
    assert [each for each in said if each not in page] == []


def test_nothing_chosen_and_hostile_fields(agency):
    for given in ({}, {"content": "%%%", "name": "x.csv"}, {"content": "eA==", "name": "<script>.csv", "do": "apply"}):
        answer = agency.post(ADDRESS, given)
        assert answer.status_code == 422
        assert "<script>.csv" not in answer.content.decode()
    assert not Act.objects.exists()


def test_only_whoever_may_act_sees_the_page(agency, who_else):
    assert agency.get(ADDRESS).status_code == 200
    assert "/account/tables/of/register_organisation/" in agency.get("/acts/register_organisation/").content.decode()
    assert who_else.get(ADDRESS).status_code == 404
    assert send(who_else).status_code == 404
    assert Client().get(ADDRESS).status_code == 302
    assert agency.get("/account/tables/of/no_such/").status_code == 404


def test_the_empty_table_reads_back(agency):
    for form in ("csv", "xlsx"):
        answer = agency.get(f"{ADDRESS}empty.{form}")
        assert answer.headers["Content-Disposition"].endswith(f'.{form}"')
        assert "name.ko" in read_sheet(answer.content, form, where="file").columns


def test_a_long_table_is_left_to_a_worker_and_then_carried_out(agency, settings, book):
    settings.DURE_IMMEDIATE_ACTS = 1
    installed(book)
    answer = send(agency)
    assert answer.status_code == 302
    job = Job.objects.get()
    assert answer.url == f"/account/tables/{job.pk}/"
    assert "hx-get" in agency.get(answer.url).content.decode()
    do(job.pk)
    page = agency.get(answer.url).content.decode()
    assert f'action="{answer.url}apply/"' in page
    assert made() == 0
    first, second = (agency.post(f"{answer.url}apply/") for _time in range(2))
    assert first.url == second.url != answer.url
    do(int(first.url.split("/")[-2]))
    assert made() == 2
    done = agency.get(first.url).content.decode()
    assert "new-a" in done
    assert "/apply/" not in done
    assert first.url in agency.get(ADDRESS).content.decode()


def test_a_long_tables_faults_are_a_file_and_the_job_is_its_senders(agency, who_else, settings, book):
    settings.DURE_IMMEDIATE_ACTS = 1
    installed(book)
    here = send(agency, ROWS + b"c,,company\n").url
    do(Job.objects.get().pk)
    page = agency.get(here).content.decode()
    assert f'action="{here}apply/"' not in page
    sheet = read_sheet(agency.get(f"{here}faults.xlsx").content, "xlsx", where="faults")
    assert [list(line.cells.values())[:2] for line in sheet.lines] == [["4", "name_ko"]]
    for way in ("", "faults.xlsx"):
        assert who_else.get(f"{here}{way}").status_code == 404
    for way in ("apply/", "cancel/"):
        assert who_else.post(f"{here}{way}").status_code == 404


def test_an_act_that_asks_for_proof_asks_before_the_table_is_chosen(agency):
    grow_old(agency)
    answer = agency.get("/account/tables/of/record_payment/")
    assert (answer.status_code, answer.url) == (302, "/account/confirm/none/?next=%2Faccount%2Ftables%2Fof%2Frecord_payment%2F")
    kept = send(agency, b"invoice\nx\n", address="/account/tables/of/record_payment/")
    assert kept.status_code == 422
    assert base64.b64decode(carried(kept)["content"]) == b"invoice\nx\n"
    assert "/account/confirm/none/?next=%2Faccount%2Ftables%2Fof%2Frecord_payment%2F" in kept.content.decode()


@pytest.mark.parametrize(
    ("language", "said", "blank"),
    [("ko", "비워 두거나 같은 값을 되풀이하여", "(비움)"), ("en", "leave them blank in the rows below it, or repeat", "(blank)")],
)
def test_the_page_and_the_empty_table_say_how_rows_are_put_together(agency, language, said, blank):
    agency.cookies["django_language"] = language
    address = "/account/tables/of/record_survey_responses/"
    page = agency.get(address).content.decode()
    empty = agency.get(f"{address}empty.csv").content.decode()
    for each in (page, empty):
        assert said in each
        assert blank in each
        assert "survey-1" in each
    assert said not in agency.get(ADDRESS).content.decode()
