"""Do the heads that a witness holds agree with a log, and is each signed by the installation and by the witness?

Whoever has an export and a witness's log needs no installation for it: nothing here reads the database.
"""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from dure.evidence.findings import Finding, finding
from dure.evidence.history.heads import on_log, signed_head, signed_receipt
from dure.evidence.signatures import statements
from dure.evidence.trust import Trust

_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError)


class WitnessLog(NamedTuple):
    """A witness's log as it was read: where, its lines, and the key that the witness published, if it is known."""

    where: str
    lines: list[bytes]
    public: str = ""


def compared(made: list[str], log: WitnessLog, trust: Trust) -> Iterator[Finding]:
    """Each head against these links: a signature that is none, a tail that is missing, a fork, an entry that was rewritten.

    As in `dure verify`, where no key was published the one that a statement names is believed.
    """
    for number, line in enumerate(log.lines, start=1):
        where = f"{log.where}, line {number}"
        try:
            yield from _line(made, json.loads(line), where, log.public, trust)
        except _UNREADABLE:
            yield finding("unreadable", where, "a head with its receipt", "something else")
            return


def _line(made: list[str], line: dict[str, str], where: str, public: str, trust: Trust) -> Iterator[Finding]:
    head: dict[str, Any] = json.loads(line["statement"])
    receipt: dict[str, Any] = json.loads(line["receipt"])
    place = f"{where}, head of {head['size']}"
    if (head["statement"], receipt["statement"]) != (statements.HEAD, statements.RECEIPT):
        yield finding("other_statement", place, "a head with its receipt", f"{head['statement']}, {receipt['statement']}")
        return
    yield from signed_head(trust.installation, head, line["statement"], line["signature"], place)
    known = public or trust.witnesses.get(receipt["witness"])
    yield from signed_receipt(known, receipt, line["receipt"], line["receipt_signature"], f"{place}, receipt")
    named = ("programme", "size", "hash")
    if any(head[name] != receipt[name] for name in named):
        yield finding("other_statement", f"{place}, receipt", [head[name] for name in named], [receipt[name] for name in named])
    yield from on_log(made, head, place)
