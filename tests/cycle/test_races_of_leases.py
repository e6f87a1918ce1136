"""Servers are returned or taken back, and who waits leaves or is served: one of the two, and the other is refused with a reason.

The many start together; the two are held so that one of them has read, and not yet written, when the other acts.
"""

import datetime as dt
import threading
import time

import pytest

from dure.cycle.stem import rebalancing
from dure.records.allocation import actions, queries
from dure.records.allocation.models import Lease, WaitingPlace
from dure.records.journal import queries as journal
from dure.records.journal.models import Entry
from racing import is_waited_for, naively, outcomes, told
from world import grant, moment

DAY, SERVED, WAITING = "2026-05-20", grant("a-institute"), grant("a-college")
PEOPLE = ("ministry-1", "ministry-2", "agency-2")
ROOM = 30  # seconds after which a test gives up; none waits so long


@pytest.fixture
def reclaim(world):
    """The server of the institute stands idle; the number of the reclaim, to be approved, that gives it to the college."""
    since = dt.date(2026, 4, 30)
    days = [(since + dt.timedelta(days=n)).isoformat() for n in range((dt.date.fromisoformat(DAY) - since).days)]
    use = [{"grant": SERVED, "day": each, "utilisation": "0", "busy_servers": 0} for each in days]
    world.act("record_daily_use", DAY, by="operator-1", days=use)
    seq = world.file("reclaim", "round-1", DAY, by="operator-1")
    made = journal.find(seq).recommendation_value()
    assert [each["application"] for each in made["regrants"]] == ["a-college"]
    return seq


def give_back(world, at=12):
    return world.act("return_servers", moment(DAY, at), by="institute-1", grant=SERVED)


def leave(world, at=12):
    return world.act("leave_waiting_list", moment(DAY, at), by="college-1", round="round-1", application="a-college")


def one_of_both(seq):
    """The server was returned or taken back, and who waited got it in the second case alone."""
    ended, approved = Lease.objects.get(grant=SERVED), Entry.objects.get(pk=seq).is_approved
    assert ended.ended_because == ("reclaimed" if approved else "returned")
    assert Lease.objects.filter(grant=WAITING).exists() == approved


def test_servers_are_returned_or_reclaimed_and_never_both(world, reclaim):
    def job(number):
        if number % 2:
            return give_back(world)
        return world.approve(reclaim, moment(DAY, 12), by=PEOPLE[number // 2 % len(PEOPLE)])

    done, codes = told(outcomes(job))
    assert done == 1
    assert codes <= {"nothing_held", "given_back", "not_now"}
    one_of_both(reclaim)
    assert naively(1) > 1, "the control must fail, or the race proves nothing"


class Held:
    """One act stops after a function that it calls, until the other act has ended or waits for it."""

    def __init__(self, monkeypatch, module, name):
        self.reached, self.other_ended, done = threading.Event(), threading.Event(), getattr(module, name)

        def held(*args, **kwargs):
            found = done(*args, **kwargs)
            if not self.reached.is_set():
                self.reached.set()
                self.until_the_other()
            return found

        monkeypatch.setattr(module, name, held)

    def until_the_other(self):
        gives_up = time.monotonic() + ROOM
        while not self.other_ended.wait(0.01) and not is_waited_for():
            assert time.monotonic() < gives_up, "the other act neither ended nor waits"

    def outcomes(self, first, then):
        """What came of the act that stops, and of the one that comes meanwhile."""

        def job(number):
            if not number:
                return first()
            assert self.reached.wait(ROOM)
            try:
                return then()
            finally:
                self.other_ended.set()

        return [getattr(each, "code", "done") for each in outcomes(job, 2)]


def approve(world, seq, at=12):
    return world.approve(seq, moment(DAY, at), by="ministry-1")


def returned_meanwhile(world, seq, held):
    """Somebody approves, and stops once the leases are read; the servers are given back meanwhile."""
    return held.outcomes(lambda: approve(world, seq), lambda: give_back(world))


def approved_meanwhile(world, seq, held):
    """Somebody gives the servers back, and stops before it is committed; the reclaim is approved meanwhile."""
    return held.outcomes(lambda: give_back(world), lambda: approve(world, seq))


def unlocked(*, grants, at, **_round):
    """The control: what the leases say, read as any page reads it."""
    return {each: sorted(lease.server_id for lease in queries.leases(at=at).filter(grant=each)) for each in grants}


def test_who_returns_waits_for_the_reclaim_that_has_read(world, reclaim, monkeypatch):
    held = Held(monkeypatch, rebalancing.allocation, "hold_running")
    assert returned_meanwhile(world, reclaim, held) == ["done", "nothing_held"]
    one_of_both(reclaim)


def test_the_reclaim_waits_for_who_returns(world, reclaim, monkeypatch):
    held = Held(monkeypatch, actions, "end_lease_early")
    assert approved_meanwhile(world, reclaim, held) == ["done", "given_back"]
    one_of_both(reclaim)


def test_without_the_locks_the_database_must_refuse(world, reclaim, monkeypatch):
    monkeypatch.setattr(rebalancing.allocation, "hold_running", unlocked)
    held = Held(monkeypatch, rebalancing.allocation, "hold_running")
    assert returned_meanwhile(world, reclaim, held) == ["refused_by_records", "done"], "the control must fail"


def test_without_the_locks_the_reclaim_does_not_wait_either(world, reclaim, monkeypatch):
    monkeypatch.setattr(rebalancing.allocation, "hold_running", unlocked)
    held = Held(monkeypatch, actions, "end_lease_early")
    assert approved_meanwhile(world, reclaim, held) == ["done", "refused_by_records"], "the control must fail"


@pytest.mark.parametrize(("first", "then", "code"), [(approve, give_back, "nothing_held"), (give_back, approve, "given_back")])
def test_a_lease_that_was_ended_is_not_ended_at_an_earlier_time(world, reclaim, first, then, code):
    """Who waited for the lock may have read the clock before the one that held it."""
    acts = {approve: lambda at: approve(world, reclaim, at), give_back: lambda at: give_back(world, at)}
    told_ = told(outcomes(lambda _n: acts[first](12), 1) + outcomes(lambda _n: acts[then](11), 1))
    assert told_ == (1, {code})
    one_of_both(reclaim)


def test_who_left_the_waiting_list_gets_no_servers(world, reclaim):
    leave(world, 11)
    assert told(outcomes(lambda _n: approve(world, reclaim), 1)) == (0, {"waits_no_longer"})
    assert not Lease.objects.filter(grant=WAITING).exists()
    assert Lease.objects.get(grant=SERVED).ended_because == ""


def test_who_waits_leaves_or_is_served_and_never_both(world, reclaim):
    def job(number):
        return leave(world) if number % 2 else world.approve(reclaim, moment(DAY, 12), by=PEOPLE[number // 2 % len(PEOPLE)])

    done, codes = told(outcomes(job))
    assert done == 1
    assert codes <= {"waits_no_longer", "not_now"}
    assert not WaitingPlace.objects.filter(application="a-college", left_at=None).exists()
    assert Lease.objects.filter(grant=WAITING).exists() == Entry.objects.get(pk=reclaim).is_approved
    assert naively(1) > 1, "the control must fail, or the race proves nothing"


def test_who_waits_cannot_leave_while_being_served(world, reclaim, monkeypatch):
    held = Held(monkeypatch, rebalancing.allocation, "grant_leases")
    assert held.outcomes(lambda: approve(world, reclaim), lambda: leave(world)) == ["done", "waits_no_longer"]
