"""Small races, very often: at each round four writers start at one instant for what only some of them can have.

A race of many writers (`test_races.py`) finds what goes wrong often; these find what goes wrong once in a thousand times. The
naive control plays the same rounds without a guard, and must be found out.
"""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import IntegrityError, connection, transaction

import factories as make
from dure.formats.errors import BadInput
from dure.records.allocation import actions as allocation
from dure.records.allocation.models import Lease
from dure.records.funding import actions as funding
from dure.records.journal import actions as journal
from dure.records.journal.models import Entry
from dure.records.procurement import actions as procurement
from dure.records.procurement.models import Award

WRITERS = 4
AT_LENGTH = [pytest.param(100, id="short"), pytest.param(10_000, id="long", marks=pytest.mark.long)]  # rounds of each race
CONTROL = 25  # rounds in which the naive control is found out
LOOK = 0.001  # seconds between reading and writing in the naive control

pytestmark = pytest.mark.usefixtures("transactional_db")


@contextmanager
def crew():
    """Four writers, each with a connection of its own, who start together as often as they are told: how many came through."""
    gate = threading.Barrier(WRITERS)

    def attempt(job, number):
        gate.wait()
        try:
            job(number)
        except (BadInput, IntegrityError):  # a constraint guards some of them; a command says it in words
            return False
        return True

    with ThreadPoolExecutor(WRITERS, initializer=connection.ensure_connection) as pool:
        try:
            yield lambda job: sum(pool.map(attempt, [job] * WRITERS, range(WRITERS)))
        finally:
            list(pool.map(lambda _number: (gate.wait(), connection.close()), range(WRITERS)))


def of_a_server(_round):
    """Four grants want one server: one gets it."""
    server = make.servers(count=1)[0]
    opened, given = make.round_(), {"pool": server.pool_id, "servers": [server.pk], "from_week": 0, "to_week": 4, "value": 0}
    listed = [{"application": make.application().pk, **given} for _ in range(WRITERS)]
    entry = make.approved_grants(opened, *listed)
    return (
        lambda number: allocation.grant_leases(round=opened, grants=[listed[number]], entry=entry),
        1,
        lambda: Lease.objects.filter(server=server).count(),
    )


def of_a_budget(_round):
    """Four awards of ten want a budget of twenty: two get theirs."""
    call = make.call(budget_amount=20)
    lot = {"lot": "a", "servers": 1, "gpus_per_server": 8, "price_amount": 10}
    listed = [{"proposal": make.proposal(call).pk, **lot} for _ in range(WRITERS)]
    entry = make.approved_awards(*listed)
    return (
        lambda number: procurement.record_awards(call=call, awards=[listed[number]], entry=entry, awarded_on=make.MONDAY),
        2,
        lambda: Award.objects.filter(proposal__call=call).count(),
    )


def of_a_line(_round):
    """Four commitments of one want a line of three: three get theirs."""
    line, entry = make.line(amount=3), make.approved_awards()

    def commit(number):
        funding.commit(line=line, reference=f"{line.pk}-{number}", amount=1, committed_on=make.MONDAY, entry=entry)

    def committed():
        line.refresh_from_db()
        return line.committed_amount

    return commit, 3, committed


def of_an_answer(_round):
    """Two approve and two refuse: one of them answers."""
    entry, people = make.filed(), [make.person("ministry") for _ in range(WRITERS)]

    def answer(number):
        if number % 2:
            journal.approve(entry=entry, approved_by=people[number], at=make.START)
        else:
            journal.refuse(entry=entry, refused_by=people[number], note="늦음", at=make.START)

    return answer, 1, lambda: Entry.objects.filter(refers_to=entry).count()


@pytest.mark.parametrize("rounds", AT_LENGTH)
@pytest.mark.parametrize("race", [of_a_server, of_a_budget, of_a_line, of_an_answer])
def test_never_more_than_there_is_room_for(race, rounds):
    with crew() as start:
        for number in range(rounds):
            with transaction.atomic():  # one commit a round for what the race is about, and not one for each row
                job, room, there = race(number)
            assert (start(job), there()) == (room, room), f"round {number}"


@pytest.mark.parametrize("room", [1, 2, 3])
def test_the_same_rounds_without_a_guard_are_found_out(room):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE naive_rounds (round int)")
    try:
        with crew() as start:
            taken = [start(lambda _number, each=each: naive(each, room)) for each in range(CONTROL)]
        assert max(taken) > room, "the control must fail, or the race proves nothing"
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE naive_rounds")


def naive(number, room):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM naive_rounds WHERE round = %s", [number])
        if cursor.fetchone()[0] >= room:
            raise BadInput("full")
        time.sleep(LOOK)
        cursor.execute("INSERT INTO naive_rounds VALUES (%s)", [number])
