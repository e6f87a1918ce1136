"""What is personal data read for? The task that people have at an address; a test asks it of every address of an office."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

PURPOSES: Mapping[str, object] = {
    "registering": _("Verifying registrations of organisations"),
    "seating": _("Seating people at desks, and renewing their log-ins"),
    "deciding": _("Filing and approving decisions"),
    "judging": _("Judging proposals and applications"),
    "allocating": _("Allocating GPUs"),
    "settling": _("Metering and settling use"),
    "keeping": _("Keeping servers and the system running"),
    "running": _("Running the programme"),
    "auditing": _("Auditing"),
    "acting": _("Filling in a command"),
    "looking": _("Looking up a record"),
    "told": _("Reading own notices and account"),
    "program": _("Access by a program"),
    "public": _("Reading public pages"),
}
# By the beginning of a route's name, the most exact first.
_TASKS = (
    ("agency:registration", "registering"), ("agency:organisations", "registering"), ("people_mergers", "registering"),
    ("people_register", "registering"), ("people_registration", "registering"),
    ("agency:people", "seating"), ("people_invit", "seating"), ("people_renew", "seating"),
    ("auditor:", "auditing"), ("ministry:", "deciding"),
    ("agency:list", "deciding"), ("agency:decision", "deciding"), ("agency:answer", "deciding"),
    ("operator:list", "deciding"), ("operator:decision", "deciding"), ("operator:answer", "deciding"),
    ("agency:proposals", "judging"), ("agency:call", "judging"), ("agency:application", "judging"), ("agency:panels", "judging"),
    ("reviewer:", "judging"),
    ("agency:round", "allocating"), ("agency:plan", "allocating"), ("agency:grants", "allocating"),
    ("agency:waiting", "allocating"),
    ("operator:round", "allocating"), ("operator:plan", "allocating"), ("operator:grants", "allocating"),
    ("operator:waiting", "allocating"),
    ("agency:usage", "settling"), ("agency:invoices", "settling"), ("operator:usage", "settling"),
    ("agency:register", "keeping"), ("operator:", "keeping"), ("agency:", "running"),
    ("acts:", "acting"), ("objects:", "looking"), ("api:", "program"), ("public:", "public"),
    ("document", "looking"),
    ("file", "told"), ("table", "acting"), ("notification", "told"), ("calendar_", "told"), ("account_", "told"),
    ("provider:", "told"), ("applicant:", "told"), ("mfa_", "told"), ("socialaccount_", "told"),
    ("usersessions_", "told"), ("people_", "told"),
)  # fmt: skip


def purpose_of(route: str) -> str:
    """The key of the task at the route of that name; raises `LookupError` where nobody has said it."""
    for begins, purpose in _TASKS:
        if route.startswith(begins):
            return purpose
    raise LookupError(f"say in portal/kit/personal/purposes.py what {route} is for")
