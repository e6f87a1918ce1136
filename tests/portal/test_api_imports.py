"""Tables of commands by HTTP."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cycle.test_importing import without_values
from dure.cycle.commands import importing
from dure.formats.sheets import CONTENT_TYPES, read_sheet
from dure.records.journal.models import Act
from dure.records.parties.models import Organisation
from portal.api_callers import Caller, checked, people, token_of

ADDRESS = "/api/v1/imports/register_organisation"
ROWS = "id,name_ko,kind\na,가,company\nb,나,company\n".encode()


@pytest.fixture
def who(db):  # noqa: ARG001 - people are records
    return people()


def test_a_preview_then_all_rows(who):
    before = Organisation.objects.count()
    preview = who.by_agency.send(ADDRESS, ROWS, content_type="text/csv")
    assert (preview.value["applied"], preview.value["rows"], len(preview.value["made"])) == (False, 2, 2)
    assert Organisation.objects.count() == before
    done = who.by_agency.send(f"{ADDRESS}?apply=true", ROWS, content_type="text/csv", Idempotency_Key="monday")
    again = who.by_agency.send(f"{ADDRESS}?apply=true", ROWS, content_type="text/csv", Idempotency_Key="monday")
    assert (done.value["applied"], again.value["applied"]) == (True, True)
    assert Organisation.objects.count() == before + 2
    assert {act.via for act in Act.objects.all()} == {"import"}


def test_a_key_is_of_one_table(who):
    send = {"content_type": "text/csv", "Idempotency_Key": "monday"}
    first = who.by_agency.send(f"{ADDRESS}?apply=true", ROWS, **send)
    more = who.by_agency.send(f"{ADDRESS}?apply=true", ROWS + "c,다,company\n".encode(), **send)
    assert (more.status_code, more.value["code"]) == (422, "key_reused")
    assert not Organisation.objects.filter(pk="c").exists()
    again = who.by_agency.send(f"{ADDRESS}?apply=true", ROWS, **send)
    assert [each["result"] for each in again.value["made"]] == [each["result"] for each in first.value["made"]]


def test_a_file_of_a_form(who):
    file = SimpleUploadedFile("rows.csv", ROWS)
    answer = checked(who.by_agency.client.post(f"{ADDRESS}?apply=true", {"file": file}, headers=who.by_agency.headers))
    assert answer.value["applied"] is True
    for files in (
        {},
        {"file": file, "more": "text"},
        {"a": SimpleUploadedFile("a.csv", b"x"), "b": SimpleUploadedFile("b.csv", b"x")},
    ):
        assert checked(who.by_agency.client.post(ADDRESS, files, headers=who.by_agency.headers)).value["code"] == "bad_request"


def test_json_lines(who):
    lines = "\n".join(json.dumps({"id": id_, "name": {"ko": "가"}, "kind": "company"}) for id_ in "ab")
    assert who.by_agency.send(ADDRESS, lines, content_type="application/x-ndjson").value["rows"] == 2


def test_faults_keep_everything_back_and_are_all_named(who):
    before = Organisation.objects.count()
    answer = who.by_agency.send(f"{ADDRESS}?apply=true", ROWS + b"c,,company\na,x,y\n", content_type="text/csv")
    assert (answer.status_code, answer.value["code"]) == (422, "rows_refused")
    assert [(fault["line"], fault["column"]) for fault in answer.value["values"]["faults"]] == [(4, "name_ko")]
    assert Organisation.objects.count() == before


def test_where_a_table_was_left_is_said(who, monkeypatch):
    monkeypatch.setattr(importing, "MOST_REFUSED", 2)
    rows = b"id,name_ko,kind\n" + 5 * "a,가,company\n".encode()
    caller, said = Caller(token_of(who.agency, "register_organisation"), "en"), "rows 5 to 6 were not tried."
    previewed = caller.send(ADDRESS, rows, content_type="text/csv").value["stopped"]
    assert (previewed["refused"], previewed["first"], previewed["last"]) == (2, 5, 6)
    assert previewed["what"].endswith(said)
    refused = caller.send(f"{ADDRESS}?apply=true", rows, content_type="text/csv").value
    assert refused["values"]["stopped"] == previewed
    assert refused["what"].endswith(said)
    assert who.by_agency.send(ADDRESS, ROWS, content_type="text/csv").value["stopped"] is None


@pytest.mark.parametrize(
    ("language", "formula", "error"),
    [
        ("en", "cell B2 holds a formula, but only plain values are read: replace it with its value.",
         "cell B3 holds the error #REF!: correct it, or leave the cell empty."),
        ("ko", "B2 셀에 수식이 있습니다. 수식은 읽지 않으므로 계산된 값으로 바꾸십시오.",
         "B3 셀에 오류(#REF!)가 있습니다. 바르게 고치거나 셀을 비우십시오."),
    ],
)  # fmt: skip
def test_cells_without_a_value_are_faults_in_the_readers_language(who, language, formula, error):
    caller = Caller(token_of(who.agency, "register_organisation"), language)
    answer = caller.send(f"{ADDRESS}?apply=true", without_values(), content_type=CONTENT_TYPES["xlsx"])
    assert [(each["line"], each["column"], each["code"], each["what"]) for each in answer.value["values"]["faults"]] == [
        (2, "name_ko", "formula", formula), (3, "name_ko", "cell_error", error),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "what", "todo"),
    [("en", "The file is not in UTF-8.", "Save it as “CSV UTF-8” or as XLSX, and send it again."),
     ("ko", "파일이 UTF-8 형식이 아닙니다.", "‘CSV UTF-8’이나 XLSX로 저장하여 다시 보내십시오.")],
)  # fmt: skip
def test_a_table_of_another_coding_is_told_what_to_do(who, language, what, todo):
    caller = Caller(token_of(who.agency, "register_organisation"), language)
    answer = caller.send(ADDRESS, ROWS.decode().encode("cp949"), content_type="text/csv").value
    assert (answer["code"], answer["what"], answer["todo"]) == ("not_utf8", what, todo)


@pytest.mark.parametrize(
    ("raw", "kind", "query", "code"),
    [
        (ROWS, "text/plain", "", "content_type"),
        (ROWS, "application/json", "", "content_type"),
        (ROWS, "text/csv", "?apply=yes", "bad_parameter"),
        (ROWS, "text/csv", "?apply=true&apply=false", "bad_parameter"),
        (ROWS, "text/csv", "?colour=red", "bad_parameter"),
        (b"colour\nred\n", "text/csv", "", "unknown_column"),
        (b"PK\x03\x04", CONTENT_TYPES["xlsx"], "", "bad_file"),
        (b"--x\r\n", "multipart/form-data; boundary=x", "", "bad_request"),
        (b"x", "multipart/form-data", "", "bad_request"),
    ],
)
def test_what_is_no_table_gets_its_problem(who, raw, kind, query, code):
    assert who.by_agency.send(ADDRESS + query, raw, content_type=kind).value["code"] == code
    assert not Act.objects.exists()


def test_scope_desk_and_size_are_asked_first(who):
    assert Caller().send(ADDRESS, ROWS, content_type="text/csv").value["code"] == "unauthenticated"
    assert Caller(token_of(who.agency)).send(ADDRESS, ROWS, content_type="text/csv").value["code"] == "out_of_scope"
    assert who.by_applicant.send(ADDRESS, ROWS, content_type="text/csv").value["code"] == "not_permitted"
    answer = who.by_agency.send(ADDRESS, b"x", content_type="text/csv", Content_Length=str(11 * 2**20))
    assert answer.value["code"] == "too_large"


def test_templates_read_back(who):
    for form in ("csv", "xlsx"):
        answer = who.by_agency.client.get(f"{ADDRESS}?format={form}")
        assert answer.headers["Content-Disposition"].endswith(f'.{form}"')
        assert "name.ko" in read_sheet(answer.content, form, where="file").columns
    assert who.by_agency.get(f"{ADDRESS}?format=ods").value["code"] == "bad_parameter"
    assert who.by_agency.get("/api/v1/imports/no_such").value["code"] == "unknown_command"
