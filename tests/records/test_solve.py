"""One run per round at a time, ended in exactly one way, and by those who may."""

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser

import factories as make
from database import refused, run
from dure.formats.errors import BadInput
from dure.records.allocation import access, queries, solves
from dure.records.allocation.models import Solve

pytestmark = pytest.mark.django_db
INSERT = "INSERT INTO allocation_solve (round_id, asked_by_id, asked_at, stage, steps, files_best, failure, cancelled) "


def asked(round_=None, at=make.START):
    return solves.ask(round=round_ or make.round_(), by=make.the("agency"), at=at)


def test_one_run_at_a_time_and_the_database_agrees():
    solve = asked()
    with pytest.raises(BadInput, match="being solved already"):
        asked(solve.round, at=make.START + dt.timedelta(minutes=1))
    refused(
        "solved_once_at_a_time", INSERT + "VALUES (%s, %s, now(), '', 0, false, '', false)", solve.round_id, solve.asked_by_id
    )
    assert asked().round != solve.round
    assert queries.latest_solve(solve.round) == solve


def test_progress_is_noted_until_somebody_stops_it():
    solve = asked()
    assert solves.hear(solve_id=solve.pk, stage="prices", figure=2**40, steps=7)
    solve.refresh_from_db()
    assert (solve.stage, solve.figure, solve.bound, solve.steps) == ("prices", 2**40, 2**40, 7)
    assert solves.hear(solve_id=solve.pk, stage="plan", figure=1, steps=8)
    assert solves.cancel(round=solve.round, by=make.the("operator"))
    assert not solves.hear(solve_id=solve.pk, stage="plan", figure=1, steps=9)
    assert not solves.cancel(round=solve.round, by=make.the("operator"), files_best=True)
    assert not solves.files_best(solve_id=solve.pk)
    solve.refresh_from_db()
    assert (solve.figure, solve.bound) == (1, 2**40)


def test_it_ends_in_exactly_one_way():
    solve = asked()
    refused("ends_in_one_way", "UPDATE allocation_solve SET finished_at = now()")
    refused("ends_in_one_way", "UPDATE allocation_solve SET failure = 'x'")
    refused("ends_in_one_way", "UPDATE allocation_solve SET finished_at = now(), cancelled = true")
    refused(
        "ends_in_one_way",
        "UPDATE allocation_solve SET finished_at = now(), cancelled = true, cancel_asked_at = now(), failure = 'x'",
    )
    refused("stopped_by_asking", "UPDATE allocation_solve SET files_best = true")
    refused("stopped_by_asking", "UPDATE allocation_solve SET steps = -1")
    other = make.filed("allocation", "another-round")
    refused("no allocation of round", "UPDATE allocation_solve SET finished_at = now(), entry_id = %s", other.pk)
    assert queries.usual_steps(solve.round) is None
    solves.finish(solve=solve, entry=make.filed("allocation", solve.round_id), steps=9)
    refused("has ended", "UPDATE allocation_solve SET steps = 10")
    assert queries.usual_steps(solve.round) == 9
    assert solves.lock_running(solve_id=solve.pk) is None
    second = asked(solve.round, at=make.days(1))
    solves.cancel(round=solve.round, by=make.the("agency"), files_best=True)
    second.refresh_from_db()
    solves.finish(solve=second, entry=make.filed("allocation", solve.round_id), steps=2)
    assert queries.usual_steps(solve.round) == 9  # a run that was stopped says nothing of how long they are


def test_it_may_end_with_nothing_or_with_a_failure():
    solve = asked()
    solves.cancel(round=solve.round, by=make.the("agency"))
    solves.finish_without(solve=solves.lock_running(solve_id=solve.pk))
    again = asked(solve.round)
    solves.fail(solve_id=again.pk, failure="  ")
    solves.fail(solve_id=again.pk, failure="a second reason does not replace the first")
    again.refresh_from_db()
    assert again.failure == "no reason was given"
    assert [each.pk for each in queries.solves(solve.round)] == [again.pk, solve.pk]


def test_what_an_earlier_attempt_reported_does_not_count():
    solve = asked()
    solves.hear(solve_id=solve.pk, stage="prices", figure=7, steps=9)
    solves.begin(solve=solve)
    solve.refresh_from_db()
    assert (solve.stage, solve.figure, solve.bound, solve.steps) == ("", None, None, 0)


def test_agency_and_operator_solve_and_those_who_oversee_look():
    round_ = make.round_()
    for desk in ("ministry", "auditor", "reviewer"):
        with pytest.raises(BadInput, match="may not"):
            solves.ask(round=round_, by=make.the(desk))
    solve = asked(round_)
    with pytest.raises(BadInput, match="may not"):
        solves.cancel(round=round_, by=make.the("ministry"))
    for desk in ("ministry", "agency", "operator", "auditor"):
        assert solve in access.visible_solves(make.the(desk))
    for person in (make.person("applicant", organisation=make.organisation()), make.the("reviewer"), AnonymousUser()):
        assert not access.visible_solves(person).exists()
        assert not access.may_solve(person)


def test_a_run_is_kept():
    asked()
    assert run("SELECT 1 FROM allocation_solve") == Solve.objects.count() == 1
