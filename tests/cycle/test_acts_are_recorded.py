"""Every command writes exactly one act, or nothing at all: also where the database refuses it at the very end."""

import pytest
from django.db import connection, transaction

from database import refused
from dure.cycle.commands.registry import BY_NAME
from dure.formats.canonical import digest
from dure.formats.errors import BadInput
from dure.records.journal.models import Act
from filled import fingerprint
from inputs import valid
from world import NOW

FAILING = """
CREATE FUNCTION fails_at_last() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'fails at last' USING ERRCODE = '23000'; END $$;
CREATE CONSTRAINT TRIGGER fails_at_last AFTER INSERT ON journal_act DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION fails_at_last();
"""


# Not possible any more once the second call has its awards.
ENDED = {"lock_panel", "submit_proposal", "check_proposals", "file_portfolio"}


def actor(name, case):
    """Somebody who may: the side that it belongs to, or the first desk of the row."""
    return case.own or f"{BY_NAME[name].by[0].desk}-2"


def test_a_command_that_fails_at_the_end_leaves_nothing(world):
    inputs = valid(world)
    before = fingerprint()
    for name, case in inputs.items():
        if name not in ENDED:
            case.before(world)  # before the failure begins: what must be there, such as awards for agreements to be signed
    assert fingerprint() != before
    with connection.cursor() as cursor:
        cursor.execute(FAILING)
    before = fingerprint()
    for name, case in inputs.items():
        if name in ENDED or case.given.get("panel") == "panel-call-2":
            continue
        with pytest.raises(BadInput, match="fails at last") as told:
            world.do(name, case.given, by=actor(name, case), at=case.at)
        assert told.value.code == "refused_by_records"
        assert fingerprint() == before, name


def test_a_command_that_fails_at_the_end_of_an_outer_transaction_fails_at_its_own_end(world):
    with connection.cursor() as cursor:
        cursor.execute(FAILING)
    before = fingerprint()
    with transaction.atomic():
        with pytest.raises(BadInput, match="fails at last"):
            world.act("set_milestone", NOW, key="first_service", actual_on=NOW)
        assert fingerprint() == before


def test_acts_say_who_did_what_when_and_are_never_altered(world):
    outcome = world.do("ask_question", {"call": "call-2", "question": "누가?"}, by="alpha-1", at=NOW)
    act = Act.objects.get(pk=outcome.act)
    assert (act.command, act.about, act.person.username, act.result) == ("ask_question", "call/call-2", "alpha-1", outcome.result)
    assert act.input.value() == {"call": "call-2", "question": "누가?"}
    assert act.input_id == digest(act.input.value())
    refused("only grows", "UPDATE journal_act SET about = 'call/call-1' WHERE id = %s", act.pk)
    refused("only grows", "DELETE FROM journal_act WHERE id = %s", act.pk)
    refused("only grows", "TRUNCATE journal_act CASCADE")
