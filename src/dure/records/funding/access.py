"""Who may see and who may move the money? The budget is public; the ministry and the agency act on it."""

from typing import Any

from dure.records.parties.access import sits_at
from dure.records.parties.models import Desk


def may_see_payments(person: Any) -> bool:
    """Single payments name who was paid: officials and auditors."""
    return sits_at(person, Desk.MINISTRY, Desk.AGENCY, Desk.AUDITOR)


def may_appropriate(person: Any) -> bool:
    """Appropriations and lines are the ministry's."""
    return sits_at(person, Desk.MINISTRY)


def may_commit(person: Any) -> bool:
    """The agency commits and pays."""
    return sits_at(person, Desk.AGENCY)
