"""Which witnesses does the installation have, what did each countersign, and do their logs agree with the journal?

They stand in `witnesses.json` in the home: a list of `{"name", "url", "public"}`, the public key as the witness published it.
"""

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.utils import timezone

from dure.connectors.witnesses import http
from dure.cycle.installing.homes import home
from dure.evidence.signatures import statements
from dure.evidence.signatures.log import GENESIS, act_leaf, linked
from dure.evidence.signatures.signing import Signed, holds, key_id
from dure.formats.errors import BadInput
from dure.records.evidence import actions, queries
from dure.records.evidence.models import Head

FILE = "witnesses.json"
LEAST, LATELY = 2, dt.timedelta(hours=1)
SLOWEST, FASTEST = dt.timedelta(hours=1), dt.timedelta(minutes=1)  # clock of a witness; the database refuses others


class Peer(NamedTuple):
    """One witness."""

    name: str
    url: str
    public: str


def peers() -> list[Peer]:
    """The witnesses of this installation; none where there is no such file."""
    path = home() / FILE
    if not path.is_file():
        return []
    try:
        return [Peer(str(each["name"]), str(each["url"]), str(each["public"])) for each in json.loads(path.read_bytes())]
    except (ValueError, KeyError, TypeError) as error:
        raise BadInput(
            "is no list of witnesses.",
            where=str(path),
            todo='Write [{"name": ..., "url": ..., "public": ...}].',
        ) from error


def send(head: Head, *, to: Iterable[Peer]) -> dict[str, str]:
    """Hand the head to each witness and keep the receipts; returns by name what went wrong, if anything."""
    wrong = {}
    for peer in to:
        try:
            wrong[peer.name] = _send(head, peer)
        except BadInput as error:
            wrong[peer.name] = str(error)
    return wrong


def _send(head: Head, peer: Peer) -> str:
    answer = http.hand_in(peer.url, statement=head.statement, signature=head.signature)
    if answer.status == 409 and isinstance(answer.body.get("after"), int):
        leaves = queries.leaves(after=answer.body["after"], until=head.size)
        answer = http.hand_in(peer.url, statement=head.statement, signature=head.signature, leaves=leaves)
    if answer.status != 200:
        return f"refused it: {answer.body.get('why', answer.status)}"
    return _keep(head, peer, str(answer.body.get("receipt", "")), str(answer.body.get("receipt_signature", "")))


def _keep(head: Head, peer: Peer, receipt: str, signature: str) -> str:
    signed = Signed(key=key_id(peer.public), statement=receipt, signature=signature)
    if not holds(peer.public, signed):
        return "its receipt is not signed with its published key"
    told = json.loads(receipt)
    if (told.get("statement"), told.get("size"), told.get("hash")) != (statements.RECEIPT, head.size, head.hash):
        return "its receipt is for another head"
    at = dt.datetime.fromisoformat(told["at"])
    if not head.at - SLOWEST <= at <= timezone.now() + FASTEST:
        return f"its receipt is dated {told['at']}, which is before the head or after now: set both clocks"
    actions.add_receipt(head=head, witness=peer.name, at=at, statement=receipt, signature=signature)
    return ""


def remark(at: dt.datetime) -> str:
    """What is wrong with the witnesses, in a sentence; nothing where none are configured, or two signed lately."""
    known = peers()
    if not known:
        return ""
    signed = {each.witness for each in queries.receipts(since=at - LATELY)} & {each.name for each in known}
    if len(signed) >= LEAST:
        return ""
    silent = ", ".join(each.name for each in known if each.name not in signed)
    found = f"{len(signed)} of at least {LEAST} witnesses signed within the hour (not: {silent})"
    return f"{found}: run `dure heads publish`, and ask them."


def missing() -> str:
    """What is to be done where there is no witness at all, in a sentence."""
    if peers():
        return ""
    return f"nobody outside keeps the heads of the log: ask {LEAST} organisations to witness, and write them into {FILE}."


def links() -> Iterator[str]:
    """The links of the log, made again from the entries and acts of this database; 64 zeros first."""
    last = GENESIS
    yield last
    for leaf in queries.logged():
        made = leaf.entry.hash if leaf.entry else act_leaf(queries.act_line(leaf.act)) if leaf.act else ""
        last = linked(last, made)
        yield last
