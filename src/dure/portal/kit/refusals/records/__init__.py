"""What the records refuse, one module for each app: constraints by their name, triggers by their message.

`%` stands for a value that a trigger's message holds. A test reads the database's catalogue: each constraint and each
message has its own sentence here, and none is left over.
"""

from django.utils.translation import gettext_noop

from dure.portal.kit.refusals.records import (
    allocation,
    demand,
    evidence,
    explanations,
    files,
    funding,
    journal,
    operation,
    outcomes,
    procurement,
    review,
    settlement,
    supply,
)
from dure.portal.kit.refusals.records.people import documents, drafts, notifications, parties, readings, registrations
from dure.portal.kit.refusals.records.upkeep import clocks, installation, work

APPS = (
    allocation, clocks, demand, documents, drafts, evidence, explanations, files, funding, installation, journal, notifications,
    operation, outcomes, parties, procurement, readings, registrations, review, settlement, supply, work,
)  # fmt: skip
CONSTRAINTS: dict[str, str] = {name: text for app in APPS for name, text in app.CONSTRAINTS.items()}
TRIGGERS: tuple[str, ...] = tuple(text for app in APPS for text in app.TRIGGERS)
# By SQLSTATE, or by its class: columns, references between tables and primary keys, which need no sentence each.
STATES = {
    "22": gettext_noop("A value is out of range."),
    "23502": gettext_noop("A value is missing."),
    "23503": gettext_noop("It names something that the records do not hold."),
    "23505": gettext_noop("The records hold it already."),
}
