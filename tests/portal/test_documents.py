"""Documents through pages and API: chosen in a form, listed on the page of their subject, handed out as files."""

import json
import re
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

import papers
from dure.portal.kit.downloads import as_sent
from dure.portal.kit.wording.numbers import size
from dure.records.documents.models import LARGEST, Document, Upload
from dure.records.journal.models import Act
from dure.records.parties.models import Person
from portal.api_callers import Caller, token_of
from world import NOW, PAPER, PDF, moment

ATTACH = "/acts/attach_to_application/?application=papers"
ID = "application/papers/1"
HIDDEN = re.compile(r'<input type="hidden" name="([a-z-]+)" value="([^"]*)">')


@pytest.fixture(autouse=True)
def rights_of_the_app():
    """Not here: it plays the past, which the owner alone may."""


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: moment(NOW))


def client_of(name, language="ko"):
    client = Client()
    client.force_login(Person.objects.get(username=name))
    client.cookies["django_language"] = language
    return client


def sent(client, **fields):
    """The form as a browser sends it."""
    hidden = dict(HIDDEN.findall(client.get(ATTACH).content.decode()))
    return client.post(ATTACH, {**hidden, "application": "papers", "title": "연구계획서", **fields})


def file(content=PDF, name="연구 계획서.pdf"):
    return SimpleUploadedFile(name, content)


def text(response):
    return " ".join(re.sub("<[^>]+>", " ", response.content.decode()).split())


def test_a_file_is_chosen_checked_and_attached(world):
    papers.applied(world)
    client = client_of("lab-1")
    assert 'enctype="multipart/form-data"' in client.get(ATTACH).content.decode()
    checked = sent(client, file=file(), do="check")
    assert checked.status_code == 200
    assert "연구 계획서.pdf · 15바이트" in text(checked)
    hidden = dict(HIDDEN.findall(checked.content.decode()))
    done = client.post(ATTACH, {**hidden, "do": "confirm"}, follow=True)
    assert done.status_code == 200
    (document,) = Document.objects.filter(subject="papers")
    assert (document.pk, document.name, document.title, Upload.objects.count()) == (ID, "연구 계획서.pdf", "연구계획서", 0)
    for path in ("/objects/application/papers/", "/applicant/applications/papers/"):
        said = text(client.get(path))
        assert "연구계획서" in said, path
        assert "연구 계획서.pdf" in said, path


def test_what_is_wrong_with_a_file_is_said_and_the_rest_is_kept(world):
    papers.applied(world)
    client = client_of("lab-1")
    refused = sent(client, file=file(b"MZ"), do="check")
    assert refused.status_code == 422
    assert "PDF, 그림, 문서(HWP·HWPX·DOCX·XLSX 등), ZIP 파일을 첨부하십시오." in text(refused)
    assert 'value="연구계획서"' in refused.content.decode()
    assert "파일이 비어 있습니다. 다시 선택하거나, 먼저 다시 저장하십시오." in text(sent(client, file=file(b""), do="check"))
    assert "10MB보다 큽니다" in text(sent(client, file=file(bytes(LARGEST + 1)), do="check"))
    assert "입력하십시오" in text(sent(client, do="check"))


def test_a_file_that_came_with_a_faulty_form_is_not_asked_for_again(world):
    papers.applied(world)
    client = client_of("lab-1")
    again = sent(client, file=file(), title="", do="check")
    assert again.status_code == 422
    assert "연구 계획서.pdf" in text(again)
    assert f'name="file" value="{PAPER["file"]}"' in again.content.decode()


def test_a_file_that_was_lost_with_the_session_is_asked_for_again(world):
    papers.applied(world)
    client = client_of("lab-1", "en")
    hidden = dict(HIDDEN.findall(client.get(ATTACH).content.decode()))
    client.logout()
    gone = client.post(ATTACH, {**hidden, "application": "papers", "title": "연구계획서", "file": file(), "do": "check"})
    assert "/login/" in gone["Location"]
    client.force_login(Person.objects.get(username="lab-1"))
    client.cookies["django_language"] = "en"
    page = client.get(ATTACH)
    assert 'value="연구계획서"' in page.content.decode()
    assert "What you had typed is here again. Files are not kept: choose yours again." in text(page)
    assert re.search(r'id="f-file-help">Choose the file again', page.content.decode())
    assert "choose yours again" not in text(client.get(ATTACH))


def test_a_file_of_a_draft_that_is_kept_no_longer_is_asked_for_again(world):
    papers.applied(world)
    client = client_of("lab-1", "en")
    sent(client, file=file(), do="save")
    assert "Choose the file again" not in text(client.get(ATTACH))
    Upload.objects.all().delete()
    assert "Choose the file again" in text(client.get(ATTACH))


def done(client, act):
    return client.get(f"/acts/done/{Act.objects.filter(command=act).order_by('pk').last().pk}/")


def facts(page):
    """What a page says was done: each term with what stands beside it."""
    return [
        tuple(re.sub("<[^>]+>", "", each).strip() for each in pair)
        for pair in re.findall(r"<dt>(.*?)</dt><dd[^>]*>(.*?)</dd>", page.content.decode(), re.DOTALL)
    ]


