"""Does the log of entries and acts lead to every head that was signed, and to every head that a witness holds?"""

import datetime as dt
import json
from collections.abc import Collection, Iterator

from dure.evidence.comparing import moment
from dure.evidence.findings import Finding, finding
from dure.evidence.holding import Held, Row
from dure.evidence.signatures import statements
from dure.evidence.signatures.log import GENESIS, act_leaf, linked
from dure.evidence.signatures.signing import Signed, holds, key_id

OLDEST = dt.timedelta(hours=1)  # an act when it is recorded; the database refuses older ones


class Log:
    """The log of the export: its links by size, and which entries and acts it holds."""

    def __init__(self, held: Held) -> None:
        acts = {each["act"]: each for each in held.table("acts")}
        self.hashes, self.entries = [GENESIS], [0]
        self.times: list[str | None] = []
        self.faults: list[Finding] = []
        seen: set[tuple[str, int]] = set()
        for place, row in enumerate(held.table("log"), start=1):
            where = f"log {row['place']}"
            name = "entry" if row["entry"] is not None else "act"
            source = held.by_seq.get(row["entry"]) if name == "entry" else acts.get(row["act"])
            if row["place"] != place or (name, row[name]) in seen or source is None:
                self.faults.append(finding("gap", where, f"place {place}, an {name} that is there, once", row))
                break
            seen.add((name, row[name]))
            self.hashes.append(linked(self.hashes[-1], source["hash"] if name == "entry" else act_leaf(source)))
            self.entries.append(self.entries[-1] + (name == "entry"))
            self.times.append(source.get("at"))
        self.younger = [acts[act].get("at") for act in acts if ("act", act) not in seen]
        self.missing = [("entry", seq) for seq in held.by_seq if ("entry", seq) not in seen]
        self.missing += [("act", act) for act in acts if ("act", act) not in seen]

    @property
    def size(self) -> int:
        """How many leaves it has."""
        return len(self.hashes) - 1


def log(held: Held) -> Iterator[Finding]:
    """The log holds each entry and each act once; its heads, the receipts in the export and those of witnesses lie on it."""
    made = Log(held)
    yield from made.faults
    if made.missing:
        last = held.table("log")
        if last:
            held.remarks.append(f"{len(made.missing)} entries and acts are younger than the last head.")
            yield from _behind(held, made)
        else:
            held.remarks.append("there is no log of entries and acts: no head covers them.")
    yield from _heads(held, made)
    yield from _backdated(held, made)
    yield from _receipts(held, made)
    yield from _witnessed(held, made)


def _behind(held: Held, made: Log) -> Iterator[Finding]:
    """Entries go into the log in order: none is left out before the last that is in it."""
    logged = made.entries[-1]
    for name, number in made.missing:
        if name == "entry" and number <= logged:
            yield finding("gap", f"log, entry {number}", "in the log, as later entries are", "not there")
    del held


def _heads(held: Held, made: Log) -> Iterator[Finding]:
    rows = held.table("heads")
    for row in rows:
        yield from compared(held, made, row["statement"], row["signature"], "heads")
    if rows and json.loads(rows[-1]["statement"])["size"] != made.size:
        yield finding("cut_tail", "log", f"{json.loads(rows[-1]['statement'])['size']} leaves, as in the last head", made.size)


def _backdated(held: Held, made: Log) -> Iterator[Finding]:
    """What came into the log after a head was signed is not dated before it: an act is an hour old at most."""
    signed = [json.loads(row["statement"]) for row in (*held.table("heads"), *held.trust.heads)]
    due = {told["size"]: moment(told["at"]) - OLDEST for told in signed}
    latest = None
    for size, at in enumerate([*made.times, *made.younger]):
        latest = max(filter(None, (latest, due.get(size))), default=None)
        if latest is not None and at is not None and moment(at) < latest:
            yield finding("backdated", f"log {size + 1}", f"no earlier than {latest.isoformat()}, an hour before the head", at)


