"""What exactly is hashed, so that anyone with the exported lines can hash it again?

An entry's line is a JSON object of all its fields and, for a recommendation, of its three documents. Format 1 (until
November 2026) hashes all of it but `hash`, and names people by log-in name. Format 2 hashes the documents' digests in
place of the documents, and names people by their stable id, so that a line without documents still verifies and a
renamed person changes nothing. `previous_hash` is the hash of the line before, 64 zeros for the first.
"""

import datetime as dt
from typing import Any

from dure.formats.canonical import canonical_bytes, digest
from dure.records.journal.models import Entry

DOCUMENTS = ("facts", "rules", "recommendation")


def instant_text(at: dt.datetime) -> str:
    """The instant in UTC, so that the same moment has one spelling."""
    return at.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


def hashed_fields(entry: Entry, *, person_id: str) -> dict[str, Any]:
    """Everything of an entry of format 2 that its hash covers. `recorded_at`, the server's own clock, stays outside."""
    return {
        "journal": entry.journal,
        "seq": entry.seq,
        "kind": entry.kind,
        "programme": entry.programme,
        "stage": entry.stage,
        "decision": entry.decision,
        "subject": entry.subject,
        "format": entry.format_version,
        "at": instant_text(entry.at),
        "who": person_id,
        **{f"{name}_digest": getattr(entry, f"{name}_id") or "" for name in DOCUMENTS},
        "method": entry.method,
        "edits": entry.edits,
        "code_version": entry.code_version,
        "refers_to": entry.refers_to_id,
        "note": entry.note,
        "previous_hash": entry.previous_hash,
    }


def fields_of_format_1(entry: Entry, documents: dict[str, Any]) -> dict[str, Any]:
    """All fields of an entry of format 1, where `stage` was the decision's name."""
    return {
        "seq": entry.seq,
        "kind": entry.kind,
        "stage": entry.decision,
        "subject": entry.subject,
        "at": instant_text(entry.at),
        "who": entry.who_then,
        **documents,
        "method": entry.method,
        "facts_digest": entry.facts_digest,
        "code_version": entry.code_version,
        "refers_to": entry.refers_to_id,
        "note": entry.note,
        "previous_hash": entry.previous_hash,
    }


def entry_hash(fields: dict[str, Any]) -> str:
    """SHA-256 of the canonical form of those fields."""
    return digest(fields)


def line(entry: Entry, *, person_id: str) -> str:
    """The entry with its documents as one line of an exported journal."""
    documents = {name: getattr(entry, f"{name}_value")() for name in DOCUMENTS}
    if entry.journal == 1:
        fields = fields_of_format_1(entry, documents)
    else:
        fields = hashed_fields(entry, person_id=person_id) | {k: v for k, v in documents.items() if v is not None}
    return canonical_bytes({**fields, "hash": entry.hash}).decode()
