"""What state is a call in? One sentence and its tone, alike on every page."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from dure.portal.kit.wording.numbers import instant


def of_call(call: Any, now: dt.datetime) -> tuple[str, str]:
    """A call for providers, as `procurement.queries.calls` gives it."""
    if now < call.opened_at:
        return _("It opens on %(at)s.") % {"at": instant(call.opened_at)}, "wait"
    if now < call.closes_at:
        return _("Proposals are taken until %(at)s.") % {"at": instant(call.closes_at)}, "good"
    if call.awarded_amount:
        return _("It has closed, and awards were made."), "good"
    if call.decided:
        return _("It has closed; no proposal received an award."), "plain"
    return _("It has closed; the proposals are being judged."), "wait"


def of_user_call(call: Any, now: dt.datetime) -> tuple[str, str]:
    """A call for users."""
    if now < call.opens_at:
        return _("It opens on %(at)s.") % {"at": instant(call.opens_at)}, "wait"
    if now < call.closes_at:
        return _("Applications are taken until %(at)s.") % {"at": instant(call.closes_at)}, "good"
    return _("It closed on %(at)s.") % {"at": instant(call.closes_at)}, ""
