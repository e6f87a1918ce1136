"""Writes everything that can be verified into one file, read in one snapshot and a piece at a time.

The same database makes the same bytes. Documents in which people write freely, or which name accounts, are left out unless the
whole is asked for; what is sealed is left out always.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import IO, NamedTuple

from django.conf import settings
from django.db import connection, transaction

from dure.evidence.archive import Writer
from dure.evidence.manifest import statement_of
from dure.evidence.signatures.signing import public_key, sign
from dure.formats.canonical import canonical_bytes, plain
from dure.formats.errors import BadInput
from dure.records.evidence import queries
from dure.records.evidence.parts import PARTS
from dure.records.installation import queries as books
from dure.records.journal import queries as journal
from dure.records.journal.actions import code_version
from dure.records.journal.models import GENESIS
from dure.records.parties import queries as parties
from dure.rules.book import Book
from dure.rules.changes import rule_lines

# Commands whose input is ids, dates, amounts and points alone.
GIVEN = frozenset({
    "appropriate", "pay_commitment", "record_payment", "place_order", "announce_delivery", "record_delivery", "issue_price_book",
    "add_gpu_model", "add_cluster", "register_servers", "put_in_service", "open_provider_call", "open_user_call",
    "confirm_extension", "extend_for_clocks", "open_round", "set_round_terms", "sign_agreements", "return_servers",
    "submit_score_sheet", "give_role", "confirm_role",
    "end_role", "publish_with_provider_call", "publish_with_user_call", "remove_document", "unpublish_document",
})  # fmt: skip
LEFT_OUT = {
    "provisioning": "it names the accounts of people",
    "outcomes": "people describe in their own words what shows a result",
}
PARTS_LEFT_OUT = ("facts", "recommendation")


def silent(_done: int, _total: int) -> None:
    """Nobody waits for it."""


class Exported(NamedTuple):
    """What came into the file."""

    entries: int
    acts: int
    documents: int


def export(
    file: IO[bytes],
    *,
    book: Book,
    at: dt.datetime,
    key: str = "",
    whole: bool = False,
    says: Callable[[int, int], None] = silent,
) -> Exported:
    """Write the evidence as it stands. `at`: what is sealed then is left out; `key`: the installation's key file, which signs.

    `says` is told how many parts and documents are written, and of how many.
    """
    if not parties.reads_all():
        raise BadInput(
            "this log-in does not see the rows of all organisations.",
            where="the database's log-in",
            todo="Export as the worker or the owner: set DURE_WORKER_URL or DURE_OWNER_URL.",
            code="not_whole",
        )
    within = connection.in_atomic_block  # then what the caller's transaction sees
    with transaction.atomic(), connection.cursor() as cursor:
        if not within:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        writer = Writer(file)
        parts = [
            ("journal", queries.entry_lines()), ("rules", rule_lines(book)),
            ("rule_books", books.book_lines()), ("acts", queries.act_lines(at=at, given=GIVEN)),
            *((part.name, part.lines(at)) for part in PARTS),
        ]  # fmt: skip
        digests = list(queries.document_digests())
        total = len(parts) + len(digests)
        for number, (name, lines) in enumerate(parts):
            says(number, total)
            writer.part(name, lines)
        withheld = _documents(writer, digests, whole=whole, says=lambda done: says(len(parts) + done, total))
        last = journal.last_entry()
        manifest = writer.finish(
            {
                "programme": book.programme, "zone": settings.TIME_ZONE, "code_version": code_version(),
                "journal": {"entries": last.seq if last else 0, "hash": last.hash if last else GENESIS},
                "public": public_key(key) if key else "", "withheld": withheld,
            }
        )  # fmt: skip
        writer.close(canonical_bytes(plain(sign(key, statement_of(manifest)))).decode() if key else "")
    counts = {part["name"]: part["lines"] for part in writer.parts}
    return Exported(counts["journal"], counts["acts"], writer.documents)


def _documents(
    writer: Writer, digests: Sequence[tuple[str, str, str]], *, whole: bool, says: Callable[[int], None]
) -> list[dict[str, str]]:
    withheld = []
    seen: set[str] = set()
    for number, (digest, name, decision) in enumerate(digests):
        says(number)
        if digest in seen:
            continue
        seen.add(digest)
        if not whole and decision in LEFT_OUT and name in PARTS_LEFT_OUT:
            withheld.append({"digest": digest, "because": f"{name} of {decision}: {LEFT_OUT[decision]}"})
        else:
            writer.document(digest, queries.document(digest))
    return withheld
