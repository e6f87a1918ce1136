"""One job, without a worker: who does it, how it ends, how often it is tried, and what is said where nobody works."""

import datetime as dt

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

import factories as make
from dure.cycle.installing.examining import checkup
from dure.cycle.working import asking, kinds
from dure.cycle.working.claims import claimed
from dure.cycle.working.doing import Busy, do, do_here
from dure.cycle.working.keeping import queues_of
from dure.cycle.working.reporting import PutBack, Report
from dure.cycle.working.tasks import Again
from dure.formats.errors import BadInput
from dure.records.work import access, actions, queries
from dure.records.work.models import Job

pytestmark = pytest.mark.django_db
ODD = "cycle.working.odd_jobs"


@pytest.fixture(autouse=True)
def odd_kinds(settings):
    odd = {"count": {"does": f"{ODD}.count"}, "fail": {"does": f"{ODD}.fail", "tries": 2}}
    settings.DURE_WORK = {**settings.DURE_WORK, **odd}


def asked(kind="count", via="page", **inputs):
    job = asking.ask(kind, f"{kind}/1", via=via, inputs={"steps": 1, **inputs})
    assert queries.unfinished(kind, f"{kind}/1") == job
    return job


def test_a_script_does_its_jobs_and_so_does_a_command_line_where_no_worker_lives(django_capture_on_commit_callbacks):
    for via, living, done in (
        ("script", True, True),
        ("command line", False, True),
        ("command line", True, False),
        ("page", False, False),
        ("api", False, False),
    ):
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_workers")
            if living:
                cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
        with django_capture_on_commit_callbacks(execute=True):
            job = asked(via=via)
        job.refresh_from_db()
        assert (job.finished_at is not None) is done, (via, living)
        actions.cancel(job=job)


def test_it_is_asked_for_once_and_has_a_kind():
    asked()
    with pytest.raises(BadInput, match="asked for already"):
        asking.ask("count", "count/1")
    with pytest.raises(BadInput, match="no work of the kind 'x'"):
        asking.ask("x", "x/1")


def test_a_job_that_fails_is_tried_again_and_given_up():
    job = asked("fail")
    with pytest.raises(RuntimeError):
        do(job.pk)
    job.refresh_from_db()
    assert (job.attempts, job.finished_at) == (1, None)
    do(job.pk)
    job.refresh_from_db()
    assert (job.attempts, job.failure) == (2, "RuntimeError: poisoned")
    do(job.pk)
    again = asked("fail")
    do_here(again.pk)
    again.refresh_from_db()
    assert again.failure


def test_a_process_that_is_about_to_end_leaves_the_job_to_another():
    job = asked()
    with pytest.raises(PutBack):
        do(job.pk, leaving=lambda: True)
    job.refresh_from_db()
    assert (job.attempts, job.begun_at, job.finished_at) == (0, None, None)
    do(job.pk)
    job.refresh_from_db()
    assert job.outcome == {"attempt": 1}
    assert Again().get_retry_decision(exception=PutBack(), job=None).retry_at is None


def test_what_somebody_does_nobody_else_begins():
    job, known = asked(), connection.settings_dict
    place = {key.lower(): known[key] for key in ("HOST", "PORT", "USER", "PASSWORD")}
    with psycopg.connect(dbname=known["NAME"], **place) as other:
        other.execute("SELECT pg_advisory_lock(hashtextextended('job ' || %s, 0))", [job.pk])
        with pytest.raises(Busy):
            do(job.pk)
    with claimed(job.pk) as mine:
        assert mine


def test_few_reports_are_noted():
    job, now = asked(), [0.0]
    job = actions.begin(job_id=job.pk)
    report = Report(job, lambda: False, clock=lambda: now[0])
    for number in range(10):
        report("counting", number, 10)
        now[0] += 0.2
    job.refresh_from_db()
    assert (job.stage, job.done, job.total) == ("counting", 9, 10)


def test_with_two_processes_or_more_one_leaves_long_jobs_to_the_others():
    assert queues_of(1) == [["short", "long"]]
    assert queues_of(3) == [["short"], ["short", "long"], ["short", "long"]]
    assert {kind.queue for kind in kinds.KINDS.values()} == {"short", "long"}


def test_the_doctor_says_that_jobs_wait_and_nobody_works():
    job = asked()
    assert checkup._work() == ""
    Job.objects.filter(pk=job.pk).update(asked_at=timezone.now() - dt.timedelta(minutes=5))
    assert checkup._work() == "work in the background waits (jobs: 1), and no worker has been seen for 5 minutes: `dure worker`."
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
    assert checkup._work() == ""


def test_people_see_their_own_jobs_and_overseers_all():
    mine = asking.ask("count", "count/1", by=make.the("agency"))
    for desk, sees in (("agency", True), ("operator", True), ("auditor", True), ("ministry", False)):
        assert (mine in access.visible_jobs(make.the(desk))) is sees
