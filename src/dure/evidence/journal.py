"""Is an exported journal complete, unaltered and right? Needs no database and trusts nothing in it.

Every line is one entry with its hash and the hash before it; the last line names the head and the number of entries.
In format 1 the hash covers all other fields; in format 2 the digests of the documents stand for the documents, and each
digest is compared. Each recommendation is checked again from its own facts and rules by the independent checkers.
"""

import hashlib
from collections.abc import Iterable
from typing import Any

from dure.evidence.checking import filed_faults
from dure.formats.canonical import canonical_bytes, digest
from dure.formats.errors import BadInput
from dure.formats.kinds import Fault
from dure.formats.reading import parse_json

GENESIS = "0" * 64
RULINGS = ("approval", "refusal")
DOCUMENTS = ("facts", "rules", "recommendation")
KEY = ("programme", "stage", "decision", "subject")


def verify(lines: Iterable[bytes]) -> tuple[int, list[Fault]]:
    """Number of entries, and everything wrong with them in order."""
    found: list[Fault] = []
    previous, count, foot = GENESIS, 0, None
    filed: dict[int, dict[str, Any]] = {}
    ruled: set[int] = set()
    for number, line in enumerate(lines, start=1):
        where = f"line {number}"
        try:
            entry = parse_json(line, where=where)
        except BadInput as error:
            found.append(Fault(code="unreadable", where=where, message=error.what))
            continue
        if foot is not None:
            found.append(Fault(code="after_the_end", where=where, message="nothing may follow the line that names the head."))
        elif isinstance(entry, dict) and "head" in entry:
            foot = entry
        elif not isinstance(entry, dict) or not isinstance(entry.get("seq"), int):
            found.append(Fault(code="not_an_entry", where=where, message="has no sequence number."))
        else:
            count += 1
            found += _chain(entry, count, previous, where) + _ruling(entry, filed, ruled, where) + _decision(entry, where)
            previous = str(entry.get("hash"))
            filed[entry["seq"]] = entry
    return count, found + _foot(foot, previous, count)


def entry_hash(entry: dict[str, Any]) -> str:
    """SHA-256 over the canonical form of what the hash of the entry's journal format covers."""
    left_out = ("hash",) if entry.get("journal", 1) == 1 else ("hash", *DOCUMENTS)
    return hashlib.sha256(canonical_bytes({key: value for key, value in entry.items() if key not in left_out})).hexdigest()


def decision_of(entry: dict[str, Any]) -> str:
    """Which decision an entry is about; in format 1 the field `stage` named it."""
    return str(entry.get("decision") if entry.get("journal", 1) != 1 else entry.get("stage"))


def _chain(entry: dict[str, Any], count: int, previous: str, where: str) -> list[Fault]:
    found = []
    if entry["seq"] != count:
        found.append(Fault(code="gap", where=where, message=f"is entry {entry['seq']}, but {count} was due."))
    if entry.get("previous_hash") != previous:
        found.append(Fault(code="broken_chain", where=where, message="does not follow the entry before it."))
    if entry.get("hash") != entry_hash(entry):
        found.append(Fault(code="altered", where=where, message="its content does not have its hash."))
    return found


def _ruling(entry: dict[str, Any], filed: dict[int, dict[str, Any]], ruled: set[int], where: str) -> list[Fault]:
    """An approval or refusal names an earlier recommendation, by someone else, once."""
    if entry.get("kind") not in RULINGS:
        return []
    about = filed.get(entry.get("refers_to", 0))
    if about is None or about.get("kind") != "recommendation":
        return [Fault(code="refers_to_nothing", where=where, message="names no earlier recommendation.")]
    found = []
    if about.get("who") == entry.get("who"):
        found.append(Fault(code="one_pair_of_eyes", where=where, message=f"{entry.get('who')} ruled on what they had filed."))
    if any(about.get(name) != entry.get(name) for name in KEY):
        found.append(Fault(code="other_key", where=where, message=f"answers entry {about['seq']} under another key."))
    if about["seq"] in ruled:
        found.append(Fault(code="ruled_twice", where=where, message=f"entry {about['seq']} had been ruled on."))
    ruled.add(about["seq"])
    return found


def _decision(entry: dict[str, Any], where: str) -> list[Fault]:
    """The recommendation again, from its own facts and rules, by the independent checker."""
    if entry.get("kind") != "recommendation":
        return []
    decision = decision_of(entry)
    place = f"{where} ({decision} {entry.get('subject')})"
    if missing := next((name for name in DOCUMENTS if name not in entry), None):
        return [Fault(code="unreadable", where=place, message=f"its {missing} are missing.")]
    facts = entry["facts"]
    version = entry.get("format") or (facts.get("version") if isinstance(facts, dict) else 0) or 0
    found = filed_faults(decision, facts, entry["rules"], entry["recommendation"], version=version) + _digests(entry)
    return [Fault(code=fault.code, where=f"{place}: {fault.where}", message=fault.message) for fault in found]


def _digests(entry: dict[str, Any]) -> list[Fault]:
    """Format 1 names the digest of the facts only."""
    named = ("facts",) if entry.get("journal", 1) == 1 else DOCUMENTS
    return [
        Fault(code="wrong_digest", where=f"{name}_digest", message=f"is not that of the {name}.")
        for name in named
        if entry.get(f"{name}_digest") != digest(entry[name])
    ]


def _foot(foot: Any, head: str, count: int) -> list[Fault]:
    if foot is None:
        return [Fault(code="cut_short", where="the end", message="the line that names the head is missing.")]
    if foot.get("head") != head or foot.get("entries") != count or set(foot) != {"head", "entries"}:
        return [
            Fault(
                code="cut_short",
                where="the end",
                message=f"names {foot.get('entries')} entries; {count} were read, or another head.",
            )
        ]
    return []
