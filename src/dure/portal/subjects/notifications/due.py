"""What is due for a person, as their first page says it: what is to be done, by when, and where it is done."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from dure.cycle.notifying.duties import owed_by
from dure.portal.kit.wording import numbers
from dure.portal.kit.wording.words import name
from dure.portal.subjects.acts.outcome import href_of
from dure.portal.subjects.notifications.calendar import CALLED
from dure.records.outcomes.owed import Owed


@dataclass(frozen=True)
class Due:
    """One thing to be done. `late`: its day has passed."""

    says: str
    href: str
    by: str
    late: bool


MOST = 8


def due_of(person: Any) -> tuple[list[Due], bool]:
    """What the person's organisations owe: reports, answers to notices, invoices; the earliest first. And: is there more?"""
    today = timezone.localdate()
    owed = owed_by(person, on=today, most=MOST + 1)
    return [_shown(each, today) for each in owed[:MOST]], len(owed) > MOST


def _shown(owed: Owed, today: dt.date) -> Due:
    says = _(CALLED[owed.what]) % {"subject": owed.title or f"{name(owed.kind)} {owed.key}"}
    return Due(says, href_of(f"{owed.kind}/{owed.key}"), numbers.long_date(owed.day), owed.day < today)
