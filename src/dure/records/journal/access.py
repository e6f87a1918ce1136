"""Who may file a recommendation, and who may approve it?

The journal lies below `parties`, so a person is whoever has a set of `desks`.
"""

from typing import Any

from dure.formats.errors import BadInput
from dure.records.journal.models import Entry

FILERS = frozenset({"ministry", "agency", "operator"})
READERS = frozenset({"ministry", "agency", "operator", "auditor"})
# Policy and money belong to the ministry; the running of it to the agency and the operator.
APPROVERS: dict[str, frozenset[str]] = {
    "budget": frozenset({"ministry"}),
    "portfolio": frozenset({"ministry", "agency"}),
    "shares": frozenset({"ministry"}),
    "burden": frozenset({"ministry"}),
    "provisioning": frozenset({"operator", "agency"}),
    "metering": frozenset({"operator", "agency"}),
}
_OTHERWISE = frozenset({"ministry", "agency"})


def may_file(person: Any, stage: str) -> bool:
    """Officials file; what they file waits for another person's approval."""
    del stage
    return bool(person.is_active and FILERS & person.desks)


def may_answer(person: Any, entry: Entry) -> bool:
    """A person of the approving desk who did not file it, while it waits for an answer."""
    return bool(
        person.is_active
        and entry.is_pending
        and entry.who_id != person.pk
        and APPROVERS.get(entry.stage, _OTHERWISE) & person.desks
    )


def may_read(person: Any) -> bool:
    """Officials and auditors read whole entries; others see what pages make of them."""
    return bool(person.is_active and READERS & person.desks)


def require_filer(person: Any, stage: str) -> None:
    """Raise unless that person may file."""
    if not may_file(person, stage):
        raise BadInput(
            f"{person} may not file recommendations.", where=stage, todo=f"Desks that may: {', '.join(sorted(FILERS))}."
        )


def require_approver(person: Any, entry: Entry) -> None:
    """Raise unless that person may answer that entry; says which condition fails."""
    desks = APPROVERS.get(entry.stage, _OTHERWISE)
    where = f"journal entry {entry.seq} ({entry.stage})"
    if not entry.is_recommendation:
        raise BadInput("only a recommendation can be answered.", where=where)
    if Entry.objects.filter(refers_to=entry.seq).exists():
        raise BadInput("already has its answer.", where=where, todo="File a new recommendation.")
    if entry.who_id == person.pk:
        raise BadInput(f"{person} filed it and may not answer it.", where=where, todo="Ask another person of that desk.")
    if not (person.is_active and desks & person.desks):
        raise BadInput(f"{person} may not answer it.", where=where, todo=f"Desks that may: {', '.join(sorted(desks))}.")
