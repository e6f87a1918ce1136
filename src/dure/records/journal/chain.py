"""What exactly is hashed, so that anyone with the exported lines can hash it again?

An entry's line is a JSON object of all its fields. Its hash is the SHA-256 of the canonical JSON of
that object without `hash`; `previous_hash` is the hash of the line before, 64 zeros for the first.
"""

import datetime as dt
from typing import Any

from dure.formats.canonical import canonical_bytes, digest
from dure.records.journal.models import Entry


def instant_text(at: dt.datetime) -> str:
    """The instant in UTC, so that the same moment has one spelling."""
    return at.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


def hashed_fields(entry: Entry, *, username: str, facts: Any, rules: Any, recommendation: Any) -> dict[str, Any]:
    """Everything of an entry but its hash. `recorded_at`, the server's own clock, stays outside."""
    return {
        "seq": entry.seq,
        "kind": entry.kind,
        "stage": entry.stage,
        "subject": entry.subject,
        "at": instant_text(entry.at),
        "who": username,
        "facts": facts,
        "rules": rules,
        "recommendation": recommendation,
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


def line(fields: dict[str, Any], hashed: str) -> str:
    """The entry as one line of an exported journal."""
    return canonical_bytes({**fields, "hash": hashed}).decode()
