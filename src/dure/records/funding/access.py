"""Who may see the money? The budget is public; single payments name who was paid."""

from typing import Any

from dure.records.parties.access import sits_at
from dure.records.parties.models import Desk


def may_see_payments(person: Any) -> bool:
    """Officials and auditors."""
    return sits_at(person, Desk.MINISTRY, Desk.AGENCY, Desk.AUDITOR)
