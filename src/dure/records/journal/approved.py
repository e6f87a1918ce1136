"""Has this recommendation been approved? Whatever carries one out asks first."""

from dure.formats.errors import BadInput
from dure.records.journal.models import Entry, Kind


def require_approved(entry: Entry, *decisions: str) -> Entry:
    """The entry, if it is an approved recommendation of one of those decisions; the database checks it again."""
    if entry.kind != Kind.RECOMMENDATION or entry.decision not in decisions:
        raise BadInput(f"is not a recommendation of {' or '.join(decisions)}.", where=f"journal entry {entry.seq}")
    if not Entry.objects.filter(refers_to=entry, kind=Kind.APPROVAL).exists():
        raise BadInput(
            "has not been approved.",
            where=f"journal entry {entry.seq}",
            todo="Nothing takes effect before a named person approves.",
            code="not_approved",
        )
    return entry
