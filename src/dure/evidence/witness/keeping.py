"""The log of a witness: a file to which lines are only ever added, one a head, and a key with which each is countersigned.

A head is taken if the installation's key signed it and it extends the last one: the leaves between the two lead from one link
to the other. The first is taken as it is. What is refused is kept as well, for it may be the proof of a forgery.
"""

import contextlib
import datetime as dt
import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from dure.evidence.signatures import statements
from dure.evidence.signatures.log import extended
from dure.evidence.signatures.signing import Signed, holds, key_id, new_private_key, public_key, sign
from dure.formats.errors import BadInput

ABOUT, KEY, LOG, REFUSED = "witness.json", "witness.key", "log.jsonl", "refused.jsonl"


class Answer(NamedTuple):
    """What a witness says to a head: `taken` with its receipt, `leaves_needed` since a size, or why it is `refused`."""

    said: str
    body: dict[str, Any]


class Witness:
    """One folder: who witnesses, for which installation, and what was seen."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            self.about: dict[str, Any] = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
            self._key = (folder / KEY).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise BadInput("is no folder of a witness.", where=str(folder), todo="`dure-witness init` makes one.") from error

    @property
    def name(self) -> str:
        """The witness's name."""
        return str(self.about["name"])

    @property
    def public(self) -> str:
        """The witness's public key."""
        return public_key(self._key)

    def lines(self) -> list[dict[str, str]]:
        """All heads with their receipts, in the order in which they were seen."""
        path = self.folder / LOG
        return [json.loads(line) for line in path.read_bytes().splitlines()] if path.exists() else []

    def see(self, statement: str, signature: str, leaves: list[str] | None, *, at: dt.datetime) -> Answer:
        """Countersign that head, or say what is missing or wrong; one at a time."""
        with self._alone():
            told = _told(statement)
            if told is None or told.get("programme") != self.about["programme"]:
                return self._refuse("is no head of this programme", statement, signature, at)
            public = self.about["installation"]
            if told["public"] != public or not holds(
                public, Signed(key=key_id(public), statement=statement, signature=signature)
            ):
                return self._refuse("is not signed by the installation's key", statement, signature, at)
            seen = self.lines()
            for line in reversed(seen):
                known = json.loads(line["statement"])
                if known["size"] == told["size"]:
                    if known["hash"] == told["hash"]:
                        return Answer("taken", {name: line[name] for name in ("receipt", "receipt_signature")})
                    return self._refuse(f"contradicts the head of {known['size']} seen before: a fork", statement, signature, at)
            return self._extend(seen, told, statement, signature, leaves, at)

    def _extend(
        self, seen: list[dict[str, str]], told: dict[str, Any], statement: str, signature: str, leaves: list[str] | None,
        at: dt.datetime,
    ) -> Answer:  # fmt: skip
        last = json.loads(seen[-1]["statement"]) if seen else None
        if last is not None and told["size"] < last["size"]:
            return self._refuse(f"is shorter than the {last['size']} seen before: a tail was cut off", statement, signature, at)
        if last is not None:
            if leaves is None:
                return Answer("leaves_needed", {"after": last["size"]})
            if len(leaves) != told["size"] - last["size"] or not _leads(last["hash"], leaves, told["hash"]):
                return self._refuse(
                    f"does not extend the head of {last['size']}: entries were rewritten", statement, signature, at
                )
        receipt = statements.text(
            statements.receipt(
                witness=self.name, public=self.public, programme=told["programme"], size=told["size"], last=told["hash"],
                at=at.astimezone(dt.UTC).isoformat().replace("+00:00", "Z"),
            )
        )  # fmt: skip
        signed = {"receipt": receipt, "receipt_signature": sign(self._key, receipt).signature}
        self._add(LOG, {"statement": statement, "signature": signature, **signed})
        return Answer("taken", signed)

    def _refuse(self, why: str, statement: str, signature: str, at: dt.datetime) -> Answer:
        self._add(REFUSED, {"why": why, "statement": statement, "signature": signature, "at": at.isoformat()})
        return Answer("refused", {"why": why})

    def _add(self, name: str, line: dict[str, str]) -> None:
        with (self.folder / name).open("ab") as file:
            file.write(json.dumps(line, ensure_ascii=False, sort_keys=True).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.folder / ABOUT).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def begin(folder: Path, *, name: str, programme: str, installation: str) -> Witness:
    """Make the folder of a witness with a key of its own."""
    if (folder / ABOUT).exists():
        raise BadInput("holds a witness already.", where=str(folder), todo="Choose another folder.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(folder / KEY, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(f"{new_private_key()}\n")
    about = {"name": name, "programme": programme, "installation": installation}
    (folder / ABOUT).write_text(json.dumps(about, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return Witness(folder)


def _told(statement: str) -> dict[str, Any] | None:
    """The head that a statement is, where it is one to the letter."""
    try:
        told = json.loads(statement)
        made = statements.head(
            programme=told["programme"], size=told["size"], last=told["hash"], entries=told["entries"],
            entry_hash=told["entry_hash"], at=told["at"], public=told["public"],
        )  # fmt: skip
        whole = isinstance(told["size"], int) and told["size"] > 0 and len(bytes.fromhex(told["hash"])) == 32
        return told if whole and statements.text(made) == statement else None
    except (ValueError, KeyError, TypeError):
        return None


def _leads(last: str, leaves: list[str], to: str) -> bool:
    try:
        return extended(last, leaves) == to
    except (ValueError, TypeError):
        return False
