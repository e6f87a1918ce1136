"""People register keys of their own, and whoever has one signs each answer to a recommendation."""

import datetime as dt
import json
from typing import Any

from dure.cycle.commands.rows import Context, Owners
from dure.cycle.lookup import found
from dure.evidence.signatures import statements
from dure.evidence.signatures.signing import Signed, holds, key_id
from dure.formats.approvals import ApprovalRules
from dure.formats.canonical import plain
from dure.formats.commands.decisions import ApproveDecision, RefuseDecision, SignedStatement
from dure.formats.commands.people import EndKey, RegisterKey
from dure.formats.errors import BadInput, Refused
from dure.records.evidence import actions, queries
from dure.records.journal import queries as journal
from dure.records.journal.chain import instant_text
from dure.records.journal.models import GENESIS, Entry
from dure.records.parties.models import Person

LONGEST = dt.timedelta(minutes=15)  # from the statement that the server gave until it comes back signed
AHEAD = dt.timedelta(minutes=1)


def register(request: RegisterKey, context: Context) -> str:
    """Let the person sign with the key from now on, once it is shown that they hold it; returns the key's id."""
    key = key_id(request.public)
    statement = possession(context.person, request.public, programme=context.programme)
    signed = Signed(
        key=key, statement=statement, signature=request.signature, authenticator_data=request.authenticator_data,
        client_data=request.client_data,
    )  # fmt: skip
    if queries.key(key) is not None:
        raise BadInput("the key is known already.", where="public", todo="Make a new one.", code="id_taken")
    if not holds(request.public, signed):
        raise BadInput(
            "the signature does not show who holds the key.",
            where="signature",
            todo="Sign the statement of possession with this key.",
            code="not_signed",
        )
    return actions.register_key(
        id=key, person=context.person, public=request.public, credential=request.credential, name=request.name, at=context.at
    ).pk


def possession(person: Person, public: str, *, programme: str) -> str:
    """What is signed to register that public key."""
    return statements.text(statements.possession(programme=programme, person=person.uid, public=public))


def end(request: EndKey, context: Context) -> str:
    """End the key; returns its id."""
    key = found(queries.key(request.key), "key", request.key)
    if key.ended_at is not None:
        raise BadInput("has ended.", where=f"key {key.pk}", todo="Load the page again.", code="key_over")
    return actions.end_key(key=key, at=context.at).pk


def owner(request: EndKey) -> Owners:
    """The key's person; nobody where there is no such key."""
    key = queries.key(request.key)
    return Owners(people=frozenset({key.person.uid})) if key else Owners()


def statement_for(entry: Entry, person: Person, *, answer: str, at: dt.datetime) -> str:
    """What that person signs to give that answer: this recommendation, after the journal as it stands, now."""
    head = journal.last_entry()
    last = {"seq": head.seq, "hash": head.hash} if head else {"seq": 0, "hash": GENESIS}
    line = queries.entry_line(entry)
    return statements.text(statements.approval(answer=answer, entry=line, head=last, person=person.uid, at=instant_text(at)))


def keep(request: ApproveDecision | RefuseDecision, entry: Entry, context: Context, *, answer: str) -> None:
    """Check and keep what the person signed; raises `Refused` with code `signature_needed` where nothing was."""
    own = {each.pk: each for each in queries.keys(person=context.person, at=context.at)}
    if request.signed is None:
        if own or entry.decision in _needed(context):
            raise _needs_signature(entry, context, answer=answer, has_key=bool(own))
        return
    key = own.get(request.signed.key)
    signed = Signed(**plain(request.signed))
    if key is None or not holds(key.public, signed):
        raise BadInput(
            "the signature is none by a key of yours that is in force.", where="signed", todo="Sign again.", code="not_signed"
        )
    _require_statement(request.signed, entry, context, answer=answer)
    actions.keep_signed(entry=entry, signed=signed)


def _needed(context: Context) -> tuple[str, ...]:
    return context.book.fill(ApprovalRules, on=context.day)[0].signed_decisions


def _needs_signature(entry: Entry, context: Context, *, answer: str, has_key: bool) -> Refused:
    """A program finds the statement in `detail`, signs it, and asks again."""
    todo = "Sign the statement with your key." if has_key else "Register a key first, then sign with it."
    statement = statement_for(entry, context.person, answer=answer, at=context.at)
    where = f"journal entry {entry.seq}"
    return Refused("needs a signature.", where=where, todo=todo, code="signature_needed", detail={"statement": statement})


def _require_statement(given: SignedStatement, entry: Entry, context: Context, *, answer: str) -> None:
    """It says exactly this answer to this entry, after a journal that was there, a short while ago."""
    told = _told(given.statement)
    at = dt.datetime.fromisoformat(str(told["at"]))
    head = journal.find_line(int(told["head"]["seq"]))
    known = head is not None and head.seq >= entry.seq and head.hash == told["head"]["hash"]
    due = statements.approval(
        answer=answer, entry=queries.entry_line(entry), head=told["head"], person=context.person.uid, at=told["at"]
    )
    if not known or given.statement != statements.text(due):
        raise BadInput(
            "says something else.", where="signed, statement", todo="Load the page again, and sign.", code="other_statement"
        )
    if not -AHEAD <= context.at - at <= LONGEST:
        raise BadInput("was signed too long ago.", where="signed, statement", todo="Sign again.", code="other_statement")


def _told(statement: str) -> dict[str, Any]:
    try:
        told: dict[str, Any] = json.loads(statement)
        whole = isinstance(told["head"]["seq"], int) and dt.datetime.fromisoformat(told["at"]).tzinfo is not None
    except (ValueError, KeyError, TypeError):
        whole = False
    if not whole:
        raise BadInput(
            "is no statement.", where="signed, statement", todo="Load the page again, and sign.", code="other_statement"
        )
    return told
