"""Anybody asks for an organisation to be registered; the agency looks at it, and confirms or refuses."""

import io
import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.utils import timezone

import factories as make
from database import refused
from dure.cycle.commands.registry import row_of
from dure.cycle.commands.rows import Context
from dure.cycle.commands.running import read_command, run
from dure.cycle.people import registrations
from dure.cycle.people.registrations import LARGEST_DOCUMENT, Upload
from dure.cycle.people.secrets import digest_of, unseal
from dure.formats.errors import BadInput, Refused
from dure.records.journal.models import Act
from dure.records.notifications.models import Mail, Notification
from dure.records.parties.models import Invitation, Organisation, Person
from dure.records.registrations.models import Content, Document, Registration
from people.steps import PASSWORD, browser, grow_old, inputs, log_in, person

pytestmark = pytest.mark.django_db
NUMBER, OTHER = "124-81-00998", "220-81-62517"  # both with the right check digit
PDF, PNG, JPEG = b"%PDF-1.7 x", b"\x89PNG\r\n\x1a\nx", b"\xff\xd8\xff\xe0x"
ASKED = {
    "name_ko": "남원대학교", "name_en": "Namwon University", "kind": "academia", "number": NUMBER, "address": "남원시 1",
    "desk": "applicant", "contact_name": "김담당", "contact_email": "kim@namwon.example",
}  # fmt: skip


def file(content=PDF, name="등록증.pdf"):
    return SimpleUploadedFile(name, content)


def asked(visitor=None, files=None, **changed):
    """What the form answers."""
    documents = [file()] if files is None else files
    return (visitor or browser()).post("/register/", {**ASKED, **changed, "documents": documents})


def request_of(book, number=NUMBER, **changed):
    """A request that came in without the form; returns its id."""
    plain = {key: value for key, value in ASKED.items() if not key.startswith("name_")}
    fields = {**plain, "name": {"ko": ASKED["name_ko"], "en": ASKED["name_en"]}, "number": number, "language": "ko", **changed}
    rules = registrations.rules_of(book, timezone.localdate())
    secret = registrations.ask(fields, [Upload("a.pdf", PDF)], rules=rules, by=None, at=timezone.now())
    return secret.digest[:16]


def carry_out(book, name, by, /, **given):
    row = row_of(name)
    return run(row, read_command(row, given), Context(book, by, timezone.now(), "script"))


def agency():
    person("ministry")
    return person("agency")


