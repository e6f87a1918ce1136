"""Many writers at once: the rule holds at every committed state, and the same race without the guard breaks it.

The naive control of `racing.py` shows that the race is real.
"""

import pytest
from django.db import connection

import factories as make
from dure.formats.errors import BadInput
from dure.records.allocation import actions as allocation
from dure.records.allocation.models import Lease
from dure.records.funding import actions as funding
from dure.records.journal import actions as journal_actions
from dure.records.journal import queries as journal
from dure.records.journal.models import GENESIS, Entry
from dure.records.procurement import actions as procurement
from dure.records.procurement.models import Award, Call
from racing import WRITERS, all_at_once, naively

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture
def committed(transactional_db):  # noqa: ARG001 - real transactions come first
    """Real commits; the tables are emptied afterwards."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS naive")


def test_awards_never_exceed_the_budget():
    call = make.call(budget_amount=70)
    proposals = [make.proposal(call) for _ in range(WRITERS)]
    lot = {"lot": "a", "servers": 1, "gpus_per_server": 8, "price_amount": 10}
    listed = [{"proposal": each.pk, **lot} for each in proposals]
    entry = make.approved_awards(*listed)

    def award(number):
        procurement.record_awards(call=call, awards=[listed[number]], entry=entry, awarded_on=make.MONDAY)

    assert sum(all_at_once(award)) == 7
    assert Call.objects.get().awarded_amount == sum(Award.objects.values_list("price_amount", flat=True)) == 70
    assert naively(70, take=10) > 70, "the control must fail, or the race proves nothing"


def test_commitments_never_exceed_their_line():
    line, entry = make.line(amount=7), make.approved_awards()

    def commit(number):
        funding.commit(line=line, reference=str(number), amount=1, committed_on=make.MONDAY, entry=entry)

    assert sum(all_at_once(commit)) == 7
    line.refresh_from_db()
    assert line.committed_amount == 7


def test_a_server_is_leased_to_one():
    server = make.servers(count=1)[0]
    applications = [make.application() for _ in range(WRITERS)]
    round_, given = make.round_(), {"pool": server.pool_id, "servers": [server.pk], "from_week": 0, "to_week": 4, "value": 0}
    listed = [{"application": each.pk, **given} for each in applications]
    entry = make.approved_grants(round_, *listed)

    def lease(number):
        allocation.grant_leases(round=round_, grants=[listed[number]], entry=entry)

    assert sum(all_at_once(lease)) == 1
    assert Lease.objects.count() == 1
    assert naively(1) > 1, "the control must fail, or the race proves nothing"


def test_leases_of_many_servers_in_any_order_do_not_wait_for_each_other_in_a_circle():
    servers = make.servers(count=6)
    applications = [make.application() for _ in range(WRITERS)]
    round_, given = make.round_(), {"pool": servers[0].pool_id, "from_week": 0, "to_week": 4, "value": 0}
    listed = [
        {"application": each.pk, "servers": [servers[(n + step) % 6].pk for step in range(3)][:: 1 if n % 2 else -1], **given}
        for n, each in enumerate(applications)
    ]
    entry = make.approved_grants(round_, *listed)

    def lease(number):
        allocation.grant_leases(round=round_, grants=[listed[number]], entry=entry)

    done = sum(all_at_once(lease))
    assert 1 <= done <= 2
    assert Lease.objects.count() == 3 * done


def test_the_chain_has_no_gap_and_no_fork():
    filer = make.the("agency")
    rounds = 5

    def file(number):
        for step in range(rounds):
            make.filed(subject=f"{number}-{step}", filed_by=filer, facts={"n": number, "step": step})

    assert all(all_at_once(file))
    before = GENESIS
    for place, entry in enumerate(Entry.objects.order_by("seq"), start=1):
        assert (entry.seq, entry.previous_hash) == (place, before)
        before = entry.hash
    assert place == WRITERS * rounds
    assert list(journal.export_lines())[-1] == f'{{"entries":{place},"head":"{before}"}}'


def test_a_recommendation_is_answered_once():
    entry = make.filed()
    people = [make.person("ministry") for _ in range(8)]

    def answer(number):
        try:
            journal_actions.approve(entry=entry, approved_by=people[number], at=make.START)
        except Exception as error:
            raise BadInput(str(error)) from error

    assert sum(all_at_once(answer, writers=8)) == 1
    assert Entry.objects.filter(refers_to=entry).count() == 1
