"""Whoever has registered a key signs every answer with it; what is signed says exactly what is answered, when, and after what."""

import datetime as dt
import json

import pytest

from dure.__main__ import main
from dure.cycle.evidence.keys import possession, statement_for
from dure.evidence.signatures import statements
from dure.evidence.signatures.signing import holds, key_id, new_private_key, public_key, sign
from dure.formats.canonical import plain
from dure.formats.errors import BadInput, Refused
from dure.records.evidence.models import SignedAnswer, SigningKey
from dure.records.journal import queries as journal
from dure.records.parties.models import Person
from world import moment

AT = "2026-06-10"


@pytest.fixture
def key(world):
    """A key of the ministry's, registered."""
    private = new_private_key()
    register(world, private)
    return private


def register(world, private, *, by="ministry-1", at=AT, proof=None):
    person = Person.objects.get(username=by)
    public = public_key(private)
    proof = proof or sign(private, possession(person, public, programme=world.book.programme))
    return world.act("register_key", at, by=by, public=public, signature=proof.signature)


def signed(private, seq, *, by="ministry-1", on=AT, answer="approval", **changes):
    statement = statement_for(journal.find(seq), Person.objects.get(username=by), answer=answer, at=moment(on))
    told = {**json.loads(statement), **changes}
    return plain(sign(private, statements.text(told)))


def approve(world, seq, given, *, by="ministry-1", at=AT):
    return world.act("approve_decision", at, by=by, entry=seq, signed=given)


def test_an_answer_is_signed_and_the_statement_kept(world, key):
    given = signed(key, world.pending)
    approve(world, world.pending, given)
    kept = SignedAnswer.objects.get()
    assert (kept.entry_id, kept.key_id, kept.statement) == (world.pending, key_id(public_key(key)), given["statement"])
    told = json.loads(kept.statement)
    assert told["recommendation"] == journal.find(world.pending).recommendation_id


def test_without_a_key_nothing_changes_and_with_one_nothing_goes_without(world):
    world.approve(world.pending, AT, by="agency-2")
    register(world, new_private_key())
    with pytest.raises(Refused) as refused:
        world.approve(world.file("outcomes", "2026-04", AT), AT)
    assert refused.value.code == "signature_needed"
    assert json.loads(refused.value.detail["statement"])["person"] == "ministry-1"


def test_a_program_signs_what_the_refusal_shows(world, key):
    with pytest.raises(Refused) as refused:
        world.approve(world.pending, AT)
    approve(world, world.pending, plain(sign(key, refused.value.detail["statement"])))
    assert SignedAnswer.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"answer": "refusal"}, {"entry": 1}, {"person": "agency-2"}, {"recommendation": "0" * 64}, {"entry_hash": "0" * 64},
        {"head": {"seq": 1, "hash": "0" * 64}}, {"head": {"seq": 10_000, "hash": "0" * 64}}, {"at": "2026-06-09T10:00:00Z"},
        {"at": "2026-06-10T02:00:00"}, {"at": "soon"}, {"extra": 1}, {"decision": "settlement"}, {"programme": "other"},
    ],
    ids=str,
)  # fmt: skip
def test_a_statement_that_says_anything_else_is_refused(world, key, changes):
    with pytest.raises(BadInput) as refused:
        approve(world, world.pending, signed(key, world.pending, **changes))
    assert refused.value.code == "other_statement"
    assert not SignedAnswer.objects.exists()


def test_a_signature_of_another_key_is_refused(world, key):
    other = signed(new_private_key(), world.pending)
    forged = {**other, "key": key_id(public_key(key))}
    for given in (other, forged, {**signed(key, world.pending), "signature": "AAAA"}):
        with pytest.raises(BadInput) as refused:
            approve(world, world.pending, given)
        assert refused.value.code == "not_signed"


def test_a_key_is_registered_by_who_holds_it_once(world, key):
    with pytest.raises(BadInput, match="known already"):
        register(world, key)
    with pytest.raises(BadInput) as refused:
        register(world, new_private_key(), proof=sign(key, "something"))
    assert refused.value.code == "not_signed"


def test_an_ended_key_signs_no_more_and_comes_back_never(world, key):
    world.act("end_key", AT, by="ministry-1", key=key_id(public_key(key)))
    with pytest.raises(BadInput) as refused:
        approve(world, world.pending, signed(key, world.pending, on="2026-06-11"), at="2026-06-11")
    assert refused.value.code == "not_signed"
    with pytest.raises(BadInput, match="known already"):
        register(world, key, at="2026-06-11")
    with pytest.raises(BadInput) as refused:
        world.act("end_key", "2026-06-11", by="ministry-1", key=key_id(public_key(key)))
    assert refused.value.code == "key_over"
    world.approve(world.pending, "2026-06-11")  # without a key, as before


def test_the_key_of_another_is_ended_by_the_agency_alone(world, key):
    with pytest.raises(Refused) as refused:
        world.act("end_key", AT, by="operator-1", key=key_id(public_key(key)))
    assert refused.value.code == "not_yours"


def test_a_signature_cannot_be_used_twice(world, key):
    given = signed(key, world.pending)
    approve(world, world.pending, given)
    again = world.file("outcomes", "2026-04", AT)
    with pytest.raises(BadInput) as refused:
        approve(world, again, given)
    assert refused.value.code == "other_statement"


def test_the_command_line_makes_keys_and_signs(tmp_path, capsys):
    path, statement = tmp_path / "me.key", tmp_path / "statement.json"
    assert main(["key", "new", str(path)]) == 0
    public = capsys.readouterr().out.strip()
    assert path.stat().st_mode & 0o077 == 0
    statement.write_text("{}")
    assert main(["key", "sign", str(path), str(statement)]) == 0
    made = sign(path.read_text(), "{}")
    assert capsys.readouterr().out.strip() == made.signature
    assert holds(public, made)
    assert main(["key", "new", str(path)]) == 2


@pytest.mark.usefixtures("key")
def test_the_database_keeps_keys_as_they_are():
    from database import refused

    refused("only grows|keeps", "UPDATE evidence_signingkey SET person_id = person_id + 1")
    refused("keeps rows", "DELETE FROM evidence_signingkey")
    SigningKey.objects.update(ended_at=moment(AT) + dt.timedelta(days=1))
    refused("has ended", "UPDATE evidence_signingkey SET ended_at = NULL")


def test_the_line_for_the_page_proves_the_possession(tmp_path, capsys):
    path = tmp_path / "me.key"
    main(["key", "new", str(path)])
    capsys.readouterr()
    assert main(["key", "prove", str(path), "kr_2025", "person-1"]) == 0
    public, signature = capsys.readouterr().out.split()
    told = statements.text(statements.possession(programme="kr_2025", person="person-1", public=public))
    assert sign(path.read_text(), told).signature == signature
    assert main(["key", "sign", str(path)]) == 2