def test_from_the_form_to_the_first_log_in():
    officer, visitor = agency(), browser()
    page = visitor.get("/register/").content.decode()
    assert "000-00-00000" in page
    sent = asked(visitor, [file(), file(PNG, "편지.png"), file(JPEG, "a.jpg")])
    assert sent.status_code == 302, sent.content.decode()[-2000:]
    where = sent["Location"]
    assert "waits for the agency" in visitor.get(where).content.decode()
    kept = Registration.objects.get()
    assert (kept.number, kept.digest, kept.language) == ("1248100998", digest_of(where.split("/")[2]), "en")
    assert [each.media for each in kept.documents.all()] == ["application/pdf", "image/png", "image/jpeg"]
    assert Notification.objects.get(person=officer).kind == "registration_asked"
    received = Mail.objects.get(kind="registration_received")
    assert (received.to, unseal(received.enclosed)) == ("kim@namwon.example", where.split("/")[2])

    log_in(visitor, officer)
    assert "Namwon University" in visitor.get("/agency/registrations/?registrations-q=남원").content.decode()
    answer = visitor.post(f"/agency/registrations/{kept.pk}/", {"do": "confirm", "organisation": "namwon"})
    page = answer.content.decode()
    assert answer.status_code == 200, page[-2000:]
    made = Organisation.objects.get(pk="namwon")
    assert (made.name["ko"], made.number, made.kind) == ("남원대학교", "1248100998", "academia")
    assert [each.command for each in Act.objects.order_by("id")] == ["confirm_registration", "invite_person"]
    letter = Mail.objects.get(kind="invitation")
    link = f"/invitation/{unseal(letter.enclosed)}/"
    assert link in page
    assert Mail.objects.filter(kind="registration_confirmed", to="kim@namwon.example").count() == 1

    newcomer = browser()
    form = {"username": "kim", "password1": PASSWORD, "password2": PASSWORD, "by": "password"}
    assert newcomer.post(link, form).status_code == 302
    assert Person.objects.get(username="kim").organisations_at("applicant") == {"namwon"}
    assert "It is registered" in newcomer.get(where).content.decode()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"number": "124-81-00997"}, "check digit"),
        ({"number": "124-81-0099"}, "check digit"),
        ({"number": "000-00-00000"}, "check digit"),
        ({"number": "１２４８１００９９８"}, "check digit"),
        ({"kind": "consortium"}, "not one of the available choices"),
        ({"name_ko": "남원\u202e대학교"}, "cannot be seen"),
        ({"name_en": "Nam\u200bwon"}, "cannot be seen"),
        ({"contact_email": "kim@namwon.example\nBcc: a@b.c"}, "valid email"),
        ({"contact_name": ""}, "required"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(changed, said):
    answer = asked(**changed)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert (Registration.objects.count(), Content.objects.count(), Mail.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize(
    "files",
    [
        [],
        [file(b"<svg onload='x'/>", "a.png")],
        [file(b"MZ\x90", "a.pdf")],
        [file(b"x%PDF-1.7")],
        [file(), file(b"PK\x03\x04", "b.pdf")],
        [file(PDF + b"x" * LARGEST_DOCUMENT)],
        [file()] * 6,
    ],
    ids=["none", "svg", "program", "pdf behind something", "one of two", "too large", "six"],
)
def test_documents_are_told_by_their_first_bytes(files):
    for each in files:
        each.seek(0)
    answer = asked(files=files)
    assert answer.status_code == 422
    assert Document.objects.count() == 0


def test_what_was_typed_is_kept_where_a_number_is_wrong():
    page = inputs(asked(number="124-81-00997"))
    assert (page["name_ko"], page["contact_email"]) == (ASKED["name_ko"], ASKED["contact_email"])


def test_a_name_is_kept_in_one_form_of_its_letters():
    assert asked(name_ko="\u1102\u1161\u11b7\u110b\u116f\u11ab").status_code == 302
    assert Registration.objects.get().name["ko"] == "남원"


def test_a_document_is_handed_out_as_a_file_and_to_the_agency_alone():
    visitor = browser()
    asked(visitor, [file(b"%PDF-<script>alert(1)</script>", "../../x<b>.pdf")])
    kept = Registration.objects.get()
    assert kept.documents.get().name == "x<b>.pdf"
    address = f"/agency/registrations/{kept.pk}/documents/1/"
    assert visitor.get(address).status_code == 302
    for desk, status in (("ministry", 404), ("auditor", 404), ("agency", 200)):
        log_in(visitor := browser(), person(desk))
        answer = visitor.get(address)
        assert answer.status_code == status, desk
    assert answer["Content-Disposition"].startswith("attachment; ")
    assert (answer["X-Content-Type-Options"], answer["Content-Type"]) == ("nosniff", "application/octet-stream")
    assert answer.content == b"%PDF-<script>alert(1)</script>"
    assert visitor.get(f"/agency/registrations/{kept.pk}/documents/2/").status_code == 404


def test_the_same_document_is_kept_once():
    for number in (NUMBER, OTHER):
        assert asked(number=number).status_code == 302
    assert (Document.objects.count(), Content.objects.count()) == (2, 1)
    refused("content_has_its_digest", "INSERT INTO registrations_content VALUES (repeat('a', 64), 'x')")
    refused("only grows", "UPDATE registrations_content SET content = 'x'")


def test_a_refusal_needs_a_reason_and_is_read_by_the_asker(book):
    officer, visitor = agency(), browser()
    where = asked(visitor)["Location"]
    kept = Registration.objects.get()
    log_in(visitor, officer)
    assert visitor.post(f"/agency/registrations/{kept.pk}/", {"do": "refuse", "reason": " "}).status_code == 422
    assert visitor.post(f"/agency/registrations/{kept.pk}/", {"do": "refuse", "reason": "등록증이 흐립니다."}).status_code == 302
    assert "등록증이 흐립니다." in browser().get(where).content.decode()
    assert Mail.objects.filter(kind="registration_refused").count() == 1
    with pytest.raises(Refused) as error:
        carry_out(book, "confirm_registration", officer, registration=kept.pk, organisation="x")
    assert error.value.code == "not_now"
    refused("answered once", "UPDATE registrations_registration SET reason = 'x'")
    waiting = request_of(book, number=OTHER)
    refused("keeps .* as they are", "UPDATE registrations_registration SET number = 'x' WHERE id = %s", waiting)


def test_one_number_is_one_organisation(book):
    officer = agency()
    make.organisation(number="1248100998", id="known")
    assert "An organisation with this registration number is registered already" in asked().content.decode()
    with pytest.raises(BadInput) as error:
        request_of(book)
    assert error.value.code == "number_taken"
    with pytest.raises(BadInput) as error:
        carry_out(book, "register_organisation", officer, id="new", name={"ko": "새"}, kind="company", number=NUMBER)
    assert error.value.code == "number_taken"
    columns = 'name, kind, size, region, youth_led, domestic, "group", synthetic, number, joined'
    refused(
        "organisation_number_is_one_organisations",
        f"INSERT INTO parties_organisation (id, {columns}) SELECT 'second', {columns} FROM parties_organisation",  # noqa: S608
    )


class TestRaces:
    """Two officers, each in a transaction of their own."""

    pytestmark = pytest.mark.django_db(transaction=True)

    def test_of_two_registrations_of_one_number_one_becomes_an_organisation(self, book):
        """Both begin at the same moment; the constraint, not the check before it, says who was second."""
        officers = [person("agency"), person("agency")]
        requests = [request_of(book) for _officer in officers]
        start, came = threading.Barrier(2), []

        def confirm(officer, request):
            try:
                start.wait()
                carry_out(book, "confirm_registration", officer, registration=request, organisation=f"org-{request}")
                came.append("confirmed")
            except BadInput as error:
                came.append(error.detail.get("constraint") or error.code)
            finally:
                connections.close_all()

        runs = [threading.Thread(target=confirm, args=pair) for pair in zip(officers, requests, strict=True)]
        for each in runs:
            each.start()
        for each in runs:
            each.join()
        assert came.count("confirmed") == 1
        assert set(came) - {"confirmed"} <= {"number_taken", "organisation_number_is_one_organisations"}
        assert len(came) == 2
        assert Organisation.objects.filter(number="1248100998").count() == 1
        assert Registration.objects.filter(decided_at=None).count() == 1


def test_the_officer_sees_what_may_be_the_same(book):
    officer, visitor = agency(), browser()
    make.organisation(id="near", name={"ko": "(주)남원 대학교"})
    make.organisation(id="far", name={"ko": "남해대학교"})
    first, second = request_of(book), request_of(book, name={"ko": "Nаmwon"})  # the second letter is Cyrillic
    log_in(visitor, officer)
    page = visitor.get(f"/agency/registrations/{first}/").content.decode()
    assert 'href="/objects/organisation/near/"' in page
    assert 'href="/objects/organisation/far/"' not in page
    assert f"/agency/registrations/{second}/" in page, "another request with this number"
    assert "may imitate" not in page
    assert "CYRILLIC" in visitor.get(f"/agency/registrations/{second}/").content.decode()


def test_confirming_asks_for_a_recent_proof_and_invites_or_does_nothing(book):
    officer, visitor = agency(), browser()
    request = request_of(book)
    log_in(visitor, officer)
    grow_old(visitor)
    answer = visitor.post(f"/agency/registrations/{request}/", {"do": "confirm", "organisation": "namwon"})
    assert answer["Location"].startswith("/account/confirm/")
    assert (Organisation.objects.count(), Invitation.objects.count()) == (0, 0)
    log_in(visitor := browser(), officer)
    make.organisation(id="taken")
    assert visitor.post(f"/agency/registrations/{request}/", {"do": "confirm", "organisation": "taken"}).status_code == 422
    assert Registration.objects.get().decided_at is None


def test_requests_are_throttled_by_where_they_come_from(settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "register": "2/h/ip"}
    statuses = [asked(number="1").status_code for _attempt in range(3)]
    assert statuses == [422, 422, 429]


def test_a_wrong_address_of_a_request_tells_nothing():
    asked()
    assert browser().get("/register/nothing/").status_code == 404


def test_no_secret_of_a_link_stands_in_the_database():
    secret = asked()["Location"].split("/")[2]
    with connection.cursor() as cursor:
        for table in ("registrations_registration", "notifications_mail", "notifications_notification", "django_session"):
            cursor.execute(f"SELECT count(*) FROM {table} AS t WHERE t::text LIKE %s", [f"%{secret}%"])  # noqa: S608
            assert cursor.fetchone()[0] == 0, table


def test_large_pictures_are_read_from_their_temporary_files():
    picture = io.BytesIO(PNG + b"\0" * (4 * 1024 * 1024))
    picture.name = "a.png"
    assert asked(files=[picture]).status_code == 302
    assert Document.objects.get().size == 4 * 1024 * 1024 + len(PNG)
