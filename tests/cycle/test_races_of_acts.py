"""Many people act at one moment: one of them is first, the others are refused with a reason, and nothing is done twice.

Each race has its naive control, which reads, checks and writes without guard, and fails.
"""

import datetime as dt
import itertools
import threading
import time

import pytest
from django.db import connection, transaction
from django.utils import timezone

from dure.cycle.commands.registry import row_of
from dure.cycle.commands.running import read_command, run
from dure.cycle.working import asking
from dure.formats.errors import BadInput
from dure.records.allocation.models import Solve
from dure.records.demand.models import UserCall
from dure.records.journal.models import GENESIS, Act, Entry
from dure.records.procurement.models import Call, Proposal, Question
from portal.serving import PATIENCE
from racing import WRITERS, is_waited_for, naively, outcomes, told
from serving.running import until
from world import NOW, SECTORS, application_of, lot, meter

PERIODS = ("2026-04", "2026-05")
PEOPLE = ("ministry-1", "ministry-2", "agency-2")


def test_an_entry_is_approved_once(world):
    done, codes = told(outcomes(lambda n: world.approve(world.pending, NOW, by=PEOPLE[n % len(PEOPLE)])))
    assert (done, codes) == (1, {"not_now"})
    assert Entry.objects.filter(refers_to=world.pending).count() == 1
    assert Act.objects.filter(command="approve_decision", about=f"entry/{world.pending}").count() == 1
    assert naively(1) > 1, "the control must fail, or the race proves nothing"


def test_people_who_file_and_approve_each_others_decisions_keep_one_chain(world):
    meter(world, "2026-05", NOW)
    first, second = Entry.objects.count(), ("agency-1", "agency-2")

    def job(number):
        seq = world.file("outcomes", PERIODS[number % len(PERIODS)], NOW, by=second[number % 2])
        world.approve(seq, NOW, by=second[1 - number % 2])
        return seq

    filed = outcomes(job)
    assert len(set(filed)) == WRITERS
    before = GENESIS
    for place, entry in enumerate(Entry.objects.order_by("seq"), start=1):
        assert (entry.seq, entry.previous_hash) == (place, before)
        before = entry.hash
    assert place == first + 2 * WRITERS
    assert not Entry.objects.filter(seq__in=filed, answer=None).exists()
    assert naive_chain() < WRITERS, "the control must fork, or the race proves nothing"


