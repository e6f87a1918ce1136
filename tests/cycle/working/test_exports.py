"""Files that workers make: what was asked for and no more, by the asker's own rights, once, and for the asker alone."""

import datetime as dt
import os
import signal
import threading
import tracemalloc

import pytest
from django.db import close_old_connections, connection
from django.test import Client
from django.utils import timezone

import factories as make
from cycle.working.keeper import ended, working
from cycle.working.test_workers import address, alive, installed
from dure.cycle.working import files as kept
from dure.cycle.working.doing import do
from dure.formats.errors import read_stated
from dure.records.files import queries as files
from dure.records.files.models import Chunk, File
from dure.records.notifications.models import Notification
from dure.records.parties import actions as parties
from dure.records.parties.models import Organisation, Role
from dure.records.readings.models import Reading
from dure.records.work import queries
from dure.records.work.models import Job
from portal.api_callers import Caller, people, token_of
from portal.hold import hold
from serving.running import until

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/agency/applications/"
ALL = f"{LIST}?applications-sector=academia&applications-sort=-servers&applications-cols=id&applications-cols=title&other=1"


@pytest.fixture(autouse=True)
def few_rows(settings, book):
    """A list of more than ten rows is long."""
    settings.DURE_IMMEDIATE_ROWS = 10
    installed(book)


@pytest.fixture
def sixty():
    call, organisation = make.user_call(), make.organisation()
    return [
        make.application(
            call, organisation, id=f"app-{n:03d}", title=f"언어 모델 {n}", servers=1 + n % 4,
            sector=("academia", "research")[n % 2],
        )
        for n in range(60)
    ]  # fmt: skip


def visitor(person, language="en"):
    made = Client()
    made.cookies["django_language"] = language
    made.force_login(person)
    return made


def asked(client, form="csv", query=ALL):
    """The job of the page to which somebody is led who asks for all rows."""
    key = query.split("/")[2] if query.startswith("/agency/") else "applications"
    answer = client.get(f"{query}&{key}-format={form}&{key}-rows=all")
    assert (answer.status_code, answer.url.startswith("/account/files/")) == (302, True)
    return Job.objects.get(pk=int(answer.url.rstrip("/").rpartition("/")[2]))


def saved(client, job):
    answer = client.get(f"/account/files/{job.pk}/content")
    assert answer.status_code == 200
    return answer, b"".join(answer.streaming_content)


def page(client, job):
    return client.get(f"/account/files/{job.pk}/")


@pytest.mark.usefixtures("sixty")
@pytest.mark.parametrize("form", ["csv", "json", "xlsx"])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_it_holds_to_the_byte_what_the_same_person_gets_at_once(settings, form, language):
    client = visitor(make.the("agency"), language)
    job = asked(client, form)
    do(job.pk)
    answer, content = saved(client, job)
    settings.DURE_IMMEDIATE_ROWS = 1000
    directly = client.get(f"{ALL}&applications-format={form}&applications-rows=all")
    assert content == b"".join(directly.streaming_content)
    for header in ("Content-Type", "Content-Disposition"):
        assert answer.headers[header] == directly.headers[header]
    assert int(answer.headers["Content-Length"]) == len(content)
    job.refresh_from_db()
    assert (job.outcome["rows"], job.outcome["size"]) == (30, len(content))


def test_who_takes_people_along_says_why_and_is_on_record_once_the_file_is_there():
    officer, others = make.the("agency"), [make.person("reviewer") for _ in range(12)]
    client, address = visitor(officer), "/agency/people/?people-format=csv&people-rows=all"
    assert b"reason" in client.get(address).content
    answer = client.post(address, {"reason": "감사 자료로 씁니다."})
    assert (answer.status_code, Reading.objects.count()) == (302, 0), answer.content
    job = Job.objects.get(pk=int(answer.url.rstrip("/").rpartition("/")[2]))
    do(job.pk)
    reading = Reading.objects.get()
    assert (reading.reader, reading.reason, reading.whole, reading.form) == (officer, "감사 자료로 씁니다.", True, "csv")
    assert reading.count >= len(others)
    assert others[3].username in saved(client, job)[1].decode()


