"""Is the journal one chain, and does each answer belong to a recommendation that waited for it?"""

import re
from collections.abc import Iterator

from dure.evidence.comparing import moment
from dure.evidence.findings import Finding, finding
from dure.evidence.holding import Held, Row, key_of
from dure.evidence.journal import DOCUMENTS, GENESIS, RULINGS, entry_hash
from dure.formats.stages import DECISIONS
from dure.formats.versions import version_of

CODE_VERSION = re.compile(r"dure [0-9]+(\.[0-9]+)*([a-z0-9.+-]*)")
FIELDS = {
    "journal", "seq", "kind", "programme", "stage", "decision", "subject", "format", "at", "who", "facts_digest", "rules_digest",
    "recommendation_digest", "method", "edits", "code_version", "refers_to", "note", "previous_hash", "hash",
}  # fmt: skip
_SHA256 = re.compile("[0-9a-f]{64}")


def links(held: Held) -> Iterator[Finding]:
    """Numbers without a gap, each entry after the one before it, each with the hash of what it says."""
    previous = GENESIS
    for place, entry in enumerate(held.entries, start=1):
        where = f"journal entry {entry['seq']}"
        if entry["seq"] != place:
            yield finding("gap", where, f"entry {place}", f"entry {entry['seq']}")
        if entry["previous_hash"] != previous:
            yield finding("broken_chain", where, f"previous hash {previous}", entry["previous_hash"])
        if entry["hash"] != (made := entry_hash(entry)):
            yield finding("altered", where, f"hash {made}", entry["hash"])
        previous = entry["hash"]
    told = held.manifest["journal"]
    if told != {"entries": len(held.entries), "hash": previous}:
        yield finding("cut_short", "manifest, journal", {"entries": len(held.entries), "hash": previous}, told)


def entries(held: Held) -> Iterator[Finding]:
    """Each entry is what this version knows: its fields, programme, decision, version, method and maker."""
    for entry in held.entries:
        where = f"journal entry {entry['seq']}"
        if entry.get("journal", 1) != 1 and (extra := set(entry) ^ FIELDS):
            yield finding("foreign_field", where, "the fields of journal format 2", f"{', '.join(sorted(extra))} as well or not")
        if entry.get("programme", held.manifest["programme"]) != held.manifest["programme"]:
            yield finding("foreign_programme", where, held.manifest["programme"], entry["programme"])
        if entry["decision"] not in DECISIONS:
            yield finding("foreign_decision", where, "a known decision", entry["decision"])
        elif not 1 <= entry["format"] <= version_of(entry["decision"]):
            yield finding("foreign_version", where, f"version 1 to {version_of(entry['decision'])}", entry["format"])
        if not CODE_VERSION.fullmatch(entry["code_version"]):
            yield finding("foreign_version", where, "a version of dure", entry["code_version"])
        if not entry["who"]:
            yield finding("nobody", where, "a person", "nobody")
        yield from _documents(entry, where)


def _documents(entry: Row, where: str) -> Iterator[Finding]:
    digests = [entry[f"{name}_digest"] for name in DOCUMENTS]
    if entry["kind"] == "recommendation":
        if not all(_SHA256.fullmatch(each) for each in digests):
            yield finding("wrong_digest", where, "the digests of three documents", digests)
        if entry["refers_to"] is not None:
            yield finding("not_an_entry", where, "a recommendation, which answers nothing", f"an answer to {entry['refers_to']}")
    elif entry["kind"] not in RULINGS or any(digests) or entry["method"]:
        yield finding("not_an_entry", where, "a recommendation, an approval or a refusal", entry["kind"])


def answers(held: Held) -> Iterator[Finding]:
    """An answer names an earlier recommendation, under its key, by somebody else, later, and once."""
    answered: set[int] = set()
    for entry in held.entries:
        if entry["kind"] == "recommendation":
            continue
        where = f"journal entry {entry['seq']}"
        about = held.by_seq.get(entry["refers_to"])
        if about is None or about["kind"] != "recommendation" or about["seq"] >= entry["seq"]:
            yield finding("refers_to_nothing", where, "an earlier recommendation", f"entry {entry['refers_to']}")
            continue
        if about["who"] == entry["who"]:
            yield finding("one_pair_of_eyes", where, f"another person than {about['who']}, who filed", entry["who"])
        if key_of(about) != key_of(entry) or about["format"] != entry["format"]:
            yield finding("other_key", where, f"{key_of(about)}, version {about['format']}", f"{key_of(entry)}")
        if moment(entry["at"]) < moment(about["at"]):
            yield finding("answered_before", where, f"after {about['at']}", entry["at"])
        if about["seq"] in answered:
            yield finding("ruled_twice", where, f"one answer to entry {about['seq']}", "another")
        answered.add(about["seq"])