def compared(held: Held, made: Log, text: str, signature: str, part: str) -> Iterator[Finding]:
    """One signed head against the log; where no key was published, the key that it names is believed."""
    told = json.loads(text)
    where = f"{part}, head of {told.get('size')}"
    if told.get("statement") != statements.HEAD or told["programme"] != held.manifest["programme"]:
        yield finding("other_statement", where, f"a head of {held.manifest['programme']}", told)
        return
    yield from signed_head(held.trust.installation, told, text, signature, where)
    yield from on_log(made.hashes, told, where)
    last = held.by_seq.get(told["entries"])
    if told["entries"] and (last is None or last["hash"] != told["entry_hash"]):
        yield finding(
            "rewritten", f"{where}, entry {told['entries']}", told["entry_hash"], last["hash"] if last else "no such entry"
        )


def signed_head(published: Collection[str], told: Row, text: str, signature: str, where: str) -> Iterator[Finding]:
    """Is that head signed by a published key of the installation, or where none is, by the key that it names?"""
    signed = Signed(key=key_id(told["public"]), statement=text, signature=signature)
    if published and told["public"] not in published:
        yield finding("foreign_key", where, f"signed by {', '.join(map(key_id, published))}", key_id(told["public"]))
    elif not holds(told["public"], signed):
        yield finding("forged_head", where, f"a signature by {key_id(told['public'])}", "another")


def signed_receipt(known: str | None, told: Row, text: str, signature: str, where: str) -> Iterator[Finding]:
    """Is that receipt signed by the witness's published key, or where none is known, by the key that it names?"""
    signed = Signed(key=key_id(told["public"]), statement=text, signature=signature)
    if (known is not None and told["public"] != known) or not holds(told["public"], signed):
        yield finding("forged_receipt", where, f"a signature by {key_id(known or told['public'])}", key_id(told["public"]))


def on_log(hashes: list[str], told: Row, where: str) -> Iterator[Finding]:
    """Is the log with these links at least that long, and has it that link there?"""
    if told["size"] >= len(hashes):
        yield finding("cut_tail", where, f"{told['size']} entries and acts", f"{len(hashes) - 1}")
    elif told["size"] < 0 or hashes[told["size"]] != told["hash"]:
        yield finding("rewritten", where, f"the log up to there to have {told['hash']}", hashes[max(told["size"], 0)])


def _receipts(held: Held, made: Log) -> Iterator[Finding]:
    for row in held.table("receipts"):
        yield from _receipt(held, made, row["witness"], row["statement"], row["signature"])


def _witnessed(held: Held, made: Log) -> Iterator[Finding]:
    """What witnesses hold, which nobody here can take back."""
    for each in held.trust.heads:
        told = json.loads(each["receipt"])
        yield from compared(held, made, each["statement"], each["signature"], f"witness {told.get('witness')}")
        yield from _receipt(held, made, told.get("witness", ""), each["receipt"], each["receipt_signature"])
    if held.trust.witnesses and not held.trust.heads and not held.table("receipts"):
        yield finding("unwitnessed", "receipts", f"heads seen by {', '.join(held.trust.witnesses)}", "none")
    if not held.trust.heads:
        held.remarks.append("no log of a witness was given: a tail that was cut off with its heads would not be noticed.")


def _receipt(held: Held, made: Log, witness: str, text: str, signature: str) -> Iterator[Finding]:
    told: Row = json.loads(text)
    where = f"receipt of {witness} for {told.get('size')}"
    if (
        told.get("statement") != statements.RECEIPT
        or told["witness"] != witness
        or told["programme"] != held.manifest["programme"]
    ):
        yield finding("other_statement", where, f"a receipt of {witness}", told)
        return
    known = held.trust.witnesses.get(witness)
    if known is None:
        held.remark(f"no public key of the witness {witness} was given: its receipts are compared with the key that they name.")
    yield from signed_receipt(known, told, text, signature, where)
    yield from on_log(made.hashes, told, where)
