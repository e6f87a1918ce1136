"""One file of evidence: a zip of parts, each of JSON lines, documents by their digest, and a manifest that covers them all.

    manifest.json          format, programme, zone, the journal's head, and of each part its lines, bytes and SHA-256
    manifest.sig           the installation's signature of the manifest, where it has a key
    records/PART.jsonl     one canonical JSON object a line
    documents/DIGEST.json  facts, rules and recommendations, canonical JSON

Entries bear no time, so that the same content makes the same bytes.
"""

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import IO, Any

from dure.formats.canonical import canonical_bytes
from dure.formats.errors import BadInput

FORMAT = 3
KNOWN = (1, 2, FORMAT)  # in 1 amounts of money are named after one currency; 1 and 2 have the last rule book alone
MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
RECORDS, DOCUMENTS = "records/", "documents/"
LARGEST_MEMBER = 8 * 2**30
BLOCK = 2**20
_BEGINNING = (1980, 1, 1, 0, 0, 0)


class Writer:
    """Writes parts as they come; nothing of them is kept but their digests."""

    def __init__(self, file: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        self.parts: list[dict[str, Any]] = []
        self._documents: list[str] = []
        self._size = 0

    def part(self, name: str, lines: Iterable[dict[str, Any]]) -> None:
        """Add a part, line by line."""
        hashed, count, size = hashlib.sha256(), 0, 0
        with self._open(f"{RECORDS}{name}.jsonl") as member:
            for line in lines:
                raw = canonical_bytes(line) + b"\n"
                member.write(raw)
                hashed.update(raw)
                count, size = count + 1, size + len(raw)
        self.parts.append({"name": name, "lines": count, "bytes": size, "sha256": hashed.hexdigest()})

    def document(self, digest: str, content: bytes) -> None:
        """Add a document; each once, in the order of digests."""
        with self._open(f"{DOCUMENTS}{digest}.json") as member:
            member.write(content)
        self._documents.append(digest)
        self._size += len(content)

    def finish(self, about: dict[str, Any]) -> bytes:
        """Write the manifest; returns its bytes, to be signed."""
        documents = {"count": len(self._documents), "bytes": self._size, "sha256": digests_digest(self._documents)}
        manifest = canonical_bytes({"evidence": FORMAT, **about, "parts": self.parts, "documents": documents})
        with self._open(MANIFEST) as member:
            member.write(manifest)
        return manifest

    def close(self, signature: str = "") -> None:
        """End the file, with the signature of the manifest where there is one."""
        if signature:
            with self._open(SIGNATURE) as member:
                member.write(signature.encode())
        self._zip.close()

    @property
    def documents(self) -> int:
        """How many there are so far."""
        return len(self._documents)

    def _open(self, name: str) -> IO[bytes]:
        about = zipfile.ZipInfo(name, _BEGINNING)
        about.compress_type = zipfile.ZIP_DEFLATED
        about.external_attr = 0o644 << 16
        return self._zip.open(about, "w", force_zip64=True)


def digests_digest(digests: Iterable[str]) -> str:
    """SHA-256 of the digests of all documents, one a line."""
    return hashlib.sha256("".join(f"{each}\n" for each in sorted(digests)).encode()).hexdigest()


class Archive:
    """Reads such a file; raises `BadInput` where it is none."""

    def __init__(self, file: Any) -> None:
        try:
            self._zip = zipfile.ZipFile(file)
            self.names = self._zip.namelist()
            self.raw_manifest = self.read(MANIFEST)
            self.manifest: dict[str, Any] = json.loads(self.raw_manifest)
            version = self.manifest["evidence"]
        except (zipfile.BadZipFile, KeyError, ValueError, TypeError) as error:
            raise BadInput(
                "is no export of evidence.", where=str(file), todo="`dure export evidence FILE` makes one.", code="not_evidence"
            ) from error
        if version not in KNOWN:
            known = ", ".join(map(str, KNOWN))
            raise BadInput(f"is of format {version!r}; {known} are known.", where=str(file), todo="Use a newer dure-verify.")

    def read(self, name: str) -> bytes:
        """A member, whole; raises `KeyError` where there is none."""
        if self._zip.getinfo(name).file_size > LARGEST_MEMBER:
            raise ValueError(f"{name} is larger than {LARGEST_MEMBER:,} bytes")
        return self._zip.read(name)

    def blocks(self, part: str) -> Iterator[bytes]:
        """The bytes of a part, a piece at a time; raises `KeyError` where there is none."""
        with closing(self._zip.open(f"{RECORDS}{part}.jsonl")) as member:
            while block := member.read(BLOCK):
                yield block

    def lines(self, part: str) -> Iterator[bytes]:
        """The lines of a part as they stand; raises `KeyError` where there is none."""
        with closing(self._zip.open(f"{RECORDS}{part}.jsonl")) as member:
            yield from member
