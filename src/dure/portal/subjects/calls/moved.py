"""Which deadlines were moved, when and why; and whether clocks are watched before one."""

import datetime as dt
from typing import Any, NamedTuple

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from dure.portal.kit.wording import numbers
from dure.records.clocks import queries as clocks
from dure.records.parties.access import may_oversee
from dure.records.procurement import queries as procurement

REASONS = {
    "not agreed": gettext_noop(
        "By the outage rule: in the last hour before the deadline the database's clock did not agree with three others."
    ),
    "not known": gettext_noop(
        "By the outage rule: in the last hour before the deadline the database's clock could not be compared with three others."
    ),
}


class Moved(NamedTuple):
    """A deadline that was moved to `closes_at`, with its public reason in the reader's language."""

    closes_at: dt.datetime
    confirmed_at: dt.datetime
    reason: str


def by_rule(about: str) -> list[Moved]:
    """By the outage rule, of the call KIND/ID."""
    return [Moved(each.closes_at, each.made_at, _(REASONS[each.judged])) for each in clocks.postponements(about)]


def of_call(call_id: str) -> list[Moved]:
    """By two people and by the outage rule, the first time first."""
    people = [
        Moved(each.closes_at, each.confirmed_at, each.reason) for each in procurement.extensions(call_id) if each.confirmed_at
    ]
    return sorted([*people, *by_rule(f"call/{call_id}")], key=lambda each: each.confirmed_at)


def clocks_of(call: Any, reader: Any) -> list[tuple[str, str]]:
    """For offices, until the deadline: is the clock by which it is judged compared with others?"""
    if call.closes_at <= timezone.now() or not may_oversee(reader):
        return []
    if not settings.DURE_CLOCKS:
        return [(_("Clock"), _("Clocks are not watched: no NTP servers are named, so no deadline moves by the outage rule."))]
    named = numbers.number(len(settings.DURE_CLOCKS))
    return [(_("Clock"), _("In the last hour it is compared with %(n)s others every minute.") % {"n": named})]
