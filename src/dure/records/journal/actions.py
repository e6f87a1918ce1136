"""Adds to the journal: a recommendation, or a named person's answer to one; and the record of every act."""

import datetime as dt
import zlib
from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

import dure
from dure.formats.canonical import canonical_bytes, digest, plain
from dure.formats.errors import BadInput
from dure.records.journal.chain import entry_hash, hashed_fields
from dure.records.journal.models import JOURNAL_FORMAT, Act, Document, Entry, Kind, Signature, Statement

COMPRESSION = 6
LONGEST_WAIT = dt.timedelta(minutes=1)  # of an act for the head of the journal


def store(value: Any) -> Document:
    """The document of that plain value, stored unless it is there."""
    raw = canonical_bytes(value)
    key = digest(value)
    document = Document(digest=key, size=len(raw), content=zlib.compress(raw, COMPRESSION))
    Document.objects.bulk_create([document], ignore_conflicts=True)
    return document


def store_plan(value: Any) -> Document:
    """As `store`, and as text that the database itself reads, where it holds what is carried out to what was approved."""
    raw = canonical_bytes(value)
    document = Document(digest=digest(value), size=len(raw))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO journal_document (digest, size, content, plain) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [document.digest, document.size, zlib.compress(raw, COMPRESSION), raw.decode()],
        )
    return document


@transaction.atomic
def file_recommendation(
    *,
    programme: str,
    stage: str,
    decision: str,
    subject: str,
    facts: Any,
    rules: Any,
    recommendation: Any,
    filed_by: Any,
    edits: Sequence[Any] = (),
    at: dt.datetime | None = None,
) -> Entry:
    """Add a recommendation to the chain; it has no effect before `approve`.

    `facts`, `rules` and `recommendation` are structs or plain JSON values; `edits` say where a person changed the facts,
    as plain JSON values.
    """
    facts, rules, recommendation = plain(facts), plain(rules), plain(recommendation)
    if not isinstance(recommendation, dict) or recommendation.get("facts_digest") != digest(facts):
        raise BadInput(
            "the recommendation was not made from these facts: its facts_digest differs.",
            where=f"{decision} {subject}",
            todo="File what `cycle.deciding.decide` returned.",
        )
    entry = Entry(
        kind=Kind.RECOMMENDATION,
        programme=programme,
        stage=stage,
        decision=decision,
        subject=subject,
        format_version=facts.get("version", 1),
        at=at or timezone.now(),
        who=filed_by,
        facts=store(facts),
        rules=store(rules),
        recommendation=store_plan(recommendation),
        method=recommendation.get("method", ""),
        edits=list(edits),
    )
    return _append(entry)


def approve(*, entry: Entry, approved_by: Any, note: str = "", at: dt.datetime | None = None) -> Entry:
    """Add a named person's approval; from now on actions may carry the recommendation out."""
    return _answer(Kind.APPROVAL, entry=entry, who=approved_by, note=note, at=at)


def refuse(*, entry: Entry, refused_by: Any, note: str, at: dt.datetime | None = None) -> Entry:
    """Add a named person's refusal, with the reason in `note`; the recommendation can never take effect."""
    if not note.strip():
        raise BadInput(
            "a refusal needs its reason.", where=f"journal entry {entry.seq}", todo="Say why in the note.", code="reason_missing"
        )
    return _answer(Kind.REFUSAL, entry=entry, who=refused_by, note=note, at=at)


def sign(*, entry: Entry, who: Any, note: str = "", at: dt.datetime | None = None) -> Signature:
    """Add one person's signature to a recommendation that needs several; the last one is the approval."""
    return Signature.objects.create(entry=entry, who=who, note=note, at=at or timezone.now())


@transaction.atomic
def _answer(kind: Kind, *, entry: Entry, who: Any, note: str, at: dt.datetime | None) -> Entry:
    """One answer to a recommendation, by another person than filed it; who else may is for the caller to ask."""
    where = f"journal entry {entry.seq} ({entry.decision})"
    if not entry.is_recommendation:
        raise BadInput("only a recommendation can be answered.", where=where, code="not_a_recommendation")
    if Entry.objects.filter(refers_to=entry.seq).exists():
        raise BadInput("already has its answer.", where=where, todo="File a new recommendation.", code="answered")
    if entry.who_id in who.as_one:
        raise BadInput(f"{who} filed it and may not answer it.", where=where, todo="Ask another person.", code="four_eyes")
    answer = Entry(
        kind=kind,
        programme=entry.programme,
        stage=entry.stage,
        decision=entry.decision,
        subject=entry.subject,
        format_version=entry.format_version,
        at=at or timezone.now(),
        who=who,
        refers_to_id=entry.seq,
        note=note,
    )
    return _append(answer)


def _append(entry: Entry) -> Entry:
    """Lock the head, link the entry to it, hash it and add it; a trigger moves the head on.

    An act reads the clock before it waits for the head. Where another was filed meanwhile, both bear the later time.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT head_seq, head_hash FROM journal_lock_head()")
        last_seq, entry.previous_hash = cursor.fetchone()
    last_at = Entry.objects.filter(pk=last_seq).values_list("at", flat=True).first()
    if last_at is not None and entry.at < last_at <= entry.at + LONGEST_WAIT:
        entry.at = last_at
    entry.seq = last_seq + 1
    entry.journal = JOURNAL_FORMAT
    entry.code_version = code_version()
    entry.hash = entry_hash(hashed_fields(entry, person_id=entry.who.uid))
    entry.save(force_insert=True)
    return entry


def code_version() -> str:
    """Which version of the code acts."""
    return f"dure {dure.__version__}"


def state(*, programme: str, kind: str, subject: str, content: Any, by: Any, at: dt.datetime) -> Statement:
    """Record what a person states; earlier statements on the same subject stay on record and no longer count."""
    return Statement.objects.create(
        programme=programme, kind=kind, subject=subject, content=store(content), stated_by=by, stated_at=at
    )


def record_act(
    *,
    programme: str,
    command: str,
    about: str,
    person: Any,
    via: str,
    given: Any,
    result: Any,
    key: str = "",
    at: dt.datetime | None = None,
) -> Act:
    """Record one command that was carried out, in the transaction in which it was; `given` is its plain input."""
    return Act.objects.create(
        programme=programme,
        command=command,
        about=about,
        person=person,
        at=at or timezone.now(),
        via=via,
        input=store(given),
        result=result,
        key=key,
        code_version=code_version(),
    )
