"""What a verification holds of one export: its tables, its journal, and the documents of a decision when they are asked for."""

import hashlib
import json
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from dure.evidence.archive import DOCUMENTS, RECORDS, Archive
from dure.evidence.signatures.statements import KEY
from dure.evidence.trust import Trust
from dure.formats.kinds import Fault
from dure.formats.versions import amounts_named_as_now, upgraded, version_of

Row = dict[str, Any]
NAMES = ("facts", "rules", "recommendation")
HASHED = frozenset({"journal", "acts"})  # parts whose rows are hashed as they stand


class Cache:
    """Documents, parts and checkers' answers by digest; `shared`: kept for further exports that have most of them in common."""

    def __init__(self, *, shared: bool = False) -> None:
        self.documents: dict[str, Any] = {}
        self.parts: dict[str, list[Row]] = {}
        self.faults: dict[tuple[str, ...], list[Fault]] = {}
        self.shared = shared


class Held:
    """One export, read part by part. What cannot be read raises `KeyError` or `ValueError`, which is a fault of the export."""

    def __init__(self, archive: Archive, trust: Trust, cache: Cache | None = None) -> None:
        self.archive, self.trust, self.cache = archive, trust, cache or Cache()
        self.manifest = archive.manifest
        self.remarks: list[str] = []
        self._tables: dict[str, list[Row]] = {}

    def remark(self, said: str) -> None:
        """Note what could not be judged, once."""
        if said not in self.remarks:
            self.remarks.append(said)

    def table(self, name: str) -> list[Row]:
        """The rows of a part."""
        if name not in self._tables:
            rows = self._shared(name) if self.cache.shared else list(map(json.loads, self.archive.lines(name)))
            is_older = self.manifest["evidence"] == 1 and name not in HASHED
            self._tables[name] = list(map(amounts_named_as_now, rows)) if is_older else rows
        return self._tables[name]

    def _shared(self, name: str) -> list[Row]:
        raw = self.archive.read(f"{RECORDS}{name}.jsonl")
        digest = hashlib.sha256(raw).hexdigest()
        if digest not in self.cache.parts:
            self.cache.parts[digest] = list(map(json.loads, raw.splitlines()))
        return self.cache.parts[digest]

    @property
    def entries(self) -> list[Row]:
        """The journal."""
        return self.table("journal")

    @cached_property
    def by_seq(self) -> dict[int, Row]:
        """Entries by number."""
        return {entry["seq"]: entry for entry in self.entries}

    @cached_property
    def answers(self) -> dict[int, Row]:
        """By recommendation the answer to it."""
        return {entry["refers_to"]: entry for entry in self.entries if entry["kind"] != "recommendation"}

    @cached_property
    def withheld(self) -> dict[str, str]:
        """Documents that the export leaves out, with the reason."""
        return {each["digest"]: each["because"] for each in self.manifest["withheld"]}

    def approved(self, *decisions: str) -> Iterator[tuple[Row, Row]]:
        """Approved recommendations of those decisions with their approval, in the order of approval."""
        for answer in self.entries:
            if answer["kind"] == "approval" and answer["decision"] in decisions:
                yield self.by_seq[answer["refers_to"]], answer

    def document(self, entry: Row, name: str) -> Any:
        """Facts, rules or recommendation of an entry as its format is today; nothing where the export leaves them out.

        Of a version that nobody knows, which is a finding of the chain, it is as it was filed.
        """
        decision, version, made = entry["decision"], entry.get("format", 1), self.filed(entry, name)
        if made is None or version not in range(1, version_of(decision)):
            return made
        return upgraded(decision, name, made, version=version, where=f"journal entry {entry['seq']}")

    def filed(self, entry: Row, name: str) -> Any:
        """The same as it was filed, in the format of its version."""
        if entry.get("journal", 1) == 1:
            return entry[name]
        digest = entry[f"{name}_digest"]
        if digest in self.withheld:
            return None
        if digest not in self.cache.documents:
            raw = self.archive.read(f"{DOCUMENTS}{digest}.json")
            if hashlib.sha256(raw).hexdigest() != digest:
                raise ValueError(f"the document {digest} has another content")
            self.cache.documents[digest] = json.loads(raw)
            self._keep_small(digest)
        return self.cache.documents[digest]

    def _keep_small(self, newest: str) -> None:
        """Without a shared cache one document of each name is enough: a national round's facts have 100 MB."""
        if not self.cache.shared:
            for digest in list(self.cache.documents)[: -len(NAMES)]:
                if digest != newest:
                    del self.cache.documents[digest]


def key_of(entry: Row) -> tuple[str, ...]:
    """Programme, stage, decision and subject."""
    return tuple(str(entry[name]) for name in KEY)
