"""Real workers, killed: every job is done exactly once or still waits, nothing is half-done, and nobody has to lift a hand."""

import os
import random
import signal
import time
from urllib.parse import quote

import pytest
from django.db import connection, transaction

import factories as make
from cycle.rounds import opened_round
from cycle.working.keeper import Worker, ended, working
from dure.cycle.commands.rows import Context
from dure.cycle.installing.adopting import adopt_first
from dure.cycle.stem import solving
from dure.cycle.working import asking
from dure.cycle.working.recovering import recover
from dure.formats.commands.demand import SolveRound
from dure.formats.errors import read_stated
from dure.records.allocation import queries as rounds
from dure.records.installation import actions as installation
from dure.records.journal.models import Entry
from dure.records.parties.models import Organisation
from dure.records.work import queries
from dure.records.work.models import Job
from portal.hold import hold
from serving.running import until
from world import NOW


def address():
    known = connection.settings_dict
    return f"postgresql://{known['USER']}:{quote(known['PASSWORD'])}@{known['HOST']}:{known['PORT']}/{known['NAME']}"


@pytest.fixture
def database(world):
    """The address of a filled database of the test's own, on which workers may work."""
    installed(world.book)
    return address()


def installed(book):
    installation.begin(kind="demo", programme=book.programme, code_version="")
    adopt_first()
    installation.finish()


def jobs(number, *, kind="count", **inputs):
    with transaction.atomic():
        return [
            Job.objects.create(kind=kind, subject=f"{kind}/{n}", queue="short", inputs=inputs, asked_at="2026-06-01T00:00Z")
            for n in range(number)
        ]


def made(job):
    return Organisation.objects.filter(id__startswith=f"{job.subject}/").count()


def queued():
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text, count(*) FROM procrastinate_jobs WHERE task_name = 'dure.work' GROUP BY 1")
        return dict(cursor.fetchall())


@pytest.mark.parametrize("kills", [20, pytest.param(200, marks=pytest.mark.long)])
def test_killed_at_random_points_every_job_is_done_once(database, tmp_path, kills):
    chance = random.Random(kills)
    asked = jobs(kills * 2, steps=15)
    worker = Worker(tmp_path, database=database)
    try:
        for number in range(kills):
            seen = Job.objects.filter(finished_at__isnull=False).count()
            until(lambda seen=seen: Job.objects.filter(finished_at__isnull=False).count() > seen, "a job is done")
            time.sleep(chance.uniform(0, 0.3))  # a random point, whatever is going on there
            if number % 5 == 4:  # all of it at once, as when the machine loses power
                worker.destroy()
                worker = Worker(tmp_path, database=database)
            else:
                worker.kill_one(chance.choice)
        ended(*asked)
        assert [made(each) for each in asked] == [1] * len(asked)
        assert {each.outcome["attempt"] == each.attempts for each in asked} == {True}
        until(lambda: not queued(), "the queue is empty")
    finally:
        worker.destroy()


@pytest.fixture
def solve(transactional_db, book):  # noqa: ARG001 - workers see what is committed
    """A run that has been asked for, in a database that holds its round alone."""
    installed(book)
    with transaction.atomic():
        opened = opened_round(applications=4)
        solving.start(SolveRound(round=opened.pk), Context(book, make.the("agency"), make.START, via="page"))
    return rounds.latest_solve(opened)


def plans(solve):
    return list(Entry.objects.filter(kind="recommendation", decision="allocation", subject=solve.round_id))


def test_killed_while_it_solves_another_process_files_exactly_one_plan(solve, tmp_path):
    with hold(address()) as run, working(tmp_path, database=address()) as worker:
        for _ in range(2):
            backend = run.wait_until_reached()
            for child in worker.children():
                os.kill(child, signal.SIGKILL)
            until(lambda backend=backend: not alive(backend), "its connection ends")
        run.wait_until_reached()
        run.release()
        ended(solve.job)
    solve.refresh_from_db()
    assert (solve.job.attempts, solve.job.outcome) == (3, {"entry": solve.entry_id})
    assert plans(solve) == [solve.entry]


