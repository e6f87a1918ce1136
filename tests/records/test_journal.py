"""The journal: chained without gaps, never altered, answered once and by someone else."""

import json

import pytest
from django.db import IntegrityError, transaction

import factories
from database import refused
from dure.evidence.journal import entry_hash
from dure.formats.canonical import canonical_bytes, digest
from dure.formats.errors import BadInput
from dure.records.journal import actions, chain, queries
from dure.records.journal.approved import require_approved
from dure.records.journal.models import GENESIS, Document, Entry

pytestmark = pytest.mark.django_db


def test_entries_are_linked_from_the_first():
    first, second = factories.filed(), factories.filed("shares")
    assert (first.seq, first.previous_hash) == (1, GENESIS)
    assert (second.seq, second.previous_hash) == (2, first.hash)


def test_exported_lines_hash_to_what_they_claim():
    entry = factories.approved(facts={"stage": "allocation", "name": '두레 \u0007 "인용"'})
    *lines, last = [json.loads(line) for line in queries.export_lines()]
    assert [line["kind"] for line in lines] == ["recommendation", "approval"]
    before = GENESIS
    for line in lines:
        assert entry_hash(line) == line["hash"]
        assert line["previous_hash"] == before
        before = line["hash"]
    assert lines[0]["facts"] == entry.facts_value()
    assert lines[0]["facts_digest"] == digest(lines[0]["facts"])
    assert lines[0]["who"] == factories.the("agency").uid
    assert last == {"head": before, "entries": 2}


def test_an_empty_journal_still_says_so():
    assert [json.loads(line) for line in queries.export_lines()] == [{"head": GENESIS, "entries": 0}]


def test_a_recommendation_has_no_effect_until_someone_else_approves():
    entry = factories.filed()
    assert queries.get(entry.seq).is_pending
    assert not queries.approved(decision="allocation").exists()
    with pytest.raises(BadInput, match="filed it"):
        actions.approve(entry=entry, approved_by=factories.the("agency"))
    with pytest.raises(BadInput, match="not been approved"):
        require_approved(entry, "allocation")
    actions.approve(entry=entry, approved_by=factories.the("ministry"), note="확인", at=factories.START)
    assert queries.approved(decision="allocation", subject="round-1").get() == entry
    assert not queries.approved(decision="allocation", subject="round-2").exists()
    assert require_approved(entry, "allocation") == entry
    assert not queries.pending().exists()


def test_it_is_answered_once():
    entry = factories.approved()
    with pytest.raises(BadInput, match="already"):
        actions.refuse(entry=entry, refused_by=factories.the("ministry", 2), note="too late")


def test_a_refusal_needs_its_reason():
    entry = factories.filed()
    with pytest.raises(BadInput, match="reason"):
        actions.refuse(entry=entry, refused_by=factories.the("ministry"), note=" ")
    actions.refuse(entry=entry, refused_by=factories.the("ministry"), note="예산 초과", at=factories.START)
    assert queries.get(entry.seq).is_refused
    assert list(queries.pending()) == []


def test_facts_and_recommendation_belong_together():
    with pytest.raises(BadInput, match="facts_digest"):
        factories.filed(recommendation={"facts_digest": "0" * 64})


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal_entry SET note = 'x'",
        "DELETE FROM journal_entry",
        "TRUNCATE journal_entry CASCADE",
        "DELETE FROM journal_head",
        "TRUNCATE journal_head",
    ],
)
def test_nothing_filed_can_be_altered(statement):
    factories.filed()
    refused("only grows", statement)


def raw(**changes):
    """Add an entry past the actions, as a hostile program would; its hash is right unless it is given."""
    head = Entry.objects.order_by("-seq").first()
    fields = {
        "seq": head.seq + 1,
        "kind": "approval",
        "programme": head.programme,
        "stage": head.stage,
        "decision": head.decision,
        "subject": head.subject,
        "at": head.at,
        "who": factories.the("ministry"),
        "code_version": "none",
        "refers_to_id": head.seq,
        "previous_hash": head.hash,
        **changes,
    }
    entry = Entry(**fields)
    entry.hash = entry.hash or chain.entry_hash(chain.hashed_fields(entry, person_id=entry.who.uid))
    with transaction.atomic():
        entry.save(force_insert=True)
    return entry


def test_a_raw_approval_by_another_person_is_possible():
    factories.filed()
    assert raw().kind == "approval"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"seq": 7}, "goes on with entry 2"),
        ({"previous_hash": "b" * 64}, "goes on with entry 2"),
        ({"stage": "shares"}, "must have its key"),
        ({"decision": "shares"}, "must have its key"),
        ({"programme": "other"}, "must have its key"),
        ({"subject": "other"}, "must have its key"),
        ({"refers_to_id": 99}, "not a recommendation"),
        ({"refers_to_id": None}, "recommendation_or_an_answer"),
        ({"kind": "wish"}, "recommendation_or_an_answer"),
        ({"kind": "recommendation", "refers_to_id": None}, "recommendation_or_an_answer"),
        ({"method": "by_hand"}, "recommendation_or_an_answer"),
        ({"hash": "xyz"}, "does not have the hash"),
        ({"hash": "a" * 64}, "does not have the hash"),
        ({"journal": 1}, "does not have the hash"),
        ({"at": factories.START.replace(year=2020)}, "not be earlier"),
    ],
    ids=str,
)
def test_the_database_itself_refuses_what_breaks_the_chain(changes, message):
    factories.filed()
    with pytest.raises(IntegrityError, match=message):
        raw(**changes)


