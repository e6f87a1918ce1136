"""How far is an application, by the records: checked, granted, waiting, or not yet decided?"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _


def granted_servers(row: Mapping[str, Any]) -> int | None:
    """Servers granted over all rounds; nothing while no round has decided on it."""
    return row["granted"] or (0 if row["decided"] else None)


def state_of(row: Mapping[str, Any]) -> tuple[str, str]:
    """The state in a word, with its tone, by what `with_results` says of an application."""
    if row["withdrawn_at"] is not None:
        return _("Withdrawn"), ""
    if row["granted"]:
        return _("Chosen"), "good"
    if row["is_eligible"] is False:
        return _("Not eligible"), "bad"
    if row["decided"]:
        return _("Not chosen"), "plain"
    return _("Undecided"), ""