def alive(backend):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE pid = %s", [backend])
        return cursor.fetchone()[0]


def test_killed_between_filing_and_the_end_nothing_is_filed_twice(solve, tmp_path):
    with working(tmp_path, database=address(), settings="cycle.working.deadly_settings"):
        ended(solve.job)
    solve.refresh_from_db()
    assert (solve.job.attempts, solve.job.outcome) == (2, {"entry": solve.entry_id})
    assert plans(solve) == [solve.entry]


def test_a_poisoned_job_and_a_deadly_one_are_given_up_and_block_nobody(database, tmp_path):
    poisoned, deadly = jobs(1, kind="fail")[0], jobs(1, kind="die")[0]
    others = jobs(3, steps=1)
    with working(tmp_path, database=database) as worker:
        ended(poisoned, deadly, *others)
        assert worker.process.poll() is None
    assert [made(each) for each in others] == [1, 1, 1]
    assert (poisoned.attempts, poisoned.failure) == (2, "RuntimeError: poisoned")
    assert read_stated(deadly.failure).code == "given_up"


def test_two_workers_never_do_one_job(database, tmp_path):
    asked = jobs(40, steps=2)
    with working(tmp_path / "a", database=database), working(tmp_path / "b", database=database):
        ended(*asked)
    assert [(made(each), each.attempts) for each in asked] == [(1, 1)] * 40


def test_a_job_is_cancelled_while_it_is_done(world, database, tmp_path):
    job = jobs(1, steps=100_000)[0]
    with working(tmp_path, database=database):
        until(lambda: Job.objects.get(pk=job.pk).done, "it reports")
        assert queries.waiting() == (0, None, 2)
        world.do("cancel_job", {"job": job.pk}, by="operator-1", at=NOW)
        ended(job)
    assert (job.cancelled, job.outcome, made(job)) == (True, None, 0)


def test_told_to_stop_it_ends_what_is_under_way_and_leaves_the_rest(database, tmp_path):
    asked = jobs(6, steps=60)
    with working(tmp_path, database=database, processes=1) as worker:
        until(lambda: Job.objects.exclude(begun_at=None).exists(), "a job is begun")
        assert worker.end() == 0
        assert worker.children() == []
        assert queries.workers() == 0
    for job in asked:
        job.refresh_from_db()
    over = [job for job in asked if job.finished_at]
    assert over
    assert len(over) < 6
    assert [made(job) for job in asked] == [1] * len(over) + [0] * (6 - len(over))
    assert queued() == {"todo": 6 - len(over)}
    assert "Traceback" not in worker.said()


def test_ctrl_c_is_quiet(database, tmp_path):
    with working(tmp_path, database=database, processes=1) as worker:
        until(queries.workers, "it has come up")
        os.killpg(worker.process.pid, signal.SIGINT)
        assert worker.process.wait(timeout=120) == 0
        assert "Traceback" not in worker.said()


def test_processes_end_with_their_keeper_however_it_ends(database, tmp_path):
    with working(tmp_path, database=database) as worker:
        until(lambda: queries.workers() == 2, "both have come up")
        children = worker.children()
        worker.end(signal.SIGKILL)
        until(lambda: not queries.workers(), "both have ended")
        assert len(children) == 2


@pytest.mark.usefixtures("database")
def test_what_fell_out_of_the_queue_is_queued_again():
    jobs(1, steps=1)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    assert recover() == (0, 1)
    assert recover() == (0, 0)
    assert queued() == {"todo": 1}


@pytest.mark.usefixtures("database")
def test_what_is_asked_for_is_queued_with_its_transaction_or_not_at_all():
    with transaction.atomic():
        asking.ask("verify", "journal/all")
        assert queued() == {"todo": 1}
        transaction.set_rollback(True)
    assert (queued(), Job.objects.exists()) == ({}, False)
    asking.ask("verify", "journal/all")
    assert queued() == {"todo": 1}
