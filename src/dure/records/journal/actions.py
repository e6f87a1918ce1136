"""Adds to the journal: a recommendation, or a named person's answer to one. Nothing else writes here."""

import datetime as dt
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

import dure
from dure.formats.canonical import canonical_bytes, digest, plain
from dure.formats.errors import BadInput
from dure.records.journal import access
from dure.records.journal.chain import entry_hash, hashed_fields
from dure.records.journal.models import Entry, Kind


@transaction.atomic
def file_recommendation(
    *, stage: str, subject: str, facts: Any, rules: Any, recommendation: Any, filed_by: Any, at: dt.datetime | None = None
) -> Entry:
    """Add a recommendation to the chain; it has no effect before `approve`.

    `facts`, `rules` and `recommendation` are structs or plain JSON values.
    """
    access.require_filer(filed_by, stage)
    facts, rules, recommendation = plain(facts), plain(rules), plain(recommendation)
    facts_digest = digest(facts)
    if not isinstance(recommendation, dict) or recommendation.get("facts_digest") != facts_digest:
        raise BadInput(
            "the recommendation was not made from these facts: its facts_digest differs.",
            where=f"{stage} {subject}",
            todo="File what `cycle.deciding.decide` returned.",
        )
    entry = Entry(
        kind=Kind.RECOMMENDATION,
        stage=stage,
        subject=subject,
        at=at or timezone.now(),
        who=filed_by,
        facts=canonical_bytes(facts).decode(),
        rules=canonical_bytes(rules).decode(),
        recommendation=canonical_bytes(recommendation).decode(),
        method=recommendation.get("method", ""),
        facts_digest=facts_digest,
    )
    return _append(entry, facts=facts, rules=rules, recommendation=recommendation)


def approve(*, entry: Entry, approved_by: Any, note: str = "", at: dt.datetime | None = None) -> Entry:
    """Add a named person's approval; from now on actions may carry the recommendation out."""
    return _answer(Kind.APPROVAL, entry=entry, who=approved_by, note=note, at=at)


def refuse(*, entry: Entry, refused_by: Any, note: str, at: dt.datetime | None = None) -> Entry:
    """Add a named person's refusal, with the reason in `note`; the recommendation can never take effect."""
    if not note.strip():
        raise BadInput("a refusal needs its reason.", where=f"journal entry {entry.seq}", todo="Say why in the note.")
    return _answer(Kind.REFUSAL, entry=entry, who=refused_by, note=note, at=at)


def require_approved(entry: Entry, *stages: str) -> Entry:
    """The entry, if it is an approved recommendation of one of those stages; the database checks it again."""
    if entry.kind != Kind.RECOMMENDATION or entry.stage not in stages:
        raise BadInput(f"is not a recommendation of stage {' or '.join(stages)}.", where=f"journal entry {entry.seq}")
    if not Entry.objects.filter(refers_to=entry, kind=Kind.APPROVAL).exists():
        raise BadInput(
            "has not been approved.",
            where=f"journal entry {entry.seq}",
            todo="Nothing takes effect before a named person approves.",
        )
    return entry


@transaction.atomic
def _answer(kind: Kind, *, entry: Entry, who: Any, note: str, at: dt.datetime | None) -> Entry:
    access.require_approver(who, entry)
    answer = Entry(
        kind=kind, stage=entry.stage, subject=entry.subject, at=at or timezone.now(), who=who, refers_to_id=entry.seq, note=note
    )
    return _append(answer)


def _append(entry: Entry, *, facts: Any = None, rules: Any = None, recommendation: Any = None) -> Entry:
    """Lock the head, link the entry to it, hash it and add it; a trigger moves the head on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT head_seq, head_hash FROM journal_lock_head()")
        last_seq, entry.previous_hash = cursor.fetchone()
    entry.seq = last_seq + 1
    entry.code_version = f"dure {dure.__version__}"
    fields = hashed_fields(entry, username=entry.who.get_username(), facts=facts, rules=rules, recommendation=recommendation)
    entry.hash = entry_hash(fields)
    entry.save(force_insert=True)
    return entry
