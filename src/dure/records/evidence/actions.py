"""Registers and ends keys, keeps signed answers, extends the log and signs its heads, keeps receipts."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction

from dure.evidence.signatures.log import GENESIS, act_leaf, linked
from dure.evidence.signatures.signing import Signed
from dure.records.evidence.models import Head, Leaf, Receipt, SignedAnswer, SigningKey
from dure.records.evidence.queries import act_line
from dure.records.journal.models import Act, Entry

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('evidence log', 0))"
PIECE = 5000


def register_key(*, id: str, person: Any, public: str, credential: str, name: str, at: dt.datetime) -> SigningKey:
    """From now on that person signs with this key."""
    return SigningKey.objects.create(id=id, person=person, public=public, credential=credential, name=name, registered_at=at)


def end_key(*, key: SigningKey, at: dt.datetime) -> SigningKey:
    """Nothing that is signed with it later counts."""
    key.ended_at = at
    key.save(update_fields=["ended_at"])
    return key


def keep_signed(*, entry: Entry, signed: Signed) -> SignedAnswer:
    """Keep what a person signed when answering that recommendation."""
    return SignedAnswer.objects.create(
        entry=entry,
        key_id=signed.key,
        statement=signed.statement,
        signature=signed.signature,
        authenticator_data=signed.authenticator_data,
        client_data=signed.client_data,
    )


@transaction.atomic
def extend_log() -> Leaf | None:
    """Put every entry and act that is not in the log yet at its end; returns the last leaf, or nothing while there is none.

    An act may be committed after one with a higher number: hence what is not there yet, and not what has a higher number.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
    last = Leaf.objects.order_by("-place").first()
    entries = Entry.objects.filter(leaf=None).order_by("seq").values_list("seq", "hash")
    acts = Act.objects.filter(leaf=None).select_related("person").order_by("id").iterator(chunk_size=PIECE)
    last = _append(last, ({"entry_id": seq, "leaf": leaf} for seq, leaf in entries))
    return _append(last, ({"act_id": act.pk, "leaf": act_leaf(act_line(act))} for act in acts))


def _append(last: Leaf | None, leaves: Iterable[dict[str, Any]]) -> Leaf | None:
    """Add them after the last, a piece at a time; returns the new last."""
    made: list[Leaf] = []
    for each in leaves:
        place, link = (last.place, last.hash) if last else (0, GENESIS)
        last = Leaf(place=place + 1, hash=linked(link, each["leaf"]), **each)
        made.append(last)
        if len(made) == PIECE:
            Leaf.objects.bulk_create(made)
            made.clear()
    Leaf.objects.bulk_create(made)
    return last


def add_head(*, size: int, last: str, at: dt.datetime, statement: str, signature: str) -> Head:
    """Keep a signed head."""
    return Head.objects.create(size=size, hash=last, at=at, statement=statement, signature=signature)


def add_receipt(*, head: Head, witness: str, at: dt.datetime, statement: str, signature: str) -> Receipt:
    """Keep a witness's receipt; the first of each witness for a head stays."""
    kept, _made = Receipt.objects.get_or_create(
        head=head, witness=witness, defaults={"at": at, "statement": statement, "signature": signature}
    )
    return kept
