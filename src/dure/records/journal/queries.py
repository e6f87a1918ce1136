"""Reads the journal: lists, what is in force, what waits for an answer, and the export that anyone can verify."""

from collections.abc import Iterator

from django.db.models import QuerySet

from dure.formats.canonical import canonical_bytes
from dure.records.journal.chain import hashed_fields, line
from dure.records.journal.models import GENESIS, Entry, Kind

_HEAVY = ("facts", "rules", "recommendation")


def entries(
    *, stage: str | None = None, subject: str | None = None, pending: bool | None = None, kind: str | None = None
) -> QuerySet[Entry]:
    """Entries in order, without their large texts; `pending` True: recommendations without an answer."""
    found = Entry.objects.select_related("who", "answer__who").defer(*_HEAVY, *(f"answer__{name}" for name in _HEAVY))
    if stage is not None:
        found = found.filter(stage=stage)
    if subject is not None:
        found = found.filter(subject=subject)
    if kind is not None:
        found = found.filter(kind=kind)
    if pending is not None:
        found = found.filter(kind=Kind.RECOMMENDATION, answer__isnull=pending)
    return found.order_by("seq")


def pending(*, stage: str | None = None) -> QuerySet[Entry]:
    """Recommendations that wait for a named person's answer."""
    return entries(stage=stage, pending=True)


def get(seq: int) -> Entry:
    """The whole entry; raises `Entry.DoesNotExist`."""
    return Entry.objects.select_related("who", "answer__who", "refers_to__who").get(seq=seq)


def find(seq: int) -> Entry | None:
    """The whole entry, or nothing."""
    return Entry.objects.select_related("who", "answer__who", "refers_to__who").filter(seq=seq).first()


def latest_approved(stage: str, subject: str | None = None) -> Entry | None:
    """The recommendation of that stage that was approved last: the one in force."""
    found = Entry.objects.select_related("who", "answer__who").filter(stage=stage, answer__kind=Kind.APPROVAL)
    if subject is not None:
        found = found.filter(subject=subject)
    return found.order_by("-answer__seq").first()


def approved(stage: str) -> QuerySet[Entry]:
    """All approved recommendations of that stage, in the order of their approval."""
    return entries(stage=stage, kind=Kind.RECOMMENDATION).filter(answer__kind=Kind.APPROVAL).order_by("answer__seq")


def export_lines() -> Iterator[str]:
    """The journal as JSON lines: one per entry, all that is hashed and the hash; last the head and the count."""
    head, count = GENESIS, 0
    for entry in Entry.objects.select_related("who").order_by("seq").iterator(chunk_size=16):
        fields = hashed_fields(
            entry,
            username=entry.who.get_username(),
            facts=entry.facts_value(),
            rules=entry.rules_value(),
            recommendation=entry.recommendation_value(),
        )
        head, count = entry.hash, count + 1
        yield line(fields, entry.hash)
    yield canonical_bytes({"head": head, "entries": count}).decode()