def naive_chain():
    """The control: how many different numbers 24 writers get when each reads the last one and adds the next."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE naive_chain (seq bigint)")

    def job(_number):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT coalesce(max(seq), 0) FROM naive_chain")
            last = cursor.fetchone()[0]
            time.sleep(0.02)
            cursor.execute("INSERT INTO naive_chain VALUES (%s)", [last + 1])

    outcomes(job)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT seq) FROM naive_chain")
        return cursor.fetchone()[0]


def test_one_key_is_one_act(world):
    questions, given = Question.objects.count(), {"call": "call-2", "question": "한 번만"}
    found = outcomes(lambda _n: world.do("ask_question", given, by="alpha-1", at=NOW, key="one"))
    assert len({each.act for each in found}) == 1
    assert sum(each.repeated for each in found) == WRITERS - 1
    assert Question.objects.count() == questions + 1
    assert naively(1) > 1, "the control must fail, or the race proves nothing"


def test_of_those_who_saw_one_version_one_acts(world):
    seen = Act.objects.filter(about="round/round-2").order_by("pk").last().pk
    terms = {"round": "round-2", "pools": ["alpha-pool"], "sectors": list(SECTORS)}

    def job(number):
        return world.do("set_round_terms", {**terms, "draw_seed": f"seed-{number}"}, by="agency-1", at=NOW, seen=seen)

    assert told(outcomes(job)) == (1, {"stale"})
    assert Act.objects.filter(about="round/round-2", command="set_round_terms").count() == 1
    assert naively(1) > 1, "the control must fail, or the race proves nothing"


class Soon:
    """A call that closes once as many proposals have come as there are writers, by a clock that all of them read."""

    def __init__(self, world):
        self.closes, self.came, self.over = timezone.now() + dt.timedelta(days=1), itertools.count(1), threading.Event()
        span = {"opened_at": (self.closes - dt.timedelta(days=2)).isoformat(), "closes_at": self.closes.isoformat()}
        world.act("open_provider_call", NOW, id="soon", title={"ko": "곧"}, budget=1, **span)

    def clock(self):
        return self.closes if self.over.is_set() else timezone.now()

    def one_came(self):
        if next(self.came) >= WRITERS:
            self.over.set()


def test_no_proposal_comes_after_the_deadline(world):
    row, content = row_of("submit_proposal"), {"call": "soon", "provider": "alpha", "lots": [lot("alpha", "late")]}
    contexts = [world.context("alpha-1", NOW) for _ in range(WRITERS)]
    soon = Soon(world)

    def job(number):
        for done in range(2 * WRITERS):
            given = read_command(row, {**content, "id": f"soon-alpha-{number}-{done}"})
            try:
                run(row, given, contexts[number]._replace(clock=soon.clock))
            except BadInput as refusal:
                return done, refusal.code
            soon.one_came()
        return 2 * WRITERS, "never refused"

    found = outcomes(job)
    assert {code for _, code in found} == {"not_now"}
    kept = Proposal.objects.filter(call="soon").order_by("version")
    assert kept.count() == sum(done for done, _ in found) >= WRITERS
    assert all(each.submitted_at < soon.closes for each in kept)
    assert [each.version for each in kept] == list(range(1, kept.count() + 1))
    assert naive_deadline(), "the control must take one late, or the race proves nothing"


def naive_deadline():
    """The control: how many come late, when each looks whether the call is open first and writes afterwards?"""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE naive_call (closed boolean); INSERT INTO naive_call VALUES (false)")
        cursor.execute("CREATE TABLE naive_late (late boolean)")
    looked, closed = threading.Barrier(WRITERS), threading.Barrier(WRITERS)

    def job(number):
        with connection.cursor() as cursor:
            cursor.execute("SELECT closed FROM naive_call")
            is_open = not cursor.fetchone()[0]
            looked.wait()
            if not number:
                cursor.execute("UPDATE naive_call SET closed = true")
            closed.wait()
            if is_open:
                cursor.execute("INSERT INTO naive_late SELECT closed FROM naive_call")

    outcomes(job)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM naive_late WHERE late")
        return cursor.fetchone()[0]


def test_a_round_is_solved_once_at_a_time(world, monkeypatch):
    # The asking is raced: a script would solve the small round at once, and it could rightly be asked for again.
    monkeypatch.setattr(asking, "do_here", lambda _job: None)
    assert told(outcomes(lambda _n: world.act("solve_round", NOW, round="round-1"))) == (1, {"solved_already"})
    assert Solve.objects.filter(round="round-1", finished_at=None).count() == 1
    assert naively(1) > 1, "the control must fail, or the race proves nothing"


SUBMITTED = {
    "submit_proposal": (
        "alpha-1",
        {"id": "closing-alpha-1", "call": "closing", "provider": "alpha", "lots": [lot("alpha", "late")]},
    ),
    "submit_application": ("lab-1", application_of("closing", "late", "lab")),
    "ask_question": ("alpha-1", {"call": "closing", "question": "아직 됩니까?"}),
}


def closing_call(world, name):
    """When a call closes that is open now, and its table."""
    closes = timezone.now() + dt.timedelta(days=1)
    opens, at = (closes - dt.timedelta(days=2)).isoformat(), closes.isoformat()
    if name == "submit_application":
        world.act("open_user_call", NOW, id="closing", title={"ko": "곧"}, opens_at=opens, closes_at=at)
        return closes, UserCall
    world.act("open_provider_call", NOW, id="closing", title={"ko": "곧"}, budget=1, opened_at=opens, closes_at=at)
    return closes, Call


def submitted_while_waiting(world, name, *, by_the_clock):
    """It comes before the deadline, and gets the call's row after it: let through, or the code of the refusal."""
    closes, table = closing_call(world, name)
    by, given = SUBMITTED[name]
    row, held, ended, over = row_of(name), threading.Event(), threading.Event(), threading.Event()
    context = world.context(by, timezone.now(), via="page")
    if by_the_clock:
        context = context._replace(clock=lambda: closes if over.is_set() else timezone.now())

    def job(number):
        if not number:
            with transaction.atomic():
                table.objects.select_for_update().get(pk="closing")
                held.set()
                waited = until(lambda: (is_waited_for() and "waited") or (ended.is_set() and "never waited"), "it waits")
                over.set()
            return waited
        try:
            assert held.wait(PATIENCE)
            return run(row, read_command(row, given), context).about
        finally:
            ended.set()

    waited, found = outcomes(job, 2)
    assert waited == "waited"
    return getattr(found, "code", "let through")


@pytest.mark.parametrize("name", list(SUBMITTED))
def test_what_waits_past_the_deadline_comes_late(world, name):
    assert submitted_while_waiting(world, name, by_the_clock=True) == "not_now"
    assert not Act.objects.filter(command=name, about__endswith=SUBMITTED[name][1].get("id", "/")).exists()


@pytest.mark.parametrize("name", list(SUBMITTED))
def test_the_time_of_the_request_would_let_it_through(world, name):
    """The control: the time taken before the lock was waited for."""
    found = submitted_while_waiting(world, name, by_the_clock=False)
    assert found == "let through", "the control must fail, or the race proves nothing"