@pytest.mark.usefixtures("sixty")
def test_a_short_list_needs_no_worker():
    client = visitor(make.the("agency"))
    few = client.get(f"{LIST}?applications-q=app-00&applications-format=csv&applications-rows=all")
    assert few.streaming
    assert client.get(f"{ALL}&applications-format=csv").streaming, "a page is short"
    assert not Job.objects.exists()


@pytest.mark.usefixtures("sixty")
def test_pressed_twice_it_is_made_once_and_two_people_have_two():
    agency = visitor(make.the("agency"))
    first = asked(agency)
    assert asked(agency) == first
    assert asked(visitor(make.person("agency"))) != first
    do(first.pk)
    assert asked(agency) != first, "once it is made, asking again makes it of what the records hold then"


@pytest.mark.usefixtures("sixty")
def test_pressed_at_the_same_moment_by_many_it_is_made_once():
    client, start, found = visitor(make.the("agency")), threading.Barrier(6), []

    def press():
        try:
            start.wait()
            found.append(asked(client).pk)
        finally:
            close_old_connections()
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(found) == 6
    assert len(set(found)) == Job.objects.count() == 1


@pytest.mark.usefixtures("sixty")
def test_it_is_the_askers_alone():
    """Not even those have it who see everybody's jobs, or who sit at the same desk."""
    mine = visitor(make.the("agency"))
    job = asked(mine)
    do(job.pk)
    for other in (make.person("agency"), make.the("auditor"), make.the("operator"), make.the("ministry")):
        for way in ("", "content"):
            assert visitor(other).get(f"/account/files/{job.pk}/{way}").status_code == 404
        assert visitor(other).post(f"/account/files/{job.pk}/cancel/").status_code == 404
        assert b"applications.csv" not in visitor(other).get("/account/files/").content
    assert Client().get(f"/account/files/{job.pk}/content").status_code == 302
    assert b"applications.csv" in mine.get("/account/files/").content
    assert saved(mine, job)


@pytest.mark.usefixtures("sixty")
def test_whoever_may_no_longer_read_it_when_it_is_made_has_nothing():
    person = make.the("agency")
    job = asked(visitor(person))
    Role.objects.filter(person=person).update(ended_at=timezone.now() - dt.timedelta(minutes=1))
    do(job.pk)
    job.refresh_from_db()
    assert read_stated(job.failure).code == "no_longer_yours"
    assert not File.objects.exists()
    assert b"not yours to read any more" in page(visitor(person), job).content


@pytest.mark.usefixtures("sixty")
def test_whoever_loses_the_desk_loses_the_file():
    person = make.the("agency")
    client = visitor(person)
    job = asked(client)
    do(job.pk)
    assert saved(client, job)
    Role.objects.filter(person=person).update(ended_at=timezone.now() - dt.timedelta(minutes=1))
    assert page(client, job).status_code == 410
    assert client.get(f"/account/files/{job.pk}/content").status_code == 302
    assert Caller(token_of(person)).get(f"/api/v1/jobs/{job.pk}/result").value["code"] == "file_gone"


def test_what_became_anothers_meanwhile_is_not_in_it(sixty):
    """Somebody acted for two organisations when they asked, and acts for one of them when it is made."""
    person = make.person("applicant", organisation=sixty[0].organisation)
    other = make.organisation()
    parties.give_role(person=person, desk="applicant", organisation=other, at=make.START)
    mine = {each.pk for each in sixty}
    theirs = {make.application(sixty[0].user_call, other, id=f"other-{n}").pk for n in range(12)}
    before = asked(visitor(person), query="/applicant/?x=1")
    do(before.pk)
    assert found_in(visitor(person), before, mine | theirs) == mine | theirs
    after = asked(visitor(person), query="/applicant/?x=1")
    Role.objects.filter(person=person, organisation=other).update(ended_at=timezone.now() - dt.timedelta(minutes=1))
    do(after.pk)
    assert found_in(visitor(person), after, mine | theirs) == mine


def found_in(client, job, ids):
    text = saved(client, job)[1].decode()
    return {each for each in ids if f"{each}," in text}


