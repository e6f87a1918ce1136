"""Documents: handed in, attached while they can come, read by those who may, and kept once they were judged."""

import datetime as dt
import hashlib

import pytest
from django.db import connection

import papers
from database import refused
from dure.cycle.documents.attaching import _asked_since
from dure.cycle.documents.handing_in import KEPT, LARGEST, MOST_WAITING, forget_uploads, hand_in, handed_in
from dure.formats.errors import BadInput
from dure.records.allocation.models import Grant
from dure.records.documents import queries
from dure.records.documents.access import visible_documents
from dure.records.documents.models import Document, Upload
from dure.records.parties.models import Person
from world import NOW, PAPER, PDF, grant, moment, seat

DEADLINE = "2026-07-03"
ZIP, COMPOUND = b"PK\x03\x04" + bytes(30), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(30)


def person(name):
    return Person.objects.get(username=name)


def code_of(do):
    with pytest.raises(BadInput) as refused:
        do()
    return refused.value.code


def seen_by(name, at=NOW):
    return set(visible_documents(person(name), now=moment(at)).values_list("pk", flat=True))


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.pdf", PDF), ("계획서.HWP", COMPOUND), ("b.hwpx", ZIP), ("c.docx", ZIP), ("d.png", b"\x89PNG\r\n\x1a\n-")],
)
@pytest.mark.usefixtures("world")
def test_what_offices_write_is_taken(name, content):
    made = hand_in(person("lab-1"), name, content, at=moment(NOW))
    assert (made.name, made.size, made.digest) == (name, len(content), hashlib.sha256(content).hexdigest())


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.exe", b"MZ" + bytes(9), "not_a_document"), ("a.pdf", b"<html>", "not_a_document"),
        ("a.html", PDF, "not_a_document"), ("a.pdf", b"", "empty_file"), ("pdf", PDF, "not_a_document"),
        ("a.docx", PDF, "not_a_document"), ("a.pdf", PDF + bytes(LARGEST), "document_too_large"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("world")
def test_anything_else_is_refused(name, content, code):
    assert code_of(lambda: hand_in(person("lab-1"), name, content, at=moment(NOW))) == code
    assert not Upload.objects.exists()


@pytest.mark.usefixtures("world")
def test_a_name_is_no_path_and_shows_what_it_is():
    made = hand_in(person("lab-1"), "..\\..\\etc/pass\u202egnp.exe\n.pdf", PDF, at=moment(NOW))
    assert made.name == "pass gnp.exe .pdf"


@pytest.mark.usefixtures("world")
def test_it_waits_for_a_day_and_for_its_sender_alone():
    digest, late = papers.handed_in("lab-1"), moment(NOW) + KEPT + dt.timedelta(seconds=1)
    assert handed_in(person("lab-1"), digest, at=moment(NOW)) is not None
    assert handed_in(person("firm-1"), digest, at=moment(NOW)) is None
    assert handed_in(person("lab-1"), digest, at=late) is None
    assert (forget_uploads(moment(NOW)), forget_uploads(late)) == (0, 1)


@pytest.mark.usefixtures("world")
def test_nobody_fills_the_disk():
    for number in range(MOST_WAITING):
        hand_in(person("lab-1"), "a.pdf", PDF + b"%d" % number, at=moment(NOW))
    assert hand_in(person("lab-1"), "again.pdf", PDF + b"0", at=moment(NOW)).name == "again.pdf"
    assert code_of(lambda: hand_in(person("lab-1"), "a.pdf", PDF, at=moment(NOW))) == "too_many_uploads"


def test_an_application_takes_documents_until_the_deadline(world):
    document = papers.attached(world)
    assert document == "application/papers/1"
    assert (Upload.objects.filter(person=person("lab-1")).count(), queries.content_of(queries.document(document))) == (0, PDF)
    papers.handed_in("lab-1")
    again = {"by": "lab-1", "application": "papers", **PAPER}
    assert code_of(lambda: world.act("attach_to_application", NOW, **again)) == "attached_already"
    world.act("remove_document", NOW, by="lab-1", document=document)
    assert world.act("attach_to_application", NOW, **again) == "application/papers/2"
    assert Document.objects.get(pk=document).removed_at == moment(NOW)
    late = {"by": "lab-1", "document": "application/papers/2"}
    assert code_of(lambda: world.act("remove_document", DEADLINE, **late)) == "not_now"
    assert code_of(lambda: world.act("remove_document", NOW, by="lab-1", document=document)) == "not_yours", "it is gone"


def test_a_file_that_another_handed_in_is_not_taken(world):
    papers.applied(world)
    papers.handed_in("firm-1")
    assert code_of(lambda: world.act("attach_to_application", NOW, by="lab-1", application="papers", **PAPER)) == "no_file"


def test_its_organisation_the_offices_and_the_panel_after_the_deadline_read_it(world):
    document = papers.attached(world)
    assert all(document in seen_by(name) for name in ("lab-1", "agency-1", "ministry-1", "operator-1", "auditor-1"))
    assert not any(document in seen_by(name) for name in ("firm-1", "alpha-1", "reviewer-1", "nobody"))
    seat(world, "panel-users-2", "application", "users-2", DEADLINE)
    assert document not in seen_by("reviewer-1"), "the call is open"
    assert document in seen_by("reviewer-1", DEADLINE)
    conflict = {"panel": "panel-users-2", "evaluator": "e1", "item": "papers", "reason": "이해관계"}
    world.act("declare_conflict", DEADLINE, by="reviewer-1", **conflict)
    assert document not in seen_by("reviewer-1", DEADLINE), "they stepped back"


def test_what_supports_an_answer_stays_once_it_is_judged(world):
    document = papers.supported(world)
    assert document in seen_by("institute-1")
    assert not {document} & seen_by("alpha-1"), "the provider of the servers reads no answer"
    world.act("answer_notice", NOW, by="institute-1", grant=grant("a-institute"), answer="준비 중")
    second = papers.handed_in("institute-1", content=PDF + b"2")
    world.act("attach_to_grant", NOW, by="institute-1", **{**papers.ANSWER, "file": second})
    world.act("judge_answer", NOW, grant=grant("a-institute"), accepted=True)
    assert code_of(lambda: world.act("remove_document", NOW, by="institute-1", document=document)) == "not_now"
    papers.handed_in("institute-1", content=PDF + b"3")
    assert code_of(lambda: world.act("attach_to_grant", NOW, by="institute-1", **papers.ANSWER)) == "not_now"


def asked_by_the_database(grant, part):
    with connection.cursor() as cursor:
        cursor.execute("SELECT documents_asked_since(%s, %s)", [grant.pk, part])
        return cursor.fetchone()[0]


def test_the_database_knows_as_the_commands_do_what_a_grant_is_asked(world):
    of_institute = {"by": "institute-1", "grant": grant("a-institute")}
    seen = set()
    for step in (
        (), ("answer_notice", {"answer": "준비 중", **of_institute}), ("open_appeal", {"text": "이의", **of_institute}),
        ("close_appeal", {"grant": grant("a-institute"), "upheld": True, "finding": "인용"}),
        ("close_appeal", {"grant": grant("a-firm"), "upheld": False, "finding": "기각"}),
        ("judge_answer", {"grant": grant("a-firm"), "accepted": False}),
        ("submit_report", {"by": "firm-1", "grant": grant("a-firm"), "due_on": "2026-06-15", "text": "보고"}),
    ):  # fmt: skip
        if step:
            world.act(step[0], NOW, **step[1])
        for each in Grant.objects.all():
            for part in ("answer", "appeal", "report"):
                said = _asked_since(each, part)
                assert asked_by_the_database(each, part) == said, (step, each, part)
                seen.add((part, said is None))
    assert len(seen) == 6, "each is asked of some and not of others"


def test_a_document_of_a_call_is_everybodys(world):
    document = papers.published(world)
    assert all(document in seen_by(name) for name in ("lab-1", "alpha-1", "reviewer-1", "nobody"))
    assert code_of(lambda: world.act("remove_document", NOW, by="lab-1", document=document)) == "not_yours"
    world.act("unpublish_document", NOW, document=document)
    assert not {document} & seen_by("agency-1")


def test_the_agency_takes_no_document_of_others_away(world):
    document = papers.attached(world)
    assert code_of(lambda: world.act("unpublish_document", NOW, document=document)) == "not_yours"
    assert code_of(lambda: world.act("remove_document", NOW, document=document)) == "not_permitted"


def test_a_document_stays_as_it_came_for_the_owner_too(world):
    document = papers.attached(world)
    for column, value in (("title", "'x'"), ("content", "'x'"), ("digest", "repeat('a', 64)"), ("subject", "'a-lab'"),
                          ("organisation_id", "'firm'"), ("attached_at", "now()")):  # fmt: skip
        refused("keeps .* as they are", f"UPDATE documents_document SET {column} = {value} WHERE id = %s", document)  # noqa: S608
    refused("keeps rows as they are", "DELETE FROM documents_document WHERE id = %s", document)
    refused("keeps rows as they are", "TRUNCATE documents_document")