def test_what_was_attached_is_said_by_its_name_and_size_and_once(world):
    papers.attached(world)
    page = done(client_of("lab-1", "en"), "attach_to_application")
    said = facts(page)
    assert ("File", "plan.pdf · 15 bytes") in said
    assert PAPER["file"] not in text(page)
    assert [label for label, _value in said].count("Application") == 1
    assert "/acts/remove_document/?document=application%2Fpapers%2F1" in page.content.decode()


def test_what_was_taken_away_is_said_by_its_title(world):
    world.act("unpublish_document", NOW, document=papers.published(world))
    page = done(client_of("agency-1", "en"), "unpublish_document")
    assert ("Document", PAPER["title"]) in facts(page)
    assert "user_call/users-2/1" not in text(page)


def test_a_publication_is_taken_back_by_one_link(world):
    document = papers.published(world)
    client = client_of("agency-1", "en")
    (link,) = re.findall(r'href="(/acts/unpublish_document/[^"]*)"', done(client, "publish_with_user_call").content.decode())
    assert link == f"/acts/unpublish_document/?document={quote(document, safe='')}"
    assert f'value="{document}" selected' in client.get(link).content.decode()


def test_what_was_left_out_is_not_said_once_it_is_done(world):
    world.act("answer_notice", NOW, by="institute-1", grant=papers.ANSWER["grant"], answer="다시 씁니다")
    said = facts(done(client_of("institute-1", "en"), "answer_notice"))
    assert [value for _label, value in said if value == "Nothing"] == []


@pytest.mark.parametrize(
    ("value", "english", "korean"),
    [(1, "1 byte", "1바이트"), (999, "999 bytes", "999바이트"), (1_000, "1 kB", "1kB"), (15_490, "15.4 kB", "15.4kB"),
     (9_999_999, "9.9 MB", "9.9MB"), (LARGEST, "10 MB", "10MB"), (1_234_500_000, "1,234.5 MB", "1,234.5MB")],
)  # fmt: skip
def test_sizes_are_said_in_the_units_of_their_limits(value, english, korean):
    for language, said in (("en", english), ("ko", korean)):
        with override(language):
            assert size(value) == said


def test_a_file_is_handed_out_and_never_opened_within_the_portal(world):
    papers.attached(world)
    found = client_of("lab-1").get(f"/documents/{ID}/")
    assert found.content == PDF
    assert found.headers["Content-Type"] == "application/octet-stream"
    assert found.headers["Content-Disposition"] == "attachment; filename*=UTF-8''plan.pdf"
    assert found.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in found.headers["Content-Security-Policy"]
    assert "no-store" in found.headers["Cache-Control"]
    assert Client().get(f"/documents/{ID}/").status_code == 404
    for stranger in ("firm-1", "alpha-1", "reviewer-1"):
        assert client_of(stranger).get(f"/documents/{ID}/").status_code == 404, stranger


def test_no_name_is_more_than_a_name():
    found = as_sent(PDF, name='../계획".pdf\r\nSet-Cookie: a=b', personal=False)
    named = "..%2F%EA%B3%84%ED%9A%8D%22.pdf%0D%0ASet-Cookie%3A%20a%3Db"
    assert found.headers["Content-Disposition"] == f"attachment; filename*=UTF-8''{named}"
    assert (found.headers["Content-Type"], found.headers["Cache-Control"]) == ("application/octet-stream", "no-cache")


def test_what_is_published_everybody_reads_without_a_log_in(world):
    document = papers.published(world)
    assert "연구계획서" in text(Client().get(reverse("public:user_call", kwargs={"user_call_id": "users-2"})))
    assert Client().get(f"/documents/{document}/").content == PDF + b"2"
    world.act("unpublish_document", NOW, document=document)
    assert Client().get(f"/documents/{document}/").status_code == 404


def test_a_program_hands_in_attaches_and_reads(world):
    papers.applied(world)
    token = token_of(Person.objects.get(username="lab-1"), "attach_to_application")
    client, bearer = Client(), {"HTTP_AUTHORIZATION": f"Bearer {token}"}
    made = client.post("/api/v1/uploads", {"file": file()}, **bearer)
    assert made.status_code == 201
    assert json.loads(made.content)["sha256"] == PAPER["file"]
    done = Caller(token).act("attach_to_application", {"application": "papers", **PAPER})
    assert done.status_code == 200, done.content
    assert json.loads(done.content)["result"] == ID
    (listed,) = json.loads(client.get("/api/v1/documents?subject=papers", **bearer).content)["items"]
    assert (listed["id"], listed["digest"], listed["name"]) == (ID, PAPER["file"], "연구 계획서.pdf")
    handed_out = client.get(f"/api/v1/documents/{ID}/content", **bearer)
    assert handed_out.content == PDF
    assert (handed_out.headers["X-Content-Type-Options"], handed_out.headers["Cache-Control"]) == ("nosniff", "no-store, private")
    assert json.loads(client.get(f"/api/v1/documents/{ID}", **bearer).content)["size"] == len(PDF)


@pytest.mark.usefixtures("world")
def test_a_program_without_such_an_act_hands_nothing_in():
    tokens = token_of(Person.objects.get(username="lab-1"), "submit_report"), token_of(Person.objects.get(username="alpha-1"))
    for token in tokens:
        refused = Client().post("/api/v1/uploads", {"file": file()}, HTTP_AUTHORIZATION=f"Bearer {token}")
        assert refused.status_code == 403
    assert Client().post("/api/v1/uploads", {"file": file()}).status_code == 401
    assert not Upload.objects.exists()
