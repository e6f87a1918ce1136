"""Row-level security over real log-ins: a file that waits for its act exists for its sender alone, until it is forgotten."""

import datetime as dt

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.utils import timezone

import papers
from dure.__main__ import main
from dure.cycle.documents.handing_in import forget_uploads
from dure.records.documents.models import Upload
from dure.records.journal.readers import read_as
from dure.records.parties.models import Person
from logins import as_login, logged_in
from logins import read_as as named
from portal.api_callers import token_of
from world import PDF, application_of

WAITING = "SELECT p.username FROM documents_upload u JOIN parties_person p ON p.id = u.person_id ORDER BY 1"
DAY = dt.timedelta(days=1)


@pytest.fixture(scope="module")
def uploads(bounded):
    """Two people's files wait, and one of each is a day old and was never attached."""
    now = timezone.now()
    papers.handed_in("lab-1", "firm-1", at=now)
    papers.handed_in("lab-1", "firm-1", content=PDF + b"late", at=now - DAY - dt.timedelta(minutes=1))
    return bounded


def seen(opened):
    return [name for (name,) in opened.execute(WAITING).fetchall()]


@pytest.mark.usefixtures("uploads")
def test_a_file_that_waits_exists_for_its_sender_only():
    with logged_in("app") as app:
        assert seen(app) == [], "nobody's"
        for name, expected in (("lab-1", ["lab-1"] * 2), ("firm-1", ["firm-1"] * 2), ("agency-1", []), ("auditor-1", [])):
            named(app, name)
            assert seen(app) == expected, name


@pytest.mark.usefixtures("uploads")
def test_the_app_takes_away_and_renames_those_of_its_reader_only():
    with logged_in("app") as app:
        named(app, "lab-1")
        assert app.execute("UPDATE documents_upload SET name = 'x.pdf'").rowcount == 2
        assert app.execute("DELETE FROM documents_upload").rowcount == 2
        named(app, "firm-1")
        assert seen(app) == ["firm-1"] * 2
        named(app, "agency-1")
        assert app.execute("DELETE FROM documents_upload").rowcount == 0


@pytest.mark.usefixtures("uploads")
def test_nobody_hands_in_for_another():
    copied = (
        "INSERT INTO documents_upload (name, media, size, digest, content, handed_in_at, person_id) "
        "SELECT name, media, 1, encode(sha256('x'), 'hex'), 'x', now(), "
        "(SELECT id FROM parties_person WHERE username = 'firm-1') FROM documents_upload LIMIT 1"
    )
    with logged_in("app") as app:
        named(app, "lab-1")
        with pytest.raises(psycopg.Error, match="violates row-level security"):
            app.execute(copied)


@pytest.mark.usefixtures("uploads")
def test_the_app_is_no_worker_under_another_search_path():
    with logged_in("app") as app:
        named(app, "agency-1")
        app.execute("SET search_path = pg_catalog")
        assert app.execute("SELECT count(*) FROM public.documents_upload").fetchone() == (0,)
        assert app.execute("DELETE FROM public.documents_upload").rowcount == 0


@pytest.mark.usefixtures("uploads")
def test_the_worker_sees_and_forgets_what_is_a_day_old():
    with logged_in("worker") as worker:
        assert seen(worker) == ["firm-1", "lab-1"]
        assert worker.execute("DELETE FROM documents_upload").rowcount == 2
    now = timezone.now()
    with as_login("app"):
        read_as(Person.objects.get(username="agency-1"))
        assert forget_uploads(now) == 0
    with as_login("worker"):
        assert forget_uploads(now) == 2
    assert sorted(Upload.objects.values_list("person__username", flat=True)) == ["firm-1", "lab-1"], "these still wait"


@pytest.mark.usefixtures("uploads")
def test_a_program_hands_in_for_its_owner_and_the_same_file_again_under_another_name():
    token = token_of(Person.objects.get(username="maker-1"), "attach_to_application")
    with as_login("app"):
        for name in ("plan.pdf", "the same.pdf"):
            sent = {"file": SimpleUploadedFile(name, PDF)}
            made = Client().post("/api/v1/uploads", sent, headers={"Authorization": f"Bearer {token}"})
            assert made.status_code == 201, made.content.decode()
        assert not Upload.objects.exists(), "nobody's once the request has ended"
    assert Upload.objects.get(person__username="maker-1").name == "the same.pdf"
    assert Upload.objects.filter(person__username="maker-1").delete()[0] == 1


def test_who_acts_by_command_line_hands_in_what_they_attach(uploads, tmp_path, capsys):
    now = timezone.now()
    open_now = {"opens_at": (now - DAY).isoformat(), "closes_at": (now + DAY).isoformat()}
    (act := tmp_path / "act.json").write_text('{"application": "now", "title": "연구계획서"}')
    (plan := tmp_path / "plan.pdf").write_bytes(PDF + b"now")
    with as_login("app"), transaction.atomic():
        uploads.act("open_user_call", now, id="users-now", title={"ko": "공모"}, **open_now)
        uploads.act("submit_application", now, by="lab-1", **application_of("users-now", "now", "lab"))
        assert main(["act", "attach_to_application", str(act), "--as", "lab-1", "--file", str(plan)]) == 0
        assert '"application/now/1"' in capsys.readouterr().out
        transaction.set_rollback(True)
