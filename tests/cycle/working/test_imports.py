"""Long tables of commands: all rows with the end of the job or none, once, however often a worker is killed."""

import csv
import datetime as dt
import io
import os
import signal

import pytest
from django.utils import timezone

from cycle.working.keeper import ended, working
from cycle.working.test_workers import address, alive, installed
from dure.cycle.working.doing import do
from dure.cycle.working.importing import IMPORT
from dure.records.files.models import Chunk, File
from dure.records.journal.models import Act
from dure.records.parties.models import Organisation, Role
from dure.records.work.models import Job
from portal.api_callers import Caller, people, token_of
from portal.hold import hold
from serving.running import until

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESS = "/api/v1/imports/register_organisation"
GOOD = "id,name_ko,kind\n" + "".join(f"new-{n:02d},기관 {n},company\n" for n in range(20))


@pytest.fixture(autouse=True)
def few_rows(settings, book):
    """A table of more than five rows is long."""
    settings.DURE_IMMEDIATE_ACTS = 5
    installed(book)


@pytest.fixture
def who():
    return people()


def sent(caller, rows=GOOD, *, query="?apply=true", **headers):
    """The job that a table became."""
    answer = caller.send(f"{ADDRESS}{query}", rows.encode(), content_type="text/csv", **headers)
    assert answer.status_code == 202, answer.content
    assert answer.headers["Location"] == f"/api/v1/jobs/{answer.value['id']}"
    return Job.objects.get(pk=answer.value["id"])


def made():
    return Organisation.objects.filter(id__startswith="new-").count()


def test_all_rows_or_none_with_the_report_of_the_direct_answer(who, settings):
    job = sent(who.by_agency, query="")
    do(job.pk)
    job.refresh_from_db()
    assert (job.failure, made()) == ("", 0), "a preview changes nothing"
    preview = who.by_agency.get(f"/api/v1/jobs/{job.pk}/result").value
    settings.DURE_IMMEDIATE_ACTS = 1000
    assert preview == who.by_agency.send(ADDRESS, GOOD.encode(), content_type="text/csv").value
    settings.DURE_IMMEDIATE_ACTS = 5
    job = sent(who.by_agency)
    assert (who.by_agency.get(f"/api/v1/jobs/{job.pk}").value["state"], made()) == ("waiting", 0)
    do(job.pk)
    state = who.by_agency.get(f"/api/v1/jobs/{job.pk}").value
    assert (state["state"], state["failure"], state["faults"], made()) == ("done", None, None, 20)
    report = who.by_agency.get(state["result"]).value
    assert (report["applied"], report["rows"], len(report["made"])) == (True, 20, 20)
    assert {(act.via, act.person) for act in Act.objects.all()} == {("import", who.agency)}


def test_faults_keep_everything_back_and_are_a_table_of_their_own(who):
    job = sent(who.by_agency, GOOD + "c,,company\nnew-00,다시,company\n=1,다,nothing\n")
    do(job.pk)
    assert made() == 0
    state = who.by_agency.get(f"/api/v1/jobs/{job.pk}").value
    assert state["state"] == "done"
    report = who.by_agency.get(state["result"]).value
    assert (report["applied"], report["made"]) == (False, [])
    answer = who.by_agency.client.get(f"{state['faults']}?format=csv", headers=who.by_agency.headers)
    lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(each["line"], each["column"]) for each in lines] == [(str(f["line"]), f["column"]) for f in report["faults"]]
    assert ("22", "name_ko") in [(each["line"], each["column"]) for each in lines]


def test_sent_twice_it_is_one_job_and_a_key_makes_it_once_for_ever(who):
    first = sent(who.by_agency, Idempotency_Key="monday")
    assert sent(who.by_agency, Idempotency_Key="monday") == first
    do(first.pk)
    again = sent(who.by_agency, Idempotency_Key="monday")
    assert again != first
    do(again.pk)
    assert (made(), Act.objects.count()) == (20, 20)


