"""Is the file whole: exactly the parts and documents of its manifest, and signed by the installation?"""

import hashlib
import json
from collections.abc import Iterator

from dure.evidence.archive import DOCUMENTS, MANIFEST, RECORDS, SIGNATURE, digests_digest
from dure.evidence.findings import Finding, finding
from dure.evidence.holding import Held
from dure.evidence.signatures.signing import Signed, holds, key_id
from dure.formats.errors import BadInput
from dure.formats.reading import as_struct

PARTS = frozenset({"journal", "acts", "rules"})  # what every export has


def members(held: Held) -> Iterator[Finding]:
    """Each part has the lines, bytes and digest of the manifest; each document its name; and there is nothing else."""
    archive, parts = held.archive, {f"{RECORDS}{each['name']}.jsonl": each for each in held.manifest["parts"]}
    named = {name for name in archive.names if name.startswith(DOCUMENTS)}
    known = {MANIFEST, SIGNATURE, *parts, *named}
    for name in sorted(set(archive.names) - known):
        yield finding("foreign_member", name, "nothing", "a file that the manifest does not name")
    if len(set(archive.names)) != len(archive.names):
        yield finding("comes_twice", "the file", "each name once", "a name twice")
    for name, each in parts.items():
        yield from _part(held, name, each)
    digests = [name.removeprefix(DOCUMENTS).removesuffix(".json") for name in named]
    size = 0
    for digest in sorted(digests):
        raw = archive.read(f"{DOCUMENTS}{digest}.json")
        size += len(raw)
        if (made := hashlib.sha256(raw).hexdigest()) != digest:
            yield finding("swapped_document", f"{DOCUMENTS}{digest}.json", f"a document of digest {digest}", f"digest {made}")
    told, found = held.manifest["documents"], {"count": len(digests), "bytes": size, "sha256": digests_digest(digests)}
    if told != found:
        yield finding("changed_manifest", "manifest, documents", told, found)


def _part(held: Held, name: str, each: dict[str, object]) -> Iterator[Finding]:
    if name not in held.archive.names:
        yield finding("changed_manifest", name, "a part that the manifest names", "nothing")
        return
    hashed, lines, size = hashlib.sha256(), 0, 0
    for block in held.archive.blocks(str(each["name"])):
        hashed.update(block)
        lines, size = lines + block.count(b"\n"), size + len(block)
    found = {"name": each["name"], "lines": lines, "bytes": size, "sha256": hashed.hexdigest()}
    if found != each:
        yield finding("changed_manifest", name, each, found)


def documents(held: Held) -> Iterator[Finding]:
    """The documents are exactly those that the journal names and the manifest does not withhold."""
    named = {
        entry[f"{name}_digest"]
        for entry in held.entries
        if entry["kind"] == "recommendation" and entry.get("journal", 1) != 1
        for name in ("facts", "rules", "recommendation")
    }
    there = {name.removeprefix(DOCUMENTS).removesuffix(".json") for name in held.archive.names if name.startswith(DOCUMENTS)}
    if missing := named - there - set(held.withheld):
        yield finding("missing_document", "documents", f"{len(named)} that the journal names", f"{min(missing)} missing")
    if foreign := there - named:
        yield finding("foreign_document", "documents", "only those that the journal names", f"{min(foreign)} as well")
    for digest, because in held.withheld.items():
        if digest not in named or digest in there:
            yield finding("changed_manifest", "manifest, withheld", "documents of the journal that are left out", digest)
        held.remarks.append(f"the document {digest} was left out of the export: {because}.")


def signature(held: Held) -> Iterator[Finding]:
    """The manifest bears the signature of a key that was published, or at least of the key that it names."""
    public, published = held.manifest["public"], held.trust.installation
    if not public:
        if published:
            yield finding("unsigned_manifest", SIGNATURE, "a signature of the installation", "no key in the manifest")
        held.remarks.append("the installation has no key: nothing shows who made this file.")
        return
    if published and public not in published:
        yield finding("foreign_key", "manifest, public", f"one of {', '.join(map(key_id, published))}", key_id(public))
    if not published:
        held.remarks.append("no public key of the installation was given: its signatures are compared with the key in the file.")
    try:
        signed = as_struct(json.loads(held.archive.read(SIGNATURE)), Signed, where=SIGNATURE)
    except (BadInput, KeyError, ValueError):
        yield finding("unsigned_manifest", SIGNATURE, "a signature of the installation", "none")
        return
    if signed.statement != statement_of(held.archive.raw_manifest) or not holds(public, signed):
        yield finding("forged_manifest", SIGNATURE, f"a signature by {key_id(public)} of this manifest", "another")


def statement_of(manifest: bytes) -> str:
    """What the installation signs of a manifest."""
    return f"dure/manifest/1 {hashlib.sha256(manifest).hexdigest()}"
