"""What a round's page says of its run: how far it is, the gap so far, how it ended, and why it cannot begin."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse

import factories as make
from dure.formats.errors import BadInput, stated
from dure.portal.subjects.rounds.progress import progress_of, why_not
from dure.records.allocation import solves

pytestmark = pytest.mark.django_db


def started(round_=None, at=make.START):
    return solves.ask(round=round_ or make.round_(), by=make.the("agency"), at=at)


def test_a_run_says_how_far_it_is_and_how_large_the_gap_is_so_far():
    first = started()
    assert progress_of(first.round).percent is None
    solves.finish(solve=first, entry=make.filed("allocation", first.round_id), steps=28)
    solve = started(first.round, at=make.days(1))
    solves.hear(solve_id=solve.pk, stage="prices", figure=2_000_000, steps=7)
    seen = progress_of(solve.round, now=make.days(1) + dt.timedelta(seconds=75))
    assert (seen.percent, seen.running) == (25, True)
    assert dict(seen.figures)["Time"] == "1:15"
    assert dict(seen.figures)["Bound so far (milli-points)"] == "2,000"
    solves.hear(solve_id=solve.pk, stage="plan", figure=1500, steps=40)
    seen = progress_of(solve.round)
    assert seen.percent == 99
    assert dict(seen.figures)["Gap so far"] == "25.00%"


def test_how_it_ended_is_said_in_the_readers_words():
    solve = started()
    assert "being solved already" in why_not(solve.round)
    solves.fail(solve_id=solve.pk, failure=solves.DIED)
    assert "Solve again" in progress_of(solve.round).ended
    again = started(solve.round, at=make.days(1))
    refused = BadInput("has no approved ranking.", where="user call c", todo="File it first.", code="not_ranked")
    solves.fail(solve_id=again.pk, failure=stated(refused))
    seen = progress_of(solve.round)
    assert ("no approved ranking" in seen.ended, seen.tone, seen.figures) == (True, "bad", [])
    third = started(solve.round, at=make.days(2))
    solves.fail(solve_id=third.pk, failure="KeyError")
    assert "KeyError" not in progress_of(solve.round).ended


def test_a_round_that_cannot_be_solved_says_what_is_missing():
    round_ = make.round_(user_call=make.user_call())
    assert why_not(round_) == ""
    visitor = Client()
    visitor.force_login(make.the("agency"))
    visitor.cookies["django_language"] = "en"
    told = {"round_id": round_.pk}
    assert "Solve now" in visitor.get(reverse("agency:round", kwargs=told)).content.decode()
    refused = visitor.post(reverse("agency:round_solve", kwargs=told), follow=True).content.decode()
    assert re.search(r"It was not started: [^<]*no approved ranking", refused)
    for gone in ("agency:plan_servers", "agency:plan"):
        assert visitor.get(reverse(gone, kwargs={**told, "plan": "7"})).status_code == 404