@pytest.mark.usefixtures("sixty")
def test_a_saved_view_is_the_one_that_was_on_screen():
    client = visitor(make.the("agency"))
    client.post(LIST, {"list": "applications", "name": "mine", "query": "applications-sector=academia"})
    view = client.get(LIST).content.decode().partition("applications-view=")[2].partition('"')[0]
    job = asked(client, query=f"{LIST}?applications-view={view}")
    client.post(LIST, {"list": "applications", "forget": view})
    do(job.pk)
    assert Job.objects.get(pk=job.pk).outcome["rows"] == 30


@pytest.mark.usefixtures("sixty")
def test_it_is_forgotten_in_time_and_its_page_makes_it_again():
    client = visitor(make.the("agency"))
    job = asked(client)
    do(job.pk)
    assert page(client, job).status_code == 200
    File.objects.update(made_at=timezone.now() - dt.timedelta(days=8), until=timezone.now() - dt.timedelta(days=1))
    gone = page(client, job)
    assert (gone.status_code, "Make it again" in gone.content.decode()) == (410, True)
    assert client.get(f"/account/files/{job.pk}/content").status_code == 302
    assert kept.forget_files() == 1
    assert not Chunk.objects.exists()
    assert page(client, job).status_code == 410
    again = client.get(gone.context["again_href"])
    assert again.status_code == 302
    assert again.url != f"/account/files/{job.pk}/"


@pytest.mark.usefixtures("sixty")
def test_a_file_whose_pieces_no_backup_kept_is_gone_and_is_never_sent_in_part():
    client = visitor(make.the("agency"))
    job = asked(client)
    do(job.pk)
    Chunk.objects.all().delete()
    assert page(client, job).status_code == 410
    assert client.get(f"/account/files/{job.pk}/content").status_code == 302


def test_cancelled_before_it_begins_there_is_nothing(sixty):
    client = visitor(make.the("agency"))
    job = asked(client)
    client.post(f"/account/files/{job.pk}/cancel/")
    do(job.pk)
    assert "It was cancelled." in page(client, job).content.decode()
    again = client.post(f"/account/files/{job.pk}/retry/")
    other = Job.objects.get(pk=int(again.url.rstrip("/").rpartition("/")[2]))
    assert other != job
    do(other.pk)
    assert saved(client, other)
    assert len(sixty) == 60


@pytest.mark.usefixtures("sixty")
def test_nobody_waits_for_more_than_five_at_a_time():
    client = visitor(make.the("agency"))
    for sort in ("id", "-id", "title", "-title", "servers"):
        asked(client, query=f"{LIST}?applications-sort={sort}")
    refused = client.get(f"{LIST}?applications-sort=-servers&applications-format=csv&applications-rows=all", follow=True)
    assert "waiting for several files" in refused.content.decode()
    assert Job.objects.count() == 5


@pytest.mark.usefixtures("sixty")
def test_who_waited_long_is_told_and_who_did_not_is_not():
    person = make.the("agency")
    client = visitor(person)
    quick, slow = asked(client), asked(client, "json")
    Job.objects.filter(pk=slow.pk).update(asked_at=timezone.now() - dt.timedelta(minutes=1))
    do(quick.pk)
    do(slow.pk)
    told = Notification.objects.get()
    assert (told.kind, told.person, told.about) == ("file_ready", person, f"job/{slow.pk}")
    assert client.get(f"/account/notices/{told.pk}/").url == f"/account/files/{slow.pk}/"
    assert "applications.json" in client.get("/account/notices/").content.decode()


