"""What was recorded since a mark is found in whatever order transactions end."""

import psycopg
import pytest
from django.db import connection

from dure.records.journal.freshness import recorded_since

COPY = (
    "INSERT INTO journal_act (programme, command, about, person_id, at, via, input_id, key, code_version) "
    "SELECT programme, command, about, person_id, at, via, input_id, '', code_version FROM journal_act ORDER BY id LIMIT 1"
)


@pytest.fixture
def other(world):  # noqa: ARG001 - its database
    """Opens another connection to the world's database."""
    opened = []

    def connect():
        connection.ensure_connection()
        known = connection.settings_dict
        address = {"host": known["HOST"], "port": known["PORT"], "user": known["USER"], "password": known["PASSWORD"]}
        opened.append(psycopg.connect(dbname=known["NAME"], **address))
        return opened[-1]

    yield connect
    for each in opened:
        each.close()


def test_nothing_recorded_is_nothing_new(world):
    is_new, mark = recorded_since(None)
    assert is_new
    assert not recorded_since(mark)[0]
    world.act("add_gpu_model", "2026-06-10", id="B300", relative_compute="3", gpus_per_server=8)
    assert recorded_since(mark)[0]


def test_an_act_with_a_lower_number_that_ends_later_is_new(other):
    """The last number alone would not tell: it is the other act's."""
    slow, quick = other(), other()
    slow.execute(COPY)
    quick.execute(COPY)
    quick.commit()
    _, mark = recorded_since(None)
    assert not recorded_since(mark)[0]
    slow.commit()
    is_new, after = recorded_since(mark)
    assert is_new
    assert (after.act, after.entry) == (mark.act, mark.entry)
    assert not recorded_since(after)[0]


def test_what_is_rolled_back_is_nothing_new(other):
    _, mark = recorded_since(None)
    failed = other()
    failed.execute(COPY)
    failed.rollback()
    assert not recorded_since(mark)[0]


def test_acts_that_a_restore_brought_from_a_younger_server_are_seen(other):
    """Their transactions are yet to come on this server, so that they say nothing of it."""
    restored = other()
    restored.execute("SET session_replication_role = 'replica'")
    restored.execute("UPDATE journal_act SET transaction = '900000000'::xid8")
    restored.commit()
    _, mark = recorded_since(None)
    assert not recorded_since(mark)[0]
    restored.execute(COPY)
    restored.commit()
    assert recorded_since(mark)[0]