def test_the_database_itself_refuses_self_approval_and_a_second_answer():
    factories.filed()
    with pytest.raises(IntegrityError, match="may not answer"):
        raw(who=factories.the("agency"))
    answer = raw()
    with pytest.raises(IntegrityError):
        raw(refers_to_id=1, kind="refusal")
    with pytest.raises(IntegrityError, match="not a recommendation"):
        raw(refers_to_id=answer.seq)


def test_a_megabyte_of_facts_is_filed_and_read_back():
    facts = {"stage": "allocation", "rows": ["가나다라 0123456789"] * 40_000}
    entry = factories.filed(facts=facts)
    assert len(canonical_bytes(facts)) > 1_000_000
    assert queries.get(entry.seq).facts_value() == facts


def test_the_same_facts_are_stored_once_and_compressed():
    facts = {"stage": "allocation", "rows": ["가나다라 0123456789"] * 10_000}
    first, second = factories.filed(facts=facts), factories.filed(facts=facts)
    assert first.facts_id == second.facts_id == digest(facts)
    document = Document.objects.get(pk=first.facts_id)
    assert document.size == len(canonical_bytes(facts))
    assert len(document.content) < document.size / 10
    refused("only grows", "UPDATE journal_document SET size = 1")


def test_a_renamed_person_changes_nothing():
    factories.approved()
    before = list(queries.export_lines())
    person = factories.the("agency")
    person.username = "another-name"
    person.save()
    assert list(queries.export_lines()) == before


def test_lists_leave_the_documents_out(django_assert_num_queries):
    for _ in range(3):
        factories.approved()
    with django_assert_num_queries(1):
        listed = list(queries.entries(decision="allocation", kind="recommendation"))
        assert [entry.is_approved for entry in listed] == [True] * 3
        assert {entry.answered.who.username for entry in listed} == {"ministry-1"}
        assert {len(entry.facts_digest) for entry in listed} == {64}


def test_what_was_filed_on_a_subject_reads_as_the_entries_do(django_assert_num_queries):
    factories.approved()
    refused_one = factories.filed(edits=[{"at": "/weeks", "from": 1, "to": 2}])
    actions.refuse(entry=refused_one, refused_by=factories.the("ministry"), note="다시", at=factories.START)
    factories.filed()
    factories.filed(subject="round-2")
    asked = list(queries.entries(decision="allocation", subject="round-1", kind="recommendation").order_by("-seq"))
    with django_assert_num_queries(1):
        found = queries.filed_on(decision="allocation", subject="round-1")
        shown = [_whole(each) for each in found]
    assert shown == [_whole(each) for each in asked]
    assert [entry.is_pending for entry in found] == [True, False, False]
    assert queries.filed_on(decision="shares", subject="round-1") == []


def _whole(entry):
    """All that is read of an entry, of who filed it and of its answer."""
    answer = entry.answered
    return [fields(each) for each in (entry, entry.who, answer, answer and answer.who) if each]


def fields(row):
    return {each.attname: getattr(row, each.attname) for each in row._meta.concrete_fields if not each.generated}


def test_an_act_is_recorded_and_never_altered():
    given = {"call": "c", "question": "?"}
    act = actions.record_act(
        programme="somewhere", command="ask_question", about="call/c", person=factories.the("agency"), via="page",
        given=given, result=7, key="k", at=factories.START,
    )  # fmt: skip
    assert queries.version("call/c") == act.pk
    assert queries.act_with_key(person_id=act.person_id, key="k").input.value() == given
    refused("only grows", "UPDATE journal_act SET command = 'x'")
    refused("only grows", "DELETE FROM journal_act")
    with pytest.raises(IntegrityError, match="act_key_is_used_once"), transaction.atomic():
        actions.record_act(
            programme="somewhere",
            command="x",
            about="y",
            person=factories.the("agency"),
            via="api",
            given={},
            result=None,
            key="k",
        )


def test_of_statements_the_last_counts():
    said = {"programme": "somewhere", "kind": "notes", "subject": "2026-03"}
    assert queries.statement(**said) is None
    for number in (1, 2):
        actions.state(**said, content={"n": number}, by=factories.the("agency"), at=factories.START)
    assert queries.statement(**said) == {"n": 2}
    assert queries.statements_by_subject(programme="somewhere", kind="notes") == {"2026-03": {"n": 2}}
    refused("only grows", "DELETE FROM journal_statement")
