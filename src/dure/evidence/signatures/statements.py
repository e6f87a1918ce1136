"""What is signed, word for word: an approval, the possession of a key, a head of the log, a witness's receipt.

Each is canonical JSON whose field `statement` says what it is, so that no signature can be taken for another's.
"""

from typing import Any

from dure.formats.canonical import canonical_bytes

APPROVAL, POSSESSION, HEAD, RECEIPT, MANIFEST = (
    f"dure/{name}/1" for name in ("approval", "possession", "head", "receipt", "manifest")
)
ANSWERS = ("approval", "refusal")
KEY = ("programme", "stage", "decision", "subject")


def text(statement: dict[str, Any]) -> str:
    """The statement as it is signed."""
    return canonical_bytes(statement).decode()


def approval(*, answer: str, entry: dict[str, Any], head: dict[str, Any], person: str, at: str) -> dict[str, Any]:
    """A person's answer to a recommendation. `entry`: its line in the journal; `head`: seq and hash of the journal's last."""
    return {
        "statement": APPROVAL,
        "answer": answer,
        **{name: entry[name] for name in KEY},
        "entry": entry["seq"],
        "entry_hash": entry["hash"],
        "recommendation": entry["recommendation_digest"],
        "head": {"seq": head["seq"], "hash": head["hash"]},
        "person": person,
        "at": at,
    }


def possession(*, programme: str, person: str, public: str) -> dict[str, Any]:
    """Whoever registers a key holds its private part."""
    return {"statement": POSSESSION, "programme": programme, "person": person, "public": public}


def head(*, programme: str, size: int, last: str, entries: int, entry_hash: str, at: str, public: str) -> dict[str, Any]:
    """The log as it stood: how many leaves it has, and the last link of its chain."""
    return {
        "statement": HEAD, "programme": programme, "size": size, "hash": last, "entries": entries, "entry_hash": entry_hash,
        "at": at, "public": public,
    }  # fmt: skip


def receipt(*, witness: str, public: str, programme: str, size: int, last: str, at: str) -> dict[str, Any]:
    """A witness saw that head, and that it extends the one it saw before."""
    return {
        "statement": RECEIPT, "witness": witness, "public": public, "programme": programme, "size": size, "hash": last, "at": at,
    }  # fmt: skip