def test_a_file_of_many_pieces_is_read_as_it_was_written(monkeypatch, sixty):
    monkeypatch.setattr("dure.records.files.actions.CHUNK", 100)
    client = visitor(make.the("agency"))
    job = asked(client)
    do(job.pk)
    file = File.objects.get()
    assert file.chunks.count() == -(-file.size // 100)
    assert saved(client, job)[1] == b"".join(files.pieces(file))
    assert sixty


def test_the_evidence_and_the_journal_are_made_in_the_background_too(world, settings):
    settings.DURE_IMMEDIATE_ACTS = settings.DURE_IMMEDIATE_ENTRIES = 3
    auditor = visitor(make.the("auditor"))
    for path, name in (("/auditor/evidence.zip", "dure-evidence.zip"), ("/auditor/journal.jsonl", "dure-journal.jsonl")):
        answer = auditor.get(path)
        assert answer.status_code == 302, path
        job = Job.objects.order_by("id").last()
        do(job.pk)
        answer, content = saved(auditor, job)
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        settings.DURE_IMMEDIATE_ACTS = settings.DURE_IMMEDIATE_ENTRIES = 10**6
        assert content == b"".join(auditor.get(path).streaming_content)
        settings.DURE_IMMEDIATE_ACTS = settings.DURE_IMMEDIATE_ENTRIES = 3
    assert world


def test_memory_does_not_grow_with_the_rows(monkeypatch):
    monkeypatch.setattr("dure.records.files.actions.CHUNK", 64 * 1024)  # of both files some are full
    client, peaks = visitor(make.the("agency")), []
    for known, rows in ((0, 6_000), (6_000, 18_000)):  # a batch has 2,000, of which two may be held
        Organisation.objects.bulk_create(
            Organisation(id=f"o-{n:06d}", name={"ko": f"기관 {n}"}, kind="company") for n in range(known, rows)
        )
        job = asked(client, query="/agency/organisations/?x=1")
        tracemalloc.start()
        do(job.pk)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        job.refresh_from_db()
        assert job.outcome["rows"] >= rows
    assert peaks[1] < 1.3 * peaks[0], peaks


@pytest.mark.usefixtures("sixty")
@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_a_program_gets_a_job_and_then_the_same_bytes(settings, form):
    who = people()
    path = f"/api/v1/exports/applications?sector=academia&format={form}"
    answer = who.by_agency.get(path)
    assert (answer.status_code, answer.value["state"], answer.value["result"]) == (202, "waiting", None)
    job = answer.headers["Location"]
    assert who.by_agency.get(f"{job}/result").value["code"] == "not_now"
    do(answer.value["id"])
    done = who.by_agency.get(job).value
    assert (done["state"], done["failure"]) == ("done", None)
    made = b"".join(who.by_agency.client.get(done["result"], headers=who.by_agency.headers).streaming_content)
    settings.DURE_IMMEDIATE_ROWS = 1000
    directly = who.by_agency.client.get(path, headers=who.by_agency.headers)
    assert made == b"".join(directly.streaming_content)
    assert made.count(b"\n") == 30 + (form == "csv")
    for other in (who.by_applicant, Caller(token_of(make.person("agency")))):
        assert other.get(done["result"]).value["code"] == "not_found"
    assert who.by_applicant.client.get(path, headers=who.by_applicant.headers).getvalue().count(b"app-") == 0


@pytest.mark.usefixtures("sixty")
def test_killed_in_the_middle_another_process_makes_it_whole_and_once(tmp_path, settings):
    client = visitor(make.the("agency"))
    job = asked(client)
    with hold(address()) as run, working(tmp_path, database=address()) as worker:
        for _ in range(2):
            backend = run.wait_until_reached()
            for child in worker.children():
                os.kill(child, signal.SIGKILL)
            until(lambda backend=backend: not alive(backend), "its connection ends")
            assert not File.objects.exists()
        run.wait_until_reached()
        run.release()
        ended(job)
    assert (job.failure, job.attempts, File.objects.count()) == ("", 3, 1)
    settings.DURE_IMMEDIATE_ROWS = 1000
    assert saved(client, job)[1] == b"".join(client.get(f"{ALL}&applications-format=csv&applications-rows=all").streaming_content)


@pytest.mark.usefixtures("sixty")
def test_how_far_it_is_is_seen_from_outside_and_it_stops_when_it_is_cancelled(tmp_path):
    client = visitor(make.the("agency"))
    job = asked(client)
    with hold(address()) as run, working(tmp_path, database=address()):
        run.wait_until_reached()
        until(lambda: Job.objects.get(pk=job.pk).total == 30, "it reports from within its snapshot")
        assert page(client, job).context["job"].stage == "Writing the rows"
        client.post(f"/account/files/{job.pk}/cancel/")
        run.release()
        ended(job)
    assert (job.cancelled, File.objects.exists()) == (True, False)
    assert queries.unfinished(kept.EXPORT, job.subject) is None
