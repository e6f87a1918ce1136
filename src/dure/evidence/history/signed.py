"""Did people who have a key sign what they answered: this recommendation, after this journal, at this moment?"""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterator

from dure.evidence.comparing import moment
from dure.evidence.findings import Finding, finding
from dure.evidence.history.rulebook import value_on
from dure.evidence.holding import Held, Row
from dure.evidence.signatures import statements
from dure.evidence.signatures.signing import Signed, holds, key_id

EARLIEST, LATEST = dt.timedelta(minutes=15), dt.timedelta(minutes=1)  # a statement, before and after its answer is recorded


def keys(held: Held) -> Iterator[Finding]:
    """A key is known by the digest of its public part, and ends no earlier than it began."""
    for key in held.table("keys"):
        where = f"keys {key['id']}"
        if key["id"] != key_id(key["public"]):
            yield finding("foreign_key", where, f"the id {key_id(key['public'])}", key["id"])
        if key["ended_at"] is not None and moment(key["ended_at"]) < moment(key["registered_at"]):
            yield finding("row_differs", where, f"an end after {key['registered_at']}", key["ended_at"])


def answers(held: Held) -> Iterator[Finding]:
    """Each answer and each first signature of somebody with a key, or where the rule asks for one, has its signed statement."""
    keys_of: dict[str, list[Row]] = defaultdict(list)
    for key in held.table("keys"):
        keys_of[key["person"]].append(key)
    signed: dict[tuple[int, str], list[Row]] = defaultdict(list)
    owner = {key["id"]: key["person"] for key in held.table("keys")}
    for each in held.table("signed_answers"):
        signed[each["entry"], owner.get(each["key"], "")].append(each)
    unsigned = 0
    for entry, person, at, answer, seq in _answered(held):
        where, own = f"entry {entry['seq']}, answered by {person}", [key for key in keys_of[person] if in_force(key, at)]
        mine = signed.pop((entry["seq"], person), [])
        needed = entry["decision"] in value_on(held, "approvals/signed_decisions", at)
        if not mine and (own or needed):
            yield finding("unsigned_answer", where, "a statement signed with a key of theirs", "none")
        unsigned += not mine
        for each in mine:
            yield from _statement(held, entry, each, own, person=person, at=at, answer=answer, before=seq, where=where)
    for seq, person in signed:
        yield finding(
            "answer_is_missing", f"entry {seq}", f"the answer that {person or 'somebody'} signed", "none in the journal"
        )
    if unsigned:
        held.remarks.append(
            f"{unsigned} answers bear no signature, for who gave them had no key: only heads and witnesses cover them."
        )


def in_force(key: Row, at: str) -> bool:
    """Was the key registered then, and not ended?"""
    return moment(key["registered_at"]) <= moment(at) and (key["ended_at"] is None or moment(key["ended_at"]) >= moment(at))


def _answered(held: Held) -> Iterator[tuple[Row, str, str, str, int]]:
    """Each recommendation with who answered or signed it, when, how, and before which entry."""
    for entry in held.entries:
        if entry["kind"] in statements.ANSWERS:
            yield held.by_seq[entry["refers_to"]], entry["who"], entry["at"], entry["kind"], entry["seq"]
    for each in held.table("signatures"):
        yield held.by_seq[each["entry"]], each["who"], each["at"], "approval", len(held.entries) + 1


def _statement(
    held: Held, entry: Row, row: Row, own: list[Row], *, person: str, at: str, answer: str, before: int, where: str
) -> Iterator[Finding]:
    key = next((each for each in own if each["id"] == row["key"]), None)
    if key is None:
        yield finding("foreign_key", where, "a key of theirs in force then", row["key"])
        return
    signed = Signed(**{name: row[name] for name in Signed.__struct_fields__})
    if not holds(key["public"], signed):
        yield finding("forged_signature", where, f"a signature by the key {key['id']}", "another")
    told = json.loads(row["statement"])
    head = held.by_seq.get(told["head"]["seq"])
    seen = {"seq": head["seq"], "hash": head["hash"]} if head and entry["seq"] <= head["seq"] < before else None
    due = statements.approval(answer=answer, entry=entry, head=seen or {"seq": 0, "hash": ""}, person=person, at=told["at"])
    if row["statement"] != statements.text(due):
        off = [name for name in due if told.get(name) != due[name]] or ["its fields"]
        found = {name: told.get(name) for name in off}
        yield finding("other_statement", where, {name: due.get(name) for name in off}, found)
    late = moment(told["at"]) - moment(at)
    if not -EARLIEST <= late <= LATEST:
        yield finding("other_statement", where, f"signed shortly before {at}", told["at"])
