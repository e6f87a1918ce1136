"""What is due for a person, as their first page says it: what is to be done, by when, and where it is done."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from dure.cycle.notifying.duties import Duty, duties_of
from dure.portal.kit.wording import numbers
from dure.portal.subjects.acts.outcome import href_of
from dure.portal.subjects.notifications.calendar import CALLED
from dure.portal.subjects.notifications.texts import subjects

OF_APPLICANTS = frozenset({"report_due", "answer_notice", "invoice_due"})  # calls and ends of grants have their own lists


@dataclass(frozen=True)
class Due:
    """One thing to be done. `late`: its day has passed."""

    says: str
    href: str
    by: str
    late: bool


def due_of(person: Any) -> list[Due]:
    """What the person's organisations owe: reports, answers to notices, invoices; the earliest first."""
    now = timezone.now()
    duties = [each for each in duties_of(person, now=now, on=timezone.localdate(now)) if each.what in OF_APPLICANTS]
    named = subjects([{"about": each.about} for each in duties], person)
    return [_shown(each, named[each.about], timezone.localdate(now)) for each in duties]


def _shown(duty: Duty, subject: str, today: dt.date) -> Due:
    day = timezone.localdate(duty.at) if isinstance(duty.at, dt.datetime) else duty.at
    return Due(_(CALLED[duty.what]) % {"subject": subject}, href_of(duty.about), numbers.long_date(day), day < today)
