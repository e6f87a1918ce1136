"""Who may see a request to register? The agency, which answers it; its asker by the link alone."""

from typing import Any

from django.db.models import QuerySet

from dure.records.parties.access import sits_at
from dure.records.parties.models import Desk
from dure.records.registrations.models import Registration


def visible_registrations(person: Any) -> QuerySet[Registration]:
    """All to the agency and to auditors; none to others."""
    seen = sits_at(person, Desk.AGENCY, Desk.AUDITOR)
    return Registration.objects.all() if seen else Registration.objects.none()
