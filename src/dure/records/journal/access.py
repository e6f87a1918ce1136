"""Who may read whole entries? What may be filed and approved by whom is the rule `approvals`, read in `cycle`."""

from typing import Any

READERS = frozenset({"ministry", "agency", "operator", "auditor"})


def may_read(person: Any) -> bool:
    """Officials and auditors read whole entries; others see what pages make of them."""
    return bool(person.is_active and READERS & person.desks)
