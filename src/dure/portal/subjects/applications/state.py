"""How far is an application, by the records: checked, granted, waiting, or not yet decided?"""

from typing import Any

from django.utils.translation import gettext as _


def granted_servers(application: Any) -> int | None:
    """Servers granted over all rounds; nothing while no round has decided on it."""
    return application.granted or (0 if application.decided else None)


def state_of(application: Any) -> tuple[str, str]:
    """The state in a word, with its tone, of an application `with_results`."""
    if application.granted:
        return _("Chosen"), "good"
    if application.is_eligible is False:
        return _("Not eligible"), "bad"
    if application.decided:
        return _("Not chosen"), "plain"
    return _("Undecided"), ""