def test_a_key_is_of_one_long_table_whether_it_waits_or_is_done(who, settings):
    job, other = sent(who.by_agency, Idempotency_Key="monday"), (GOOD + "new-20,기관,company\n").encode()
    send = {"content_type": "text/csv", "Idempotency_Key": "monday"}
    for wait in (True, False):
        for most in (5, 1000):
            settings.DURE_IMMEDIATE_ACTS = most
            if most == 5 or not wait:
                answer = who.by_agency.send(f"{ADDRESS}?apply=true", other, **send)
                assert (answer.status_code, answer.value["code"]) == (422, "key_reused"), (wait, most)
        if wait:
            do(job.pk)
    assert (made(), Job.objects.count()) == (20, 1)


def test_the_job_is_the_askers_alone(who):
    job = sent(who.by_agency)
    do(job.pk)
    for way in ("", "/result", "/faults"):
        for other in (who.by_applicant, Caller(token_of(who.applicant, read=True))):
            assert other.get(f"/api/v1/jobs/{job.pk}{way}").status_code == 404
        assert Caller().get(f"/api/v1/jobs/{job.pk}{way}").status_code == 401


def test_whoever_lost_their_role_does_nothing_any_more(who):
    job = sent(who.by_agency)
    Role.objects.filter(person=who.agency).update(ended_at=timezone.now() - dt.timedelta(minutes=1))
    do(job.pk)
    report = who.by_agency.get(f"/api/v1/jobs/{job.pk}/result").value
    assert (made(), {each["code"] for each in report["faults"]}) == (0, {"not_permitted"})


def test_a_table_that_is_kept_no_longer_is_said_and_sent_again(who):
    job = sent(who.by_agency)
    Chunk.objects.all().delete()
    do(job.pk)
    state = who.by_agency.get(f"/api/v1/jobs/{job.pk}").value
    assert (state["state"], state["failure"]["code"]) == ("failed", "file_gone")
    assert who.by_agency.get(f"/api/v1/jobs/{job.pk}/result").value["code"] == "not_now"


def test_a_result_that_is_kept_no_longer_is_410(who):
    job = sent(who.by_agency)
    do(job.pk)
    File.objects.update(made_at=timezone.now() - dt.timedelta(days=8), until=timezone.now() - dt.timedelta(days=1))
    answer = who.by_agency.get(f"/api/v1/jobs/{job.pk}/result")
    assert (answer.status_code, answer.value["code"]) == (410, "file_gone")


def test_what_changes_rights_is_never_left_to_a_worker(who):
    rows = "uid,username,name_ko\n" + "".join(f"p-{n},person-{n}x,사람\n" for n in range(8))
    answer = who.by_agency.send("/api/v1/imports/add_person", rows.encode(), content_type="text/csv")
    assert answer.status_code == 200 or answer.value["code"] in {"unknown_column", "missing_column"}
    assert not Job.objects.filter(kind=IMPORT).exists()


def test_killed_in_the_middle_nothing_is_half_done_and_all_is_done_once(who, tmp_path):
    job = sent(who.by_agency)
    with hold(address()) as run, working(tmp_path, database=address()) as worker:
        for _ in range(2):
            backend = run.wait_until_reached()
            until(lambda: Job.objects.get(pk=job.pk).total == 20, "it reports from within its transaction")
            for child in worker.children():
                os.kill(child, signal.SIGKILL)
            until(lambda backend=backend: not alive(backend), "its connection ends")
            assert (made(), Act.objects.count()) == (0, 0)
        run.wait_until_reached()
        run.release()
        ended(job)
    assert (job.failure, job.attempts, made(), Act.objects.count()) == ("", 3, 20, 20)


def test_cancelled_in_the_middle_nothing_is_done(who, tmp_path):
    job = sent(who.by_agency)
    with hold(address()) as run, working(tmp_path, database=address()):
        run.wait_until_reached()
        answer = who.by_agency.send("/api/v1/commands/cancel_job", f'{{"job": {job.pk}}}')
        assert answer.value["result"] is True, "whoever cancels waits for nobody"
        run.release()
        ended(job)
    assert (job.cancelled, made(), Act.objects.filter(command="register_organisation").count()) == (True, 0, 0)
