"""What is due for a person, as their first page says it: what is to be done, by when, and where it is done."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from dure.cycle.notifying.duties import Duty, owed_by
from dure.portal.kit.wording import numbers
from dure.portal.subjects.acts.outcome import href_of
from dure.portal.subjects.notifications.calendar import CALLED
from dure.portal.subjects.notifications.texts import subjects


@dataclass(frozen=True)
class Due:
    """One thing to be done. `late`: its day has passed."""

    says: str
    href: str
    by: str
    late: bool


def due_of(person: Any) -> list[Due]:
    """What the person's organisations owe: reports, answers to notices, invoices; the earliest first."""
    today = timezone.localdate()
    duties = owed_by(person, on=today)
    named = subjects([{"about": each.about} for each in duties], person) if duties else {}
    return [_shown(each, named[each.about], today) for each in duties]


def _shown(duty: Duty, subject: str, today: dt.date) -> Due:
    says = _(CALLED[duty.what]) % {"subject": subject}
    return Due(says, href_of(duty.about), numbers.long_date(duty.at), str(duty.at) < str(today))
